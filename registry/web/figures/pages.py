"""``/numbers``: uptime, faults, minutes on the air and data of a time and an area; every figure opens to the units behind it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from aiohttp import web
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from bundle.area import AreaCode
from bundle.errors import Complaint, Refused
from registry.areas.tables import areas
from registry.figures.gathering import gather
from registry.figures.period import Period, period_of
from registry.figures.sheet import Column, Sheet, by_area, by_unit
from registry.figures.writing import Heading, as_csv, as_workbook
from registry.people.roles import Role, within
from registry.web.config import CONFIG, STORAGE
from registry.web.figures import words
from registry.web.users.session import Visit, page_of, render

_AREA: TypeAdapter[AreaCode] = TypeAdapter(AreaCode)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

routes = web.RouteTableDef()


class By(StrEnum):
    """What a line stands for."""

    COMMUNE = "commune"
    UNIT = "unit"


@dataclass(frozen=True)
class Asked:
    """Whose numbers somebody wants, of which time, and how they are grouped."""

    areas: tuple[str, ...]
    period: Period
    by: By
    area: str = ""

    def address(self, ending: str = "", **other: str) -> str:
        """The page of the same question, or of one that differs in *other*."""
        query = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat(), "by": self.by.value, "area": self.area}
        return f"/numbers{ending}?{urlencode({name: value for name, value in {**query, **other}.items() if value})}"


@dataclass(frozen=True)
class Found:
    """The *sheet* that answers, and what the areas in it are called."""

    sheet: Sheet
    names: Mapping[str, str]
    simulated: float


@routes.get("/numbers")
@page_of(Role.WATCHER)
async def page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The numbers as a page, which prints on paper as well; of a time that is none it says so, and shows this month."""
    complaints: tuple[Complaint, ...] = ()
    try:
        asked = _asked(request, visit)
    except Refused as refused:
        asked, complaints = _this_month(request, visit), refused.complaints
    found = await _found(request, asked)
    said = {"asked": asked, "found": found, "complaints": complaints, "Column": Column, "By": By, "say": words}
    return render(request, "figures/numbers.html", 400 if complaints else 200, visit, **said)


@routes.get("/numbers.csv")
@page_of(Role.WATCHER)
async def as_text(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The same as CSV."""
    asked = _or_404(request, visit)
    text = await asyncio.to_thread(as_csv, (await _found(request, asked)).sheet)
    return _file(text.encode(), "text/csv; charset=utf-8", f"{_name(asked)}.csv")


@routes.get("/numbers.xlsx")
@page_of(Role.WATCHER)
async def as_book(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The same as a workbook."""
    asked = _or_404(request, visit)
    found = await _found(request, asked)
    title = f"Bảng tin: {', '.join(found.names.get(area, area) for area in asked.areas)}"
    book = await asyncio.to_thread(as_workbook, found.sheet, Heading(title, asked.period, visit.person.name))
    return _file(book, XLSX, f"{_name(asked)}.xlsx")


def _asked(request: web.Request, visit: Visit) -> Asked:
    query, now = request.query, request.app[CONFIG].now()
    period = period_of(query.get("from", ""), query.get("to", ""), now)
    own, area = visit.person.areas(Role.WATCHER), _area(query.get("area", ""))
    by = By(query["by"]) if query.get("by") in tuple(By) else By.COMMUNE
    # What is not theirs is empty for them, as if it were not there.
    return Asked((area,) if area and within(own, area) else own, period, by, area if within(own, area) else "")


def _area(text: str) -> AreaCode:
    """The area that somebody asks for; of what is none there is nothing to see."""
    try:
        return _AREA.validate_python(text)
    except ValidationError:
        return ""


def _this_month(request: web.Request, visit: Visit) -> Asked:
    return Asked(visit.person.areas(Role.WATCHER), period_of("", "", request.app[CONFIG].now()), By.COMMUNE)


def _or_404(request: web.Request, visit: Visit) -> Asked:
    try:
        return _asked(request, visit)
    except Refused:
        raise web.HTTPNotFound from None


async def _found(request: web.Request, asked: Asked) -> Found:
    async with request.app[STORAGE].reading() as connection:
        units = await gather(connection, asked.areas, asked.period, request.app[CONFIG].now())
        names = {row.code: row.name for row in await connection.execute(select(areas.c.code, areas.c.name))}
    match asked.by:
        case By.UNIT:
            sheet = by_unit(units)
        case By.COMMUNE:
            sheet = by_area(units, names, lambda unit: unit.commune)
    return Found(sheet, names, sum(unit.simulated for unit in units))


def _name(asked: Asked) -> str:
    return f"bangtin-{'+'.join(asked.areas)}-{asked.period.first}-{asked.period.last}"


def _file(body: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=body, headers=headers)
