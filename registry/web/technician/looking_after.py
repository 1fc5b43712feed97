"""Units that are in already, on the phone of a technician of their area: how they do, and who holds their duties."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import select

from bundle.errors import Complaint, Refused
from evidence.duties import DUTY_WORDS
from registry.audit.chain import Event, note
from registry.fleet.duties import holders_of, name_all
from registry.fleet.story import story
from registry.fleet.tables import units
from registry.fleet.views import one
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.technician.naming import FIELDS, filled_in, read_holders
from registry.web.technician.session import Visit, form_of, page_of, render

UNIT = "/technician/units/{unit}"

routes = web.RouteTableDef()


@routes.get(UNIT)
@page_of
async def unit_page(request: web.Request, visit: Visit) -> web.Response:
    """How a unit in their area does, and how it was handed over; 404 for any other."""
    now = request.app[CONFIG].now()
    async with request.app[STORAGE].reading() as connection:
        view = await one(connection, request.match_info["unit"], now)
        if view is None or not visit.person.may_work_in(view.place):
            raise web.HTTPNotFound
        told = await story(connection, view.unit)
    return render(request, "unit.html", visit=visit, view=view, story=told)


@routes.get(UNIT + "/holders")
@page_of
async def holders_page(request: web.Request, visit: Visit) -> web.Response:
    """Who holds its duties, to be changed."""
    unit, place_name = await _mine(request, visit)
    async with request.app[STORAGE].reading() as connection:
        held = {row.duty: {field: getattr(row, field) for field in FIELDS} for row in await holders_of(connection, unit)}
    return _form(request, visit, place_name, held)


@routes.post(UNIT + "/holders")
@form_of
async def holders_named(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Whom the form names holds the duties from now on, and nobody else: 303, 422 when something cannot be right."""
    unit, place_name = await _mine(request, visit)
    try:
        named = read_holders(visit.form)
    except Refused as refused:
        return _form(request, visit, place_name, filled_in(visit.form), refused.complaints)
    async with request.app[STORAGE].writing() as connection:
        await name_all(connection, unit, named)
        told = ", ".join(f"{each['duty']}: {each['name']}" for each in named)
        await note(connection, Event.HOLDERS_NAMED, request.app[CONFIG].now(), visit.person.name, unit, block(request), told)
    return web.Response(status=303, headers={"Location": f"/technician/units/{unit}", "Cache-Control": "no-store"})


async def _mine(request: web.Request, visit: Visit) -> tuple[str, str]:
    """The unit's name and its village's, if it stands in the technician's area."""
    async with request.app[STORAGE].reading() as connection:
        row = (await connection.execute(select(units).where(units.c.unit == request.match_info["unit"]))).one_or_none()
    if row is None or not visit.person.may_work_in(row.place):
        raise web.HTTPNotFound
    return row.unit, row.place_name


def _form(
    request: web.Request, visit: Visit, place_name: str, held: Mapping[str, Mapping[str, str]], complaints: tuple[Complaint, ...] = ()
) -> web.Response:
    values: dict[str, Any] = {"duties": DUTY_WORDS, "filled": held, "nobody": dict.fromkeys(FIELDS, "")}
    unit, code = request.match_info["unit"], 422 if complaints else 200
    return render(request, "unit_holders.html", code, visit, unit=unit, place_name=place_name, complaints=complaints, **values)
