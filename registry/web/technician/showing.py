"""A unit's page as the technician gets it: for each step what its template needs."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bundle.errors import Complaint
from evidence.duties import DUTY_WORDS
from registry.areas.places import Place, Point, every_area, named, nearest, places
from registry.fleet.duties import unheld
from registry.web.config import CONFIG, STORAGE
from registry.web.technician.looking import Sight, Step, neighbours
from registry.web.technician.naming import FIELDS, as_nearby, filled_in
from registry.web.technician.progress import progress
from registry.web.technician.session import Visit, render

FORMS = frozenset({Step.PLACE, Step.HOLDERS, Step.PHOTO})
"""The steps between which the technician goes to and fro."""
MOST_PLACES = 30


async def show(
    request: web.Request, visit: Visit, sight: Sight, step: Step | None = None, complaints: Sequence[Complaint] = ()
) -> web.Response:
    """The page of *step*, or of the next one; with *complaints* it is shown again (422)."""
    step = step or _wished(request, sight)
    values: dict[str, Any] = {"sight": sight, "complaints": complaints, "status": 422 if complaints else 200}
    match step:
        case Step.ABSENT | Step.CLOSED | Step.TAKEN:
            return _page(request, visit, f"{step.name.lower()}.html", values)
        case Step.CODE:
            return _page(request, visit, "code.html", values)
        case Step.PLACE:
            return _page(request, visit, "place.html", values | await _places(request, visit))
        case Step.HOLDERS:
            return _page(request, visit, "holders.html", values | await _holders(request, visit, sight))
        case Step.PHOTO:
            return _page(request, visit, "photo.html", values | await _photo(request, sight))
        case Step.ACCEPTED | Step.LET_IN:
            async with request.app[STORAGE].reading() as connection:
                found = await progress(connection, sight, request.app[CONFIG].now())
            return _page(request, visit, "progress.html", values | {"progress": found})


def _wished(request: web.Request, sight: Sight) -> Step:
    wish = request.query.get("step", "").upper()
    return Step[wish] if sight.step in FORMS and wish in {step.name for step in FORMS} else sight.step


async def _places(request: web.Request, visit: Visit) -> dict[str, Any]:
    async with request.app[STORAGE].reading() as connection:
        found = places(await every_area(connection), visit.person.area)
    words, here = request.query.get("q", "")[:100], _here(request)
    if words:
        found = named(found, words)
    if here:
        found = nearest(found, here)
    return {"places": found[:MOST_PLACES], "more": max(0, len(found) - MOST_PLACES), "typed": words, "here": here, "above": _above(found)}


def _above(found: Sequence[Place]) -> bool:
    """Whether the places lie in more than one area, so that each needs its area's name."""
    return len({place.area.code.rpartition(".")[0] for place in found}) > 1


def _here(request: web.Request) -> Point | None:
    try:
        latitude, longitude = float(request.query["lat"]), float(request.query["lon"])
    except (KeyError, ValueError):
        return None
    return Point(latitude, longitude) if -90 <= latitude <= 90 and -180 <= longitude <= 180 else None


async def _holders(request: web.Request, visit: Visit, sight: Sight) -> dict[str, Any]:
    """What was sent, else what was kept, else what the neighbours have."""
    filled: dict[str, dict[str, str]] = {}
    if visit.form:
        filled = filled_in(visit.form)
    elif sight.row is not None and sight.row.holders:
        filled = {each["duty"]: each for each in sight.row.holders}
    elif sight.place is not None:
        async with request.app[STORAGE].reading() as connection:
            filled = await as_nearby(connection, sight.place.area.code)
    return {"duties": DUTY_WORDS, "filled": filled, "nobody": dict.fromkeys(FIELDS, "")}


async def _photo(request: web.Request, sight: Sight) -> dict[str, Any]:
    near = []
    if sight.row is not None and sight.place is not None:
        async with request.app[STORAGE].reading() as connection:
            near = [row for row in await neighbours(connection, sight.place.area.code) if row.unit != sight.code.unit]
    lacking = unheld([each["duty"] for each in (sight.row.holders if sight.row is not None else ())])
    return {"near": near, "missing": [DUTY_WORDS[duty] for duty in lacking], "most": request.app[CONFIG].technicians.most_photos}


def _page(request: web.Request, visit: Visit, template: str, values: dict[str, Any]) -> web.Response:
    return render(request, template, visit=visit, wakes=request.app[CONFIG].technicians.wakes, **values)
