"""The officer's first page: what waits for them, what is on the air and how to stop it, and what can be raised."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bundle.area import covers
from director.messages import DEFAULT_LIFE
from registry.alerts.confirmation.raised import Raised
from registry.alerts.pending import keeping
from registry.desk.states import WORDS
from registry.web.alerts.reach import REACHED
from registry.web.config import CONFIG, STORAGE
from registry.web.officer import words
from registry.web.officer.acting import site_of
from registry.web.officer.content.at_desk import at_desk
from registry.web.officer.library import library_of
from registry.web.officer.reading import Sight, seen
from registry.web.officer.seats import Seats, seats_of
from registry.web.officer.session import Visit, page_of, render

routes = web.RouteTableDef()


@dataclass(frozen=True)
class OnAir:
    """An alert in force, and the channel by whose stop list this officer may end it; None when they may not."""

    raised: Raised
    stop_by: str | None

    @property
    def ends(self) -> datetime:
        """When it ends by itself."""
        return self.raised.alert.expires or self.raised.alert.sent + DEFAULT_LIFE


@dataclass(frozen=True)
class Waiting:
    """Alerts that have not left: those that wait for *me*, and the *others*."""

    me: Sequence[Sight]
    others: Sequence[Sight]


@routes.get("/officer")
@page_of
async def desk(request: web.Request, visit: Visit) -> web.Response:
    """The desk; a phone without a key makes one first."""
    if visit.person.holder is None:
        return render(request, "key.html", visit=visit)
    seats = await asyncio.to_thread(seats_of, site_of(request), visit.person)
    air = [OnAir(each, _stops(seats, each)) for each in await request.app[REACHED].all(visit.person.channels) if each.ended is None]
    waiting = await _waiting(request, visit)
    libraries = [await library_of(request, each.channel) for each in seats if each.author]
    can_release = request.app[CONFIG].online is not None
    return render(
        request,
        "desk.html",
        visit=visit,
        seats=seats,
        air=air,
        waiting=waiting,
        libraries=libraries,
        can_release=can_release,
        content=await at_desk(request, visit, seats),
        states=WORDS,
        say=words,
    )


def _stops(seats: Sequence[Seats], raised: Raised) -> str | None:
    return next((each.channel for each in seats if each.stop and covers(each.channel, raised.channel)), None)


async def _waiting(request: web.Request, visit: Visit) -> Waiting:
    async with request.app[STORAGE].reading() as connection:
        found = [each for each in await keeping.not_out(connection) if each.channel in visit.person.channels]
    sights = [await seen(request, visit, each) for each in found]
    mine = [each for each in sights if each.may_sign or each.may_confirm]
    return Waiting(mine, [each for each in sights if each not in mine])
