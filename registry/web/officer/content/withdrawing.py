"""Stopping what a bundle shows or sounds, from one phone: two taps, a signature, then who still carries it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode, covers
from bundle.base import Identifier, Model
from bundle.errors import Refused
from registry.alerts.confirmation.gathering import Book, phone_book
from registry.alerts.confirmation.ladder import Phone
from registry.audit.chain import Event
from registry.desk import keeping
from registry.desk.carrying import WORDS, Carry, Stopped, carries
from registry.desk.proposing import bundle_of
from registry.desk.withdrawing import entry_of, stopped_in, withdrawal_proposal, withdraws
from registry.fleet.states import Known
from registry.fleet.tables import units
from registry.fleet.views import known_of
from registry.trust.proposal import Proposal
from registry.web.config import CONFIG, STORAGE
from registry.web.officer.acting import act_of, answer, may_act, site_of
from registry.web.officer.content.seeing import seats_in
from registry.web.officer.session import Visit, page_of, render
from registry.web.officer.stopping import SignedByOne, put_out, to_prove

MOST_CALLS = 30

routes = web.RouteTableDef()


class Asked(Model):
    """The entry that somebody wants off the air."""

    format: Literal[1]
    channel: AreaCode
    name: Identifier


class Signed(SignedByOne):
    """What was signed, and the entry that it takes off."""

    name: Identifier


@dataclass(frozen=True)
class Carrier:
    """A unit, what becomes of the stopped entry on it, and whom to telephone."""

    unit: str
    place_name: str
    carry: Carry
    contact: datetime | None
    phones: tuple[Phone, ...]


@routes.post("/officer/content/stop")
@act_of(Asked, Event.SIGNATURE_REFUSED)
async def asked(request: web.Request, visit: Visit, wish: Asked) -> web.Response:
    """What to sign to take this entry off; nothing is kept of it here."""
    may_act(visit, wish.channel)
    site, now = site_of(request), request.app[CONFIG].now()
    entry = await asyncio.to_thread(entry_of, site, wish.channel, wish.name, now)
    proposal = await asyncio.to_thread(withdrawal_proposal, site, wish.channel, entry, now)
    return answer({**await asyncio.to_thread(to_prove, site, proposal), "items": list(entry.items)})


@routes.post("/officer/content/stop/signature")
@act_of(Signed, Event.SIGNATURE_REFUSED)
async def stopped(request: web.Request, visit: Visit, given: Signed) -> web.Response:
    """Release the signed stop at once; 409 when another was released meanwhile, the key may not stop here, or it stops something else."""
    may_act(visit, given.channel)
    site = site_of(request)
    entry = await asyncio.to_thread(entry_of, site, given.channel, given.name, request.app[CONFIG].now())
    bundle = await asyncio.to_thread(bundle_of, site, given.channel)

    def does(proposal: Proposal) -> bool:
        return bundle is not None and withdraws(proposal, entry.items, bundle.version)

    done = await put_out(request, visit, given, does, Event.CONTENT_STOPPED, given.name)
    return answer({"version": done.version, "location": f"/officer/content/stopped/{given.channel}/{given.name}"})


@routes.get(r"/officer/content/stopped/{channel}/{name}")
@page_of
async def carriers(request: web.Request, visit: Visit) -> web.Response:
    """Which units still carry what was stopped, and the same words for a correction."""
    channel, name, now = request.match_info["channel"], request.match_info["name"], request.app[CONFIG].now()
    try:
        seats = await seats_in(request, visit, channel)
    except Refused:
        raise web.HTTPNotFound from None
    found = await asyncio.to_thread(stopped_in, site_of(request), channel, name, now)
    if found is None:
        raise web.HTTPNotFound
    async with request.app[STORAGE].reading() as connection:
        carrying = await _carrying(connection, found, now)
        written = await keeping.of_name(connection, channel, name)
    counts = {carry: sum(1 for each in carrying if each.carry is carry) for carry in Carry}
    unsure = [each for each in carrying if each.carry is not Carry.GONE]
    return render(
        request,
        "officer/content/stopped.html",
        visit=visit,
        stopped=found,
        counts=counts,
        unsure=unsure,
        most=MOST_CALLS,
        may_correct=seats.writes and written is not None and written.wish is not None,
        said=WORDS,
    )


async def _carrying(connection: AsyncConnection, found: Stopped, now: datetime) -> list[Carrier]:
    book = await phone_book(connection)
    rows = await connection.execute(select(units).where(units.c.replaced_by.is_(None)).order_by(units.c.unit))
    meant = [row for row in rows if _is_meant(row, found)]
    made = [_carrier(row, known_of(row, (), ()), book, found, now) for row in meant]
    order = list(Carry)
    return sorted(made, key=lambda each: (order.index(each.carry), each.place_name))


def _carrier(row: Row[Any], known: Known, book: Book, found: Stopped, now: datetime) -> Carrier:
    return Carrier(row.unit, row.place_name, carries(known, found, now), known.contact, book.of(row.unit, row.place))


def _is_meant(row: Row[Any], found: Stopped) -> bool:
    areas = found.entry.areas or (found.channel,)
    return found.channel in row.channels and any(covers(area, row.place) for area in areas)
