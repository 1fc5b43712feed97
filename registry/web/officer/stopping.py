"""Stopping what is on the air from an officer's phone: one person, two taps, a signature."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from bundle.alert import Reference
from bundle.area import AreaCode
from bundle.base import Model
from bundle.errors import refuse
from bundle.parse import MAX_DOCUMENT
from bundle.trust import Target, path_for
from registry.alerts.pending.outlet import NO_KEY
from registry.alerts.stopping import as_signed, ends, put_out_stop, stop_proposal
from registry.audit.chain import Event, note
from registry.trust.proposal import Proposal, compact
from registry.trust.release import Released
from registry.trust.site import Site
from registry.trust.urgent import released_document
from registry.web.alerts.reach import REACHED
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.officer.acting import act_of, answer, may_act, site_of
from registry.web.officer.session import Visit
from registry.web.watch import WATCH

routes = web.RouteTableDef()


class Asked(Model):
    """The alert that somebody wants to end."""

    format: Literal[1]
    channel: AreaCode
    alert: Reference


class SignedByOne(Model):
    """What one person signed, its content and the signature in hex, as the phone checked them."""

    format: Literal[1]
    channel: AreaCode
    signed: Annotated[str, Field(max_length=64 * 1024)]
    content: Annotated[str, Field(max_length=MAX_DOCUMENT)]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class Signed(SignedByOne):
    """The same, and the alert that it ends."""

    alert: Reference


@routes.post("/officer/stop")
@act_of(Asked, Event.SIGNATURE_REFUSED)
async def asked(request: web.Request, visit: Visit, wish: Asked) -> web.Response:
    """What to sign to end this alert; nothing is kept of it here."""
    may_act(visit, wish.channel)
    now, identity = request.app[CONFIG].now(), wish.alert.identity()
    if await request.app[REACHED].below(wish.channel, identity) is None:
        raise refuse(identity.identifier, "không có cảnh báo này ở đây / no such alert here", "mở lại trang / open the page again")
    proposal = await asyncio.to_thread(stop_proposal, site_of(request), wish.channel, identity, now)
    return answer(await asyncio.to_thread(to_prove, site_of(request), proposal))


def to_prove(site: Site, proposal: Proposal) -> dict[str, str]:
    """The bytes that one person signs, what they name and the list that is *released* now, for the script, which believes none of it."""
    signed, path = proposal.metadata().signed_bytes.decode(), path_for(proposal.channel, proposal.target)
    # Written alike, so that only what is different looks different.
    now = released_document(site, proposal.channel, proposal.target)
    return {"signed": signed, "content": proposal.content, "path": path, "released": compact(now).decode() if now else "{}"}


@routes.post("/officer/stop/signature")
@act_of(Signed, Event.SIGNATURE_REFUSED)
async def stopped(request: web.Request, visit: Visit, given: Signed) -> web.Response:
    """Release the signed stop at once; 409 when another was released meanwhile, the key may not stop here, or it stops another alert."""
    identity = given.alert.identity()
    released = await put_out(request, visit, given, lambda proposal: ends(proposal, identity), Event.ALERT_STOPPED, str(identity))
    known = await request.app[REACHED].below(given.channel, identity)
    return answer({"version": released.version, "location": f"/officer/reach/{known.key}" if known else "/officer/reach"})


async def put_out(
    request: web.Request,
    visit: Visit,
    given: SignedByOne,
    does: Callable[[Proposal], bool],
    event: Event,
    what: str,
    target: Target = Target.STOP,
) -> Released:
    """Release what one person signed as *target* and write it down as *event* about *what*; ``Refused`` unless it *does* what was asked."""
    may_act(visit, given.channel)
    config = request.app[CONFIG]
    if config.online is None:
        raise refuse(given.channel, NO_KEY, "bangtin registry serve --online-key …")
    proposal = as_signed(given.channel, given.signed, given.content, target)
    if not does(proposal):
        told = "điều đã ký không phải việc được yêu cầu / what was signed is not what was asked for"
        raise refuse(what, told, "mở lại trang / open the page again")
    key = visit.person.keyid
    released, person = await asyncio.to_thread(put_out_stop, site_of(request), proposal, key, given.signature, config.online, config.now())
    # Units first, paper second.
    await request.app[WATCH].look()
    told = f"{given.channel}/{target.value} v{released.version}: {what}"
    async with request.app[STORAGE].writing() as connection:
        await note(connection, event, config.now(), person, block=block(request), detail=told)
    return released
