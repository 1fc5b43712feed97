"""Orders to one unit from an officer's phone: one person signs, the unit answers, and the page says what it said."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, ValidationError
from sqlalchemy import Row, select

from bundle.area import AreaCode
from bundle.base import Identifier, Line, Model, UnitId
from bundle.errors import Refused, refuse
from bundle.orders import LogOf, Order, OrderKind, Orders
from bundle.parse import complaints
from bundle.trust import Target, path_for
from bundle.trust.documents import parse_document
from registry.audit.chain import Event
from registry.fleet.ordered import answers_of, orders_for
from registry.fleet.tables import units
from registry.trust import orders as making
from registry.trust.orders import Given, obeyed, released_orders, with_order
from registry.trust.proposal import Proposal, compact, propose
from registry.trust.site import Site
from registry.web.config import CONFIG, STORAGE
from registry.web.officer import order_words as words
from registry.web.officer.acting import act_of, answer, may_act, site_of
from registry.web.officer.seats import Seats, seats_of
from registry.web.officer.session import Visit, page_of, render
from registry.web.officer.stopping import SignedByOne, put_out
from registry.web.phones.door import HEADERS

LOG_LINES = 200
TONE_SECONDS = 5.0
_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)

# What needs no more than a unit and a reason, and for how long it waits to be obeyed.
_PLAIN: dict[OrderKind, tuple[Callable[[Given], Order], timedelta]] = {
    OrderKind.SCREENSHOT: (making.screenshot_order, _QUARTER),
    OrderKind.REPORT: (making.report_order, _QUARTER),
    OrderKind.REBOOT: (making.reboot_order, _HOUR),
    OrderKind.SERVICE: (making.service_order, 4 * _HOUR),
    OrderKind.TUNNEL: (making.tunnel_order, 2 * _HOUR),
}

routes = web.RouteTableDef()


class Wanted(Model):
    """What an officer wants *unit* to do; *hours* and *decibels* for the sound, *program* for a log."""

    format: Literal[1]
    channel: AreaCode
    unit: UnitId
    kind: OrderKind
    reason: Annotated[Line, Field(max_length=200)]
    hours: Annotated[float, Field(gt=0, le=168)] = 1.0
    decibels: Annotated[float, Field(ge=-30, le=0)] = 0.0
    program: LogOf = LogOf.AGENT


class Signed(SignedByOne):
    """What was signed, and the order that it adds."""

    order: Identifier
    unit: UnitId


@routes.get(r"/officer/units/{unit}")
@page_of
async def page(request: web.Request, visit: Visit) -> web.Response:
    """What can be ordered of this unit, and what became of what was."""
    row, seats = await _theirs(request, visit, request.match_info["unit"])
    now, site = request.app[CONFIG].now(), site_of(request)
    released = await asyncio.to_thread(lambda: [each for channel in row.channels if (each := _orders(site, channel)) is not None])
    async with request.app[STORAGE].reading() as connection:
        told = await answers_of(connection, row.unit)
    found = orders_for(row.unit, row.place, released, told, now)
    return render(request, "order.html", visit=visit, unit=row, channel=seats.channel, ordered=found, say=words, LogOf=LogOf)


@routes.get(r"/officer/units/{unit}/answers/{name:.+}/board.webp")
@page_of
async def picture(request: web.Request, visit: Visit) -> web.Response:
    """The picture that answers an order."""
    row, _ = await _theirs(request, visit, request.match_info["unit"])
    async with request.app[STORAGE].reading() as connection:
        told = (await answers_of(connection, row.unit)).get(request.match_info["name"])
    if told is None or told.picture is None:
        raise web.HTTPNotFound
    return web.Response(body=told.picture, content_type="image/webp", headers={**HEADERS, "X-Content-Type-Options": "nosniff"})


@routes.post("/officer/orders")
@act_of(Wanted, Event.SIGNATURE_REFUSED)
async def asked(request: web.Request, visit: Visit, wish: Wanted) -> web.Response:
    """What to sign for this order; nothing is kept of it here."""
    may_act(visit, wish.channel)
    await _theirs(request, visit, wish.unit)
    order, proposal = await asyncio.to_thread(_proposed, site_of(request), visit.person.name, wish, request.app[CONFIG].now())
    signed = proposal.metadata().signed_bytes.decode()
    told = {"signed": signed, "content": proposal.content, "path": path_for(wish.channel, Target.OPS), "order": order.id}
    return answer(told)


@routes.post("/officer/orders/signature")
@act_of(Signed, Event.SIGNATURE_REFUSED)
async def ordered(request: web.Request, visit: Visit, given: Signed) -> web.Response:
    """Release the signed order at once; 409 when another was released meanwhile, or the key may not order here."""
    await put_out(request, visit, given, lambda proposal: _adds(proposal, given), Event.ORDER_GIVEN, given.order, Target.OPS)
    return answer({"location": f"/officer/units/{given.unit}"})


def _proposed(site: Site, person: str, wish: Wanted, now: datetime) -> tuple[Order, Proposal]:
    try:
        order = obeyed(site, wish.channel, _made(wish, person, now))
    except ValidationError as problem:
        raise Refused(*complaints(problem, "order")) from None
    present = released_orders(site, wish.channel)
    return order, propose(site, wish.channel, Target.OPS, compact(with_order(present, wish.channel, order, now)), now)


def _made(wish: Wanted, person: str, now: datetime) -> Order:
    def given(lasting: timedelta) -> Given:
        return Given(person, now.replace(microsecond=0), lasting, wish.reason, units=(wish.unit,))

    match wish.kind:
        case OrderKind.VOLUME:
            return making.volume_order(given(timedelta(hours=wish.hours)), wish.decibels)
        case OrderKind.MUTE:
            return making.mute_order(given(timedelta(hours=wish.hours)))
        case OrderKind.TONE:
            return making.tone_order(given(_QUARTER), TONE_SECONDS)
        case OrderKind.LOG:
            return making.log_order(given(_QUARTER), wish.program, LOG_LINES)
        case OrderKind.LIVE:
            raise refuse("kind", "nói trực tiếp cần micrô / a live voice needs a microphone", "bangtin publish order live")
        case _:
            make, lasting = _PLAIN[wish.kind]
            return make(given(lasting))


def _adds(proposal: Proposal, given: Signed) -> bool:
    """Whether what was signed holds the order that was asked for, of that unit alone."""
    found = parse_document(proposal.content.encode(), proposal.channel, Target.OPS)
    return isinstance(found, Orders) and any(each.id == given.order and each.units == (given.unit,) for each in found.orders)


def _orders(site: Site, channel: str) -> Orders | None:
    return released_orders(site, channel) if channel in site.channels() else None


async def _theirs(request: web.Request, visit: Visit, unit: str) -> tuple[Row[Any], Seats]:
    """The row of *unit*, and the seat by which this officer may give it orders; 404 when it is not theirs to order."""
    seats = await asyncio.to_thread(seats_of, site_of(request), visit.person)
    async with request.app[STORAGE].reading() as connection:
        row = (await connection.execute(select(units).where(units.c.unit == unit, units.c.replaced_by.is_(None)))).one_or_none()
    # The nearest channel: what is ordered there reaches the fewest.
    here = [each for each in seats if row is not None and each.orders and each.channel in row.channels]
    if row is None or not here:
        raise web.HTTPNotFound
    return row, max(here, key=lambda each: each.channel.count("."))
