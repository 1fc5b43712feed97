"""How an officer gets in: the link that binds the phone, and the key that this phone makes and never gives away."""

from pathlib import Path

from aiohttp import web
from pydantic import Field

from bundle.base import Model
from bundle.errors import Refused
from bundle.parse import parse
from registry.audit.chain import Event
from registry.web.answers import read_body, refusal, too_long
from registry.web.config import CONFIG, STORAGE
from registry.web.officer.keys import proven
from registry.web.officer.people import give_key
from registry.web.officer.session import DOOR, Visit, form_of
from registry.web.phones.door import HEADERS, note_apart
from registry.web.phones.scripts import scripts

MOST_BYTES = 16 * 1024

routes = web.RouteTableDef()
entry: list[web.RouteDef] = [*DOOR.routes(), *scripts("/officer/static", Path(__file__).parent / "static")]


class NewKey(Model):
    """The public half of the key that a phone made, and its signature over this phone's session, all in hex."""

    format: int = Field(ge=1, le=1)
    public: str
    proof: str


@routes.post("/officer/key")
@form_of
async def key_made(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Keep the public half of the phone's key: 204; 403 when it did not sign for this phone, or the phone has one already."""
    raw = await read_body(request, MOST_BYTES)
    try:
        if raw is None:
            raise too_long(MOST_BYTES)
        told = parse(NewKey, raw, "key", MOST_BYTES)
        public = proven(told.public, visit.token, told.proof)
        async with request.app[STORAGE].writing() as connection:
            await give_key(connection, visit.person, public, request.app[CONFIG].now())
    except Refused as refused:
        await note_apart(request, Event.SIGNATURE_REFUSED, visit.person.name, str(refused)[:200])
        return refusal(403, refused)
    return web.Response(status=204, headers=HEADERS)
