"""``/audit``: who did what, the newest first, for administrators; it says whether anybody changed it since."""

from typing import Any

from aiohttp import web
from yarl import URL

from registry.audit.chain import Event
from registry.audit.reading import Wanted, chain, page
from registry.people.roles import Role
from registry.web.audit_words import EVENTS, detail, told
from registry.web.config import STORAGE
from registry.web.users.session import Visit, page_of, render
from registry.web.users.sight import everywhere

AUDIT = "/audit"
SIZE = 50
"""Rows on one page."""

routes = web.RouteTableDef()


@routes.get(AUDIT)
@page_of(Role.ADMINISTRATOR)
async def audit(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Of units in areas that somebody administers; of persons too, where they administer everything that the registry knows."""
    wanted = _wanted(request)
    async with request.app[STORAGE].reading() as connection:
        all_of_it = await everywhere(connection, visit.person, Role.ADMINISTRATOR)
        areas = None if all_of_it else visit.person.areas(Role.ADMINISTRATOR)
        found, checked = await page(connection, wanted, areas, SIZE), await chain(connection)
    asked = {name: value for name, value in request.query.items() if name != "before" and value}
    older = str(URL(AUDIT).with_query({**asked, "before": str(found.rows[-1].seq)})) if found.more else ""
    newest = str(URL(AUDIT).with_query(asked)) if wanted.before else ""
    shown: dict[str, Any] = {"found": found, "chain": checked, "wanted": wanted, "older": older, "newest": newest, "all_of_it": all_of_it}
    return render(request, "users/audit.html", visit=visit, events=EVENTS, told=told, detail=detail, **shown)


def _wanted(request: web.Request) -> Wanted:
    """What the address asks for; what makes no sense in it is not asked for."""
    told, before = request.query.get("event", ""), request.query.get("before", "")
    return Wanted(
        unit=request.query.get("unit", "").strip(),
        person=request.query.get("person", "").strip(),
        event=Event(told) if told in {event.value for event in Event} else None,
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 18 else 0,
    )
