"""The fleet at ``/``: a page of it, filtered by what stands in the address, with figures that add up."""

from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from evidence.records import FaultCode
from registry.cards.overview import missing
from registry.fleet.listing import Wanted, listing
from registry.fleet.states import Link, State
from registry.fleet.views import views_of
from registry.people.roles import Role
from registry.web.config import CONFIG, STORAGE
from registry.web.fleet import words as said
from registry.web.users.session import Visit, page_of, render
from registry.web.users.sight import everywhere

routes = web.RouteTableDef()
_E = TypeVar("_E", bound=StrEnum)
MOST_WORDS = 100


@routes.get("/")
@page_of(Role.WATCHER)
async def fleet_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The units that somebody watches, the most urgent first."""
    now, who, wanted = request.app[CONFIG].now(), visit.person, _wanted(request)
    async with request.app[STORAGE].reading() as connection:
        found = await listing(connection, wanted, who.areas(Role.WATCHER))
        views = await views_of(connection, [row.unit for row in found.rows], now)
        # Where a card will be used is not known before.
        cards = await missing(connection, now) if await everywhere(connection, who, Role.WATCHER) else {}

    def address(**changed: Any) -> str:
        """This page's address with something *changed*; whatever else is asked for stays."""
        asked = {"state": wanted.state, "area": wanted.area, "link": wanted.link, "fault": wanted.fault, "q": wanted.words, **changed}
        return "/?" + urlencode({name: str(value) for name, value in asked.items() if value})

    told: dict[str, Any] = {
        "found": found,
        "wanted": wanted,
        "views": views,
        "cards": cards,
        "address": address,
        "links": tuple(Link),
    }
    answer = render(request, "fleet/list.html", visit=visit, said=said, **told)
    answer.enable_compression()
    return answer


def _wanted(request: web.Request) -> Wanted:
    """What the address asks for; what it does not say, or says wrongly, is everything."""
    asked = request.query
    page = asked.get("page", "1")
    return Wanted(
        state=_one_of(State, asked.get("state")),
        area=asked.get("area", "")[:MOST_WORDS] or None,
        link=_one_of(Link, asked.get("link")),
        fault=_one_of(FaultCode, asked.get("fault")),
        words=asked.get("q", "")[:MOST_WORDS].strip(),
        page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def _one_of(kind: type[_E], value: str | None) -> _E | None:
    return kind(value) if value in tuple(kind) else None
