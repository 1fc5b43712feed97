"""``/channels``: who signs for which channel, which versions are out, and which signatures run out, as the release tree has them."""

import asyncio
from dataclasses import dataclass

from aiohttp import web
from securesystemslib.signer import Key, SSlibKey

from bundle.area import covers
from bundle.errors import Complaint, Refused
from registry.people.roles import Person, Role
from registry.trust.overview import Ahead, ChannelView, Freshness, overview
from registry.trust.site import Site
from registry.web import channel_words
from registry.web.config import CONFIG
from registry.web.officer.keys import figures
from registry.web.users.session import Visit, page_of, render

AHEAD = Ahead()

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Row:
    """One channel of the list, or why it cannot be read."""

    channel: str
    view: ChannelView | None
    complaints: tuple[Complaint, ...] = ()


@routes.get("/channels")
@page_of(Role.WATCHER)
async def channels(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Every channel that concerns somebody, what runs out first at the front."""
    site, now = Site(request.app[CONFIG].site), request.app[CONFIG].now()
    rows = await asyncio.to_thread(lambda: [_row(site, channel) for channel in site.channels() if concerns(visit.person, channel)])
    order = list(Freshness)
    rows.sort(key=lambda row: (order.index(row.view.freshness(now, AHEAD)) if row.view else -1, row.channel))
    return render(request, "channels/list.html", visit=visit, rows=rows, ahead=AHEAD, said=channel_words)


@routes.get("/channels/{channel}")
@page_of(Role.WATCHER)
async def channel(request: web.Request, visit: Visit) -> web.StreamResponse:
    """One channel: its roles with their seats, and until when everything is good."""
    site, name = Site(request.app[CONFIG].site), request.match_info["channel"]
    if name not in await asyncio.to_thread(site.channels) or not concerns(visit.person, name):
        raise web.HTTPNotFound
    row = await asyncio.to_thread(_row, site, name)
    return render(request, "channels/one.html", visit=visit, row=row, ahead=AHEAD, said=channel_words, told=told)


def told(key: Key | None) -> str:
    """What two people compare of a key: the figures that an officer's phone shows of its own, else the beginning of the key's id."""
    if key is None:
        return "?"
    return figures(key.keyval["public"]) if isinstance(key, SSlibKey) and key.keytype == "ed25519" else str(key.keyid)[:12]


def concerns(person: Person, channel: str) -> bool:
    """Whether units that *person* watches follow *channel*: one of theirs, or one above."""
    return any(covers(area, channel) or covers(channel, area) for area in person.areas(Role.WATCHER))


def _row(site: Site, name: str) -> Row:
    try:
        return Row(name, overview(site, name))
    except Refused as refused:
        return Row(name, None, refused.complaints)
