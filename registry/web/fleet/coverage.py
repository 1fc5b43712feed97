"""Coverage at ``/coverage``: which villages essential information has reached, each cell with what proves it, and all of it as CSV."""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import select

from bundle.area import AreaCode
from registry.fleet.coverage.matrix import Column, Matrix
from registry.fleet.coverage.verdicts import Mark
from registry.fleet.day_reading import Proof, proofs
from registry.fleet.duties import holders_of
from registry.fleet.tables import units
from registry.people.roles import Role
from registry.web.config import STORAGE
from registry.web.fleet import words as said
from registry.web.standing import COVERED
from registry.web.users.session import Visit, page_of, render

routes = web.RouteTableDef()
PAGE = 60
"""Villages in one page of the table."""
MOST_PROOFS = 12
AREA = "[a-z0-9.-]+"
_ITEM = f"/coverage/{{channel:{AREA}}}/{{item}}"


@dataclass(frozen=True)
class _Asked:
    """What of the matrix somebody looks at: of one *area*, or of everything that they watch."""

    area: AreaCode | None
    within: Sequence[AreaCode]


@routes.get("/coverage")
@page_of(Role.WATCHER)
async def coverage_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Every essential with its figures, and on a wide screen the table of a page of villages."""
    asked = _asked(request, visit)
    found = await _matrix(request, asked)
    meant = {place for column in found.columns for place in column.cells}
    villages = [each for each in found.villages if each.place in meant]
    pages = max(1, -(-len(villages) // PAGE))
    number = request.query.get("page", "1")
    page = min(pages, max(1, int(number))) if number.isascii() and number.isdecimal() and len(number) < 6 else 1
    here = villages[(page - 1) * PAGE : page * PAGE]
    communes = {each.commune: found.names.get(each.commune, each.commune) for each in villages}
    told: dict[str, Any] = {
        "found": found,
        "here": here,
        "villages": len(villages),
        "page": page,
        "pages": pages,
        "communes": communes,
        "asked": asked,
    }
    return _compressed(render(request, "fleet/coverage.html", visit=visit, said=said, marks=tuple(Mark), **told))


@routes.get("/coverage.csv")
@page_of(Role.WATCHER)
async def coverage_csv(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Every cell as a row, for a spreadsheet."""
    found = await _matrix(request, _asked(request, visit))
    text = await asyncio.to_thread(_csv, found)
    headers = {"Content-Disposition": 'attachment; filename="do-phu-tin.csv"', "Cache-Control": "no-store"}
    # With a mark at its beginning: without it a spreadsheet reads Vietnamese letters as something else.
    return _compressed(web.Response(text="\ufeff" + text, content_type="text/csv", charset="utf-8", headers=headers))


@routes.get(_ITEM)
@page_of(Role.WATCHER)
async def essential_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """One essential: its villages by commune, those that need somebody first."""
    found, column = await _column(request, visit)
    order = (Mark.NOT_YET, Mark.NOT_KNOWN, Mark.NO_UNIT, Mark.SHOWN, Mark.HEARD)
    communes = {
        commune: sorted((each for each in villages if each.place in column.cells), key=lambda each: _rank(column, order, each.place))
        for commune, villages in found.by_commune().items()
    }
    told: dict[str, Any] = {"found": found, "column": column, "communes": {name: each for name, each in communes.items() if each}}
    return _compressed(render(request, "fleet/essential.html", visit=visit, said=said, marks=tuple(Mark), **told))


@routes.get(f"{_ITEM}/{{place:{AREA}}}")
@page_of(Role.WATCHER)
async def cell_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """One village and one essential: its units, what each proved, and whom to telephone."""
    place = request.match_info["place"]
    if not visit.person.may(Role.WATCHER, place):
        raise web.HTTPNotFound
    found, column = await _column(request, visit, (place,))
    cell = column.cells.get(place)
    if cell is None:
        raise web.HTTPNotFound
    proven: dict[str, list[Proof]] = {}
    phones = {}
    here = [each.unit for each in cell.verdicts if each.here]
    async with request.app[STORAGE].reading() as connection:
        for unit in await connection.scalars(select(units.c.unit).where(units.c.unit.in_(here))):
            told = await proofs(connection, unit, MOST_PROOFS, column.essential.item)
            proven[unit] = [each for each in told if each.receipt.version >= column.essential.since]
            phones[unit] = [row for row in await holders_of(connection, unit) if row.phone]
    village = next(each for each in found.villages if each.place == place)
    told_all: dict[str, Any] = {"column": column, "cell": cell, "village": village, "proven": proven, "phones": phones}
    return render(request, "fleet/cell.html", visit=visit, said=said, **told_all)


def _rank(column: Column, order: Sequence[Mark], place: str) -> tuple[int, str]:
    return order.index(column.cells[place].mark), place


def _asked(request: web.Request, visit: Visit) -> _Asked:
    area, theirs = request.query.get("area", "")[:100], visit.person.areas(Role.WATCHER)
    return _Asked(area, (area,)) if area and visit.person.may(Role.WATCHER, area) else _Asked(None, theirs)


async def _matrix(request: web.Request, asked: _Asked) -> Matrix:
    return await request.app[COVERED].matrix(asked.within)


async def _column(request: web.Request, visit: Visit, within: Sequence[AreaCode] | None = None) -> tuple[Matrix, Column]:
    """The one essential that the address names; 404 when there is none for these areas."""
    key = request.match_info["channel"], request.match_info["item"]
    found = await request.app[COVERED].matrix(visit.person.areas(Role.WATCHER) if within is None else within, key)
    if not found.columns:
        raise web.HTTPNotFound
    return found, found.columns[0]


def _csv(found: Matrix) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        (
            "xa_commune",
            "thon_village",
            "ten_name",
            "kenh_channel",
            "tin_item",
            "tieu_de_title",
            "ket_qua_mark",
            "vi_sao_why",
            "thieu_tieng_language",
        )
    )
    for village in found.villages:
        for column in found.columns:
            if (cell := column.cells.get(village.place)) is not None:
                what = column.essential
                row = (
                    village.commune,
                    village.place,
                    village.name,
                    what.channel,
                    what.item,
                    what.title,
                    cell.mark.value,
                    cell.why,
                    cell.unspoken or "",
                )
                table.writerow(_plain(value) for value in row)
    return out.getvalue()


def _plain(value: str) -> str:
    """What a spreadsheet would take for a formula is text."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _compressed(answer: web.Response) -> web.Response:
    # Rows of a province are long and alike.
    answer.enable_compression()
    return answer
