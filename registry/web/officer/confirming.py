"""Letting a source's alert out before its time: an approver's key signs the alert that was read, for a cookie alone starts nothing."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from bundle.base import Model
from bundle.errors import refuse
from registry.alerts.pending.row import Pending
from registry.audit.chain import Event, note
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.officer.acting import act_of, answer, gate
from registry.web.officer.keys import signed_for
from registry.web.officer.reading import ALERT, no_seat, sight_of, told_of
from registry.web.officer.session import Visit, page_of

_FIRST = "bangtin officer confirm 1"

routes = web.RouteTableDef()


class Confirmed(Model):
    """The signature in hex under the statement of the alert as it was read."""

    format: Literal[1]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


def statement(pending: Pending) -> str:
    """What an officer signs to let *pending* out now: what is done, in which channel, and the whole alert. No TUF metadata begins so."""
    return f"{_FIRST}\n{pending.channel}\n{pending.alert.model_dump_json(exclude_defaults=True)}"


@routes.get(ALERT + "/statement")
@page_of
async def to_confirm(request: web.Request, visit: Visit) -> web.Response:
    """The statement, for the script, which shows the alert that stands in it."""
    sight = await sight_of(request, visit)
    if not sight.may_confirm:
        raise web.HTTPNotFound
    return answer({"statement": statement(sight.pending)})


@routes.post(ALERT + "/confirm")
@act_of(Confirmed, Event.ALERT_REFUSED)
async def confirmed(request: web.Request, visit: Visit, given: Confirmed) -> web.Response:
    """Let it out now; the signature is written down first."""
    sight = await sight_of(request, visit)
    pending, holder = sight.pending, visit.person.holder
    if not sight.seats.any:
        raise no_seat(pending.channel)
    if not sight.seats.approver or holder is None:
        what = "chỉ người có quyền duyệt mới phát ngay được / only who has an approver's seat may let it out"
        raise refuse(pending.channel, what, "bangtin publish person add --role alerts --as approver")
    if not signed_for(holder, statement(pending), given.signature):
        what = "chữ ký không đúng với tin này / the signature does not fit this alert"
        raise refuse(f"#{pending.id}", what, "mở lại trang rồi ký lại / reload and sign again")
    async with request.app[STORAGE].writing() as connection:
        told = f"#{pending.id} {holder.keyid} {given.signature}"
        now = request.app[CONFIG].now()
        await note(connection, Event.CONFIRMATION_SIGNED, now, visit.person.name, block=block(request), detail=told)
    return answer(told_of(await gate(request).confirm(pending.id, visit.person.name, pending.alert)))
