"""The pages that people read: the fleet at ``/`` and one unit at ``/units/<id>``; they show, and change nothing."""

from pathlib import Path

from aiohttp import web

from registry.cards.overview import missing
from registry.fleet.story import story
from registry.fleet.views import fleet, one
from registry.people.roles import Role
from registry.web.config import CONFIG, STORAGE
from registry.web.content import PREFIX, caching
from registry.web.users.session import Visit, page_of, render
from registry.web.users.sight import everywhere

# No script, no frame, nothing from elsewhere: a title that smuggles markup in finds nothing to run it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

STATIC = Path(__file__).parent / "static"

routes = web.RouteTableDef()


@routes.get("/")
@page_of(Role.WATCHER)
async def fleet_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The units that somebody watches, the most urgent first."""
    now, who = request.app[CONFIG].now(), visit.person
    async with request.app[STORAGE].reading() as connection:
        found = await fleet(connection, now, who.areas(Role.WATCHER))
        # Where a card will be used is not known before.
        cards = await missing(connection, now) if await everywhere(connection, who, Role.WATCHER) else {}
    return render(request, "fleet.html", visit=visit, fleet=found, cards=cards)


@routes.get("/units/{unit}")
@page_of(Role.WATCHER)
async def unit_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """One unit: where it stands, what is wrong, its last receipts."""
    now = request.app[CONFIG].now()
    async with request.app[STORAGE].reading() as connection:
        found = await one(connection, request.match_info["unit"], now)
        # Of what is not theirs nobody learns that it is there.
        if found is None or not visit.person.may(Role.WATCHER, found.place):
            return render(request, "nobody.html", 404, visit)
        told = await story(connection, found.unit)
    return render(request, "unit.html", visit=visit, view=found, story=told)


@routes.get("/style.css")
async def style(_: web.Request) -> web.FileResponse:
    """The one style sheet."""
    return web.FileResponse(STATIC / "style.css", headers={"Cache-Control": "no-cache"})


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer its protecting headers, and content its caching."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    kept = caching(request.path) if request.path.startswith(PREFIX) and response.status in (200, 206, 304) else None
    if kept:
        response.headers["Cache-Control"] = kept
