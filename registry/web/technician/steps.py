"""The pages of one unit on the technician's phone: code, village, duty holders, photograph, accept; then how it comes up."""

import hashlib
from collections.abc import Sequence

from aiohttp import web

from bundle.errors import Complaint, Refused
from registry.audit.chain import Event, note
from registry.fleet.grants import TurnedAway
from registry.trust.site import Site
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.phones.door import note_apart
from registry.web.technician.accepting import accept, choose_place
from registry.web.technician.looking import Code, Sight, Step, look, saw
from registry.web.technician.naming import read_holders
from registry.web.technician.session import Visit, form_of, page_of
from registry.web.technician.showing import FORMS, show
from registry.web.technician.waiting import Typed, change, try_code

WHERE = r"/technician/e/{unit:[a-z0-9][a-z0-9-]{0,39}}.{thumbprint:[A-Za-z0-9_-]{43}}.{nonce:[A-Za-z0-9_-]{16,64}}"
LONGEST_CODE = 12

routes = web.RouteTableDef()


@routes.get(WHERE)
@page_of
async def unit_page(request: web.Request, visit: Visit) -> web.Response:
    """The step that is next, or ``?step=`` one of those before it."""
    sight = await sight_of(request, visit)
    if sight.row is not None and sight.row.seen is None:
        async with request.app[STORAGE].writing() as connection:
            await saw(connection, sight, request.app[CONFIG].now())
    return await show(request, visit, sight)


@routes.post(WHERE + "/code")
@form_of
async def code_typed(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The figures from the board. Wrong ones may mean a slip of the finger, or somebody between the unit and us."""
    code, config = code_of(request), request.app[CONFIG]
    typed = "".join(visit.form.get("code", "")[:LONGEST_CODE].split())
    root = hashlib.sha256(Site(config.site).root()).hexdigest()
    async with request.app[STORAGE].writing() as connection:
        # Looked at inside the transaction that changes it: another technician may have been quicker.
        sight = await look(connection, code, visit.person, config.now(), config.technicians)
        if sight.step is not Step.CODE or sight.row is None:
            return back(sight)
        found = await try_code(connection, sight.row, visit.person, typed, root, config.now(), config.technicians)
        event = Event.CODE_RIGHT if found is Typed.RIGHT else Event.CODE_WRONG
        await note(connection, event, config.now(), visit.person.name, sight.code.unit, block(request))
    match found:
        case Typed.RIGHT | Typed.LAST:
            return back(sight)
        case Typed.WRONG:
            what = "mã không khớp với bảng / this is not the code on the board"
            return await _again(request, visit, sight, Step.CODE, [Complaint("mã / code", what, "đọc lại trên bảng / read it again")])


@routes.post(WHERE + "/place")
@form_of
async def place_chosen(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The village."""
    sight = await sight_of(request, visit)
    if sight.step not in FORMS or sight.row is None:
        return back(sight)
    try:
        async with request.app[STORAGE].writing() as connection:
            await choose_place(connection, sight.row, visit.person, visit.form.get("place", ""))
    except Refused as refused:
        await _turned(request, visit, sight, refused)
        return await _again(request, visit, sight, Step.PLACE, refused.complaints)
    return back(sight, "holders")


@routes.post(WHERE + "/holders")
@form_of
async def holders_named(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Who holds the five duties; a duty without a holder is a fault of the unit, and no reason to keep it out."""
    sight = await sight_of(request, visit)
    if sight.step not in FORMS or sight.row is None:
        return back(sight)
    try:
        named = read_holders(visit.form)
    except Refused as refused:
        return await _again(request, visit, sight, Step.HOLDERS, refused.complaints)
    async with request.app[STORAGE].writing() as connection:
        await change(connection, sight.row, holders=named)
    return back(sight, "photo")


@routes.post(WHERE + "/accept")
@form_of
async def accepted(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The unit may come in."""
    config = request.app[CONFIG]
    sight = await sight_of(request, visit)
    try:
        async with request.app[STORAGE].writing() as connection:
            sight = await look(connection, sight.code, visit.person, config.now(), config.technicians)
            if sight.step in FORMS:
                await accept(connection, sight, visit.person, Site(config.site), visit.form, config.now())
    except Refused as refused:
        await _turned(request, visit, sight, refused)
        return await _again(request, visit, sight, Step.PHOTO, refused.complaints)
    return back(sight)


async def sight_of(request: web.Request, visit: Visit) -> Sight:
    """What the technician of *visit* sees of the unit that the address names."""
    config = request.app[CONFIG]
    async with request.app[STORAGE].reading() as connection:
        return await look(connection, code_of(request), visit.person, config.now(), config.technicians)


def code_of(request: web.Request) -> Code:
    """What the address says stood in the code on the board."""
    return Code(request.match_info["unit"], request.match_info["thumbprint"], request.match_info["nonce"])


def back(sight: Sight, step: str = "") -> web.Response:
    """To the page of *step*, or of the next one: a form that was sent is not sent again by going back."""
    return web.Response(status=303, headers={"Location": sight.base + (f"?step={step}" if step else ""), "Cache-Control": "no-store"})


async def _again(request: web.Request, visit: Visit, sight: Sight, step: Step, complaints: Sequence[Complaint]) -> web.Response:
    return await show(request, visit, sight, step, complaints)


async def _turned(request: web.Request, visit: Visit, sight: Sight, refused: Refused) -> None:
    if isinstance(refused, TurnedAway):
        await note_apart(request, refused.event, visit.person.name, str(refused)[:200], sight.code.unit)
