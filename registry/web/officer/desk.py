"""The officer's first page: what waits for them, what is on the air and how to stop it, and what can be raised."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from registry.alerts.pending import keeping
from registry.alerts.standing import OnAir, on_air
from registry.trust.site import Site
from registry.web.config import CONFIG
from registry.web.officer import words
from registry.web.officer.acting import site_of
from registry.web.officer.library import library_of
from registry.web.officer.reading import Sight, seen
from registry.web.officer.seats import seats_of
from registry.web.officer.session import Visit, page_of, render
from registry.web.storage import STORAGE

routes = web.RouteTableDef()


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
    site = site_of(request)
    seats = await asyncio.to_thread(seats_of, site, visit.person)
    air = await asyncio.to_thread(_on_air, site, visit.person.channels, request)
    waiting = await _waiting(request, visit)
    libraries = [await library_of(request, each.channel) for each in seats if each.author]
    can_release = request.app[CONFIG].online is not None
    return render(
        request, "desk.html", visit=visit, seats=seats, air=air, waiting=waiting, libraries=libraries, can_release=can_release, say=words
    )


def _on_air(site: Site, channels: Sequence[str], request: web.Request) -> list[OnAir]:
    now = request.app[CONFIG].now()
    return [each for channel in channels for each in on_air(site, channel, now)]


async def _waiting(request: web.Request, visit: Visit) -> Waiting:
    async with request.app[STORAGE].reading() as connection:
        found = [each for each in await keeping.not_out(connection) if each.channel in visit.person.channels]
    sights = [await seen(request, visit, each) for each in found]
    mine = [each for each in sights if each.may_sign or each.may_confirm]
    return Waiting(mine, [each for each in sights if each not in mine])
