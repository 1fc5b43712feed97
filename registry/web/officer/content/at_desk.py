"""The part of the desk that is about content: what waits for an officer, what stands in the released bundle, and where to begin."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from registry.desk import keeping
from registry.desk.on_air import Entry, entries
from registry.desk.proposing import bundle_of, stops_of
from registry.desk.states import State
from registry.web.config import CONFIG, STORAGE
from registry.web.officer.acting import site_of
from registry.web.officer.content.seeing import DESK, Sight, seen
from registry.web.officer.library import Library, library_of
from registry.web.officer.seats import Seats
from registry.web.officer.session import Visit


@dataclass(frozen=True)
class Channel:
    """One channel of an officer: the *library* of its places, their *seats*, and the *entries* that are on the air."""

    library: Library
    seats: Seats
    entries: Sequence[Entry]


@dataclass(frozen=True)
class AtDesk:
    """*channels* in which they have a say about content, what waits for *me* and for *others*."""

    channels: Sequence[Channel]
    me: Sequence[Sight]
    others: Sequence[Sight]


async def at_desk(request: web.Request, visit: Visit, seats: Sequence[Seats]) -> AtDesk:
    """What an officer with these *seats* sees of content."""
    mine = [each for each in seats if each.writes or each.approves or each.stop]
    channels = [await _channel(request, each) for each in mine]
    async with request.app[STORAGE].reading() as connection:
        found = await keeping.still_open(connection, [each.channel for each in mine])
    sights = [await seen(request, visit, await request.app[DESK].see(each.id)) for each in found]
    shown = [each for each in sights if each.is_open and (each.is_mine or each.submission.state is not State.DRAFT)]
    return AtDesk(channels, [each for each in shown if each.waits_for_me], [each for each in shown if not each.waits_for_me])


async def _channel(request: web.Request, seats: Seats) -> Channel:
    library = await library_of(request, seats.channel)
    return Channel(library, seats, await asyncio.to_thread(_entries, request, seats.channel))


def _entries(request: web.Request, channel: str) -> Sequence[Entry]:
    site = site_of(request)
    return entries(bundle_of(site, channel), stops_of(site, channel), request.app[CONFIG].now())
