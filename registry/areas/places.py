"""Where units may stand: areas with names, languages and coordinates, imported as a table; nearest first, or found by name."""

import csv
import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode, ancestors, covers
from bundle.base import Language, Line, Model
from bundle.errors import Complaint, Refused, refuse
from registry.areas.tables import areas
from registry.storage.upsert import upsert

COLUMNS = ("code", "name", "languages", "lat", "lon")
MOST_COMPLAINTS = 30
_MORE = "more"
_EARTH = 6371.0
"""Kilometres."""


class Area(Model):
    """One area of the table; *languages* in its own order; coordinates in degrees (WGS 84), where they are known."""

    code: AreaCode
    name: Line
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("vi",)
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


@dataclass(frozen=True)
class Place:
    """An area below which there is no other, the names of those above it, and how far it is (kilometres) if that can be told."""

    area: Area
    above: tuple[str, ...]
    distance: float | None = None


@dataclass(frozen=True)
class Point:
    """Where a phone is, in degrees."""

    latitude: float
    longitude: float


def read_areas(text: str, where: str) -> tuple[Area, ...]:
    """The areas in a CSV of ``COLUMNS`` with a heading; ``Refused`` with every complaint at once and its line."""
    reader = csv.DictReader(io.StringIO(unicodedata.normalize("NFC", text.removeprefix("\ufeff"))), restkey=_MORE)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise refuse(where, f"dòng đầu phải là / the first line must be: {','.join(COLUMNS)}", "sửa lại / correct it")
    found: dict[str, Area] = {}
    wrong: list[Complaint] = []
    for row in reader:
        place = f"{where}:{reader.line_num}"
        try:
            area = _area(row)
        except ValidationError as problem:
            wrong += [Complaint(place, f"{error['loc'][0]}: {error['msg']}", "sửa lại / correct it") for error in problem.errors()]
            continue
        if area.code in found:
            wrong.append(Complaint(place, f"mã {area.code} có hai lần / stands twice", "bỏ một dòng / remove one"))
        found[area.code] = area
    if wrong:
        raise Refused(*wrong[:MOST_COMPLAINTS])
    return tuple(found.values())


def _area(row: dict[str, Any]) -> Area:
    words = {name: (row.get(name) or "").strip() for name in COLUMNS}
    given: dict[str, Any] = {"code": words["code"], "name": words["name"]}
    if words["languages"]:
        given["languages"] = words["languages"].split()
    given |= {long: words[short] for long, short in (("latitude", "lat"), ("longitude", "lon")) if words[short]}
    if _MORE in row:
        # More cells than the heading names: a comma in a name that nobody quoted.
        given["name"] = row[_MORE]
    return Area.model_validate(given, strict=False)


async def import_areas(connection: AsyncConnection, imported: Sequence[Area]) -> None:
    """Add them; what was known under the same code is replaced, nothing is removed."""
    if imported:
        entry = upsert(areas)
        told = {name: entry.excluded[name] for name in ("name", "languages", "latitude", "longitude")}
        rows = [area.model_dump(mode="json") for area in imported]
        await connection.execute(entry.on_conflict_do_update(index_elements=["code"], set_=told), rows)


async def every_area(connection: AsyncConnection) -> dict[str, Area]:
    """All areas by code."""
    return {row.code: _kept(row) for row in await connection.execute(select(areas).order_by(areas.c.code))}


async def area_at(connection: AsyncConnection, code: str) -> Area | None:
    """The area with this code, None when it is not known."""
    row = (await connection.execute(select(areas).where(areas.c.code == code))).one_or_none()
    return None if row is None else _kept(row)


async def place_at(connection: AsyncConnection, code: str) -> Place | None:
    """The place with this code; None when it is none, or other areas lie below it."""
    below = select(areas.c.code).where(areas.c.code.startswith(f"{code}.", autoescape=True)).limit(1)
    if await connection.scalar(below) is not None:
        return None
    found = {row.code: _kept(row) for row in await connection.execute(select(areas).where(areas.c.code.in_(ancestors(code))))}
    return next(iter(places(found, code)), None) if code in found else None


def places(known: dict[str, Area], within: str | None = None) -> list[Place]:
    """The places in the area *within*, or all, by code."""
    inner = {above for code in known for above in ancestors(code)[:-1]}
    leaves = (area for code, area in known.items() if code not in inner and (within is None or covers(within, code)))
    return [Place(area, tuple(known[above].name for above in ancestors(area.code)[:-1] if above in known)) for area in leaves]


def nearest(found: Sequence[Place], here: Point) -> list[Place]:
    """*found*, the nearest first and with their distances; those without coordinates last."""
    measured = [Place(place.area, place.above, distance(place.area, here)) for place in found]
    return sorted(measured, key=lambda place: (place.distance is None, place.distance or 0.0, place.area.code))


def named(found: Sequence[Place], words: str) -> list[Place]:
    """Those whose name, or a name above it, holds every one of *words*: also typed without marks, as people do on a phone."""
    wanted = bare(words).split()
    return [place for place in found if all(word in bare(" ".join((place.area.name, *place.above))) for word in wanted)]


def bare(text: str) -> str:
    """*text* in small letters without any marks."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def distance(area: Area, here: Point) -> float | None:
    """Kilometres along the earth's surface (haversine formula), None where the area has no coordinates."""
    if area.latitude is None or area.longitude is None:
        return None
    north, south = math.radians(area.latitude), math.radians(here.latitude)
    across, along = north - south, math.radians(area.longitude - here.longitude)
    half = math.sin(across / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(along / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(min(1.0, half)))


def _kept(row: Row[Any]) -> Area:
    return Area(code=row.code, name=row.name, languages=tuple(row.languages), latitude=row.latitude, longitude=row.longitude)
