"""The pages that people read: the fleet at ``/`` and one unit at ``/units/<id>``; they show, and change nothing."""

from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from evidence.duties import DUTY_WORDS
from evidence.records import Shown
from registry.cards.overview import missing
from registry.fleet.story import story
from registry.fleet.views import fleet, one
from registry.web import words
from registry.web.config import CONFIG, STORAGE
from registry.web.content import PREFIX, caching

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


def environment() -> Environment:
    """The templates: everything is escaped, and a name that is missing is our mistake."""
    made = Environment(
        loader=PackageLoader("registry.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(words=words, duty_words=DUTY_WORDS)
    made.tests["shown"] = lambda receipt: isinstance(receipt, Shown)
    return made


PAGES: web.AppKey[Environment] = web.AppKey("pages", Environment)


@routes.get("/")
async def fleet_page(request: web.Request) -> web.Response:
    """All units, the most urgent first."""
    now = request.app[CONFIG].now()
    async with request.app[STORAGE].reading() as connection:
        found, cards = await fleet(connection, now), await missing(connection, now)
    return _page(request, "fleet.html", fleet=found, cards=cards, now=now)


@routes.get("/units/{unit}")
async def unit_page(request: web.Request) -> web.Response:
    """One unit: where it stands, what is wrong, its last receipts."""
    now = request.app[CONFIG].now()
    async with request.app[STORAGE].reading() as connection:
        found = await one(connection, request.match_info["unit"], now)
        if found is None:
            return _page(request, "nobody.html", status=404, now=now)
        told = await story(connection, found.unit)
    return _page(request, "unit.html", view=found, story=told, now=now)


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


def _page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    text = request.app[PAGES].get_template(template).render(**values)
    return web.Response(text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})
