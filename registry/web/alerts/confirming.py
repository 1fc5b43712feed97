"""``/alerts``: which villages have an alert, which do not, why, and whom to telephone; it fills in while reports come."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from registry.alerts.confirmation.after import Carry
from registry.alerts.confirmation.ladder import Ladder, Reach
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.released import Releases
from registry.alerts.confirmation.tally import Confirmation, Village
from registry.people.roles import Role
from registry.trust.site import Site
from registry.web.alerts import words as said
from registry.web.alerts.reach import NEWS, REACHED, Channels, Reached
from registry.web.config import CONFIG, STORAGE
from registry.web.hints import SLOWEST_WRITE, STREAMS
from registry.web.officer import session as officers
from registry.web.phones.door import HEADERS
from registry.web.phones.scripts import scripts
from registry.web.templating import PAGES
from registry.web.users import session as users
from registry.web.watch import WATCH

FRESH = 1.0
"""Seconds for which what was computed serves everybody, and between two words to one page."""
BEATS = 15.0
"""Seconds after which it is looked at in any case: units fall silent without a word, and alerts end by themselves."""
MOST_CALLS = 30
"""Villages that are named with whom to telephone before one opens their communes."""
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Look:
    """Who looks: below which *base* their pages lie, in which *shell*, and at units of which *channels* they may."""

    base: str
    shell: str
    channels: Channels = None
    visit: Any = None


Looking = Callable[[web.Request, Look], Awaitable[web.StreamResponse]]


async def alerts_page(request: web.Request, look: Look) -> web.StreamResponse:
    """Every alert, those in force first with how far they came."""
    reached = request.app[REACHED]
    found = await reached.all(look.channels)
    live = [await reached.confirmation(each, look.channels) for each in found if each.ended is None]
    return _page(request, look, "list.html", live=live, past=[each for each in found if each.ended is not None])


async def alert_page(request: web.Request, look: Look) -> web.StreamResponse:
    """One alert."""
    return _page(request, look, "one.html", found=await _found(request, look), most=MOST_CALLS)


async def now_part(request: web.Request, look: Look) -> web.StreamResponse:
    """The part of the page that changes, for its script."""
    return _page(request, look, "now.html", found=await _found(request, look), most=MOST_CALLS)


async def commune_part(request: web.Request, look: Look) -> web.StreamResponse:
    """The villages of one commune: a page of their own, or the part that the script puts in."""
    found = await _found(request, look)
    commune = next((each for each in found.communes if each.code == request.match_info["commune"]), None)
    if commune is None:
        raise web.HTTPNotFound
    template = "villages.html" if "part" in request.query else "commune.html"
    return _page(request, look, template, found=found, commune=commune)


async def live_part(request: web.Request, look: Look) -> web.StreamResponse:
    """Server-sent events: a word whenever there is something new to read; what it is, the page asks for itself."""
    await _raised(request, look)
    streams, config, ticket = request.app[STREAMS], request.app[CONFIG], object()
    if len(streams) >= config.most_streams:
        return web.Response(status=503, headers={"Retry-After": "60"})
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    streams.add(ticket)
    try:
        await response.prepare(request)
        async for text in _words(request, look):
            async with asyncio.timeout(SLOWEST_WRITE):
                await response.write(text.encode())
    except (ConnectionError, TimeoutError):
        # Gone: the page connects again, or is loaded anew.
        pass
    finally:
        streams.discard(ticket)
    return response


async def _words(request: web.Request, look: Look) -> AsyncIterator[str]:
    news, told = request.app[NEWS], ""
    while not request.app[WATCH].closed:
        seen = news.count
        state = digest(await request.app[REACHED].confirmation(await _raised(request, look), look.channels))
        yield f"data: {state}\n\n" if state != told else ":\n\n"
        told = state
        # What comes within a second of another is told together: a province's units report all at once.
        await asyncio.sleep(FRESH)
        await news.wait(seen, BEATS)


def digest(found: Confirmation) -> str:
    """What changes when there is something new to read."""
    proven = [(each.facts.unit, each.reach, each.why, sorted(each.first), len(each.facts.airings)) for each in found.ladders]
    carried = {carry: len(ladders) for carry, ladders in found.carriers.items()}
    return hashlib.sha256(repr((proven, carried, found.raised.ended)).encode()).hexdigest()[:12]


def in_need(found: Confirmation) -> list[Village]:
    """The villages in which nobody has it as far as is known, which somebody should telephone, in all communes."""
    # Last those of which it was known beforehand that somebody must go there.
    return _of(found, (Reach.NOT_REACHED, Reach.NOT_KNOWN, Reach.RECEIVED_ONLY, Reach.NO_UNIT))


def in_part(found: Confirmation) -> list[Village]:
    """The villages that see it and do not hear it, or the other way."""
    return _of(found, (Reach.SOUND_ONLY, Reach.BOARD_ONLY))


def _of(found: Confirmation, kinds: Sequence[Reach]) -> list[Village]:
    return sorted((each for each in found.villages if each.reach in kinds), key=lambda each: kinds.index(each.reach))


def still(found: Confirmation) -> list[tuple[Carry, Ladder]]:
    """The units that may carry an ended alert yet: those that surely do, those that had it, those of which nobody knows even that."""
    kinds = (Carry.SOUNDING, Carry.SHOWING, Carry.NOT_KNOWN)
    doubtful = [(carry, ladder) for carry in kinds for ladder in found.carriers.get(carry, ())]
    return sorted(doubtful, key=lambda each: (kinds.index(each[0]), not each[1].first))


async def _raised(request: web.Request, look: Look) -> Raised:
    raised = await request.app[REACHED].one(request.match_info["key"], look.channels)
    if raised is None:
        raise web.HTTPNotFound
    return raised


async def _found(request: web.Request, look: Look) -> Confirmation:
    return await request.app[REACHED].confirmation(await _raised(request, look), look.channels)


def _page(request: web.Request, look: Look, template: str, **values: Any) -> web.Response:
    now = request.app[CONFIG].now()
    made = request.app[PAGES].get_template(f"alerts/{template}")
    lists = {"in_need": in_need, "in_part": in_part, "still": still}
    text = made.render(look=look, shell=look.shell, visit=look.visit, said=said, now=now, visited=request.path, **lists, **values)
    response = web.Response(text=text, content_type="text/html", headers=HEADERS)
    # Rows of a province are long and alike.
    response.enable_compression()
    return response


def _fleet(handler: Looking) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """For whoever watches the fleet, of the areas that they watch."""

    async def looked(request: web.Request, visit: users.Visit) -> web.StreamResponse:
        return await handler(request, Look("/alerts", "base.html", visit.person.areas(Role.WATCHER), visit))

    return users.page_of(Role.WATCHER)(looked)


def _officers(handler: Looking) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """For officers whose phone is bound, of their channels alone."""

    async def looked(request: web.Request, visit: officers.Visit) -> web.StreamResponse:
        return await handler(request, Look("/officer/reach", "officer/base.html", visit.person.channels, visit))

    return officers.page_of(looked)


_PAGES: dict[str, Looking] = {
    "": alerts_page,
    "/{key:[0-9a-f]{16}}": alert_page,
    "/{key:[0-9a-f]{16}}/now": now_part,
    "/{key:[0-9a-f]{16}}/live": live_part,
    "/{key:[0-9a-f]{16}}/{commune:[a-z0-9.-]+}": commune_part,
}


def routes() -> list[web.RouteDef]:
    """The pages of the fleet and those of officers."""
    found = []
    for base, door in (("/alerts", _fleet), ("/officer/reach", _officers)):
        found += [*scripts(f"{base}/static", STATIC), *(web.get(base + path, door(handler)) for path, handler in _PAGES.items())]
    return found


async def confirming(app: web.Application) -> AsyncIterator[None]:
    """What the pages share while the application runs; what was released before is read at once, before anybody looks."""
    config = app[CONFIG]
    app[REACHED] = Reached(app[STORAGE], Releases(Site(config.site)), config.now, FRESH, time.monotonic)
    task = asyncio.create_task(app[REACHED].all())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
