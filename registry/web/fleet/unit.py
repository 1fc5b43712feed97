"""One unit at ``/units/<id>``: where it stands and why, its day, its health, what proves what it did, and its maintenance."""

from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import select, update

from bundle.errors import refuse
from registry.audit.chain import Event, note
from registry.figures.period import typed_day
from registry.fleet.day_reading import last_screen, proofs, read_day, screen
from registry.fleet.marking import mark
from registry.fleet.standing_tables import standings
from registry.fleet.story import story
from registry.fleet.tables import units
from registry.fleet.views import one
from registry.people.roles import Role
from registry.web.answers import refusal
from registry.web.config import CONFIG, STORAGE
from registry.web.fleet import words as said
from registry.web.users.session import Visit, form_of, not_theirs, page_of, render
from registry.web.users.sight import sees
from registry.web.words import LOCAL

routes = web.RouteTableDef()
MOST_PROOFS = 50
LONGEST = 24 * 30
"""Hours for which a unit may be put under maintenance at a time; ours."""


@routes.get("/units/{unit}")
@page_of(Role.WATCHER)
async def unit_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """One unit."""
    now, name = request.app[CONFIG].now(), request.match_info["unit"]
    today = now.astimezone(LOCAL).date()
    day = min(today, typed_day(request.query.get("day", "")) or today)
    async with request.app[STORAGE].reading() as connection:
        found = await one(connection, name, now)
        # Of what is not theirs nobody learns that it is there.
        if found is None or not visit.person.may(Role.WATCHER, found.place):
            return render(request, "nobody.html", 404, visit)
        told: dict[str, Any] = {
            "story": await story(connection, name),
            "day": await read_day(connection, name, day, LOCAL, now),
            "proofs": await proofs(connection, name, MOST_PROOFS),
            "screen": await last_screen(connection, name),
            "held": (await connection.execute(select(standings).where(standings.c.unit == name))).one_or_none(),
        }
    step = timedelta(days=1)
    return render(request, "fleet/unit.html", visit=visit, view=found, said=said, today=today, step=step, longest=LONGEST, **told)


@routes.get("/units/{unit}/screens/{seq:[0-9]{1,18}}.webp")
@page_of(Role.WATCHER)
async def screen_picture(request: web.Request, visit: Visit) -> web.StreamResponse:
    """What a board had presented."""
    name = request.match_info["unit"]
    async with request.app[STORAGE].reading() as connection:
        theirs = await sees(connection, visit.person, name)
        found = await screen(connection, name, int(request.match_info["seq"])) if theirs else None
    if found is None:
        raise web.HTTPNotFound
    return web.Response(body=found, content_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})


@routes.post("/units/{unit}/maintenance")
@form_of(Role.OPERATOR)
async def maintain(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Put it under maintenance for so many hours from now on; none ends it. 303 back to its page, 400, 403."""
    name, now, hours = request.match_info["unit"], request.app[CONFIG].now(), visit.form.get("hours", "")
    if not (hours.isascii() and hours.isdecimal() and len(hours) < 6 and int(hours) <= LONGEST):
        what = f"số giờ từ 0 đến {LONGEST} / hours from 0 to {LONGEST}"
        return refusal(400, refuse("hours", what, "nhập lại / enter it again"))
    until = (now + timedelta(hours=int(hours))).isoformat() if int(hours) else None
    async with request.app[STORAGE].writing() as connection:
        row = (await connection.execute(select(units).where(units.c.unit == name))).one_or_none()
        if row is None or not visit.person.may(Role.OPERATOR, row.place):
            return not_theirs(request, visit, Role.OPERATOR)
        await connection.execute(update(units).where(units.c.unit == name).values(maintenance_until=until))
        event = Event.MAINTENANCE_BEGUN if until else Event.MAINTENANCE_ENDED
        await note(connection, event, now, technician=visit.person.name, unit=name, detail=until or "")
        await mark(connection, (name,), now)
    return web.Response(status=303, headers={"Location": f"/units/{name}"})
