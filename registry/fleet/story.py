"""How a unit came to stand where it stands: who let it in, how it was commissioned, who holds its duties, what the site looks like."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.duties import Duty
from evidence.records import Commissioned, Maintained, Photo, journal_line
from registry.fleet.duties import holders_of, unheld
from registry.fleet.tables import enrolments, lines, units
from registry.web.technician.tables import photos

MOST_VISITS = 50
"""The older ones are in the archive."""


@dataclass(frozen=True)
class Story:
    """*technician* let it in (by name, None by command or card) at *since*; *commissioned* is what the unit said of that, if it has.

    *photos* are of the technician's phone, *pictures* came home from the unit: both named by SHA-256. *before* are the units that
    stood here and were replaced, the last one first; *visits* are those to it and to them, the newest first.
    """

    since: datetime | None
    technician: str | None
    commissioned: Commissioned | None
    holders: tuple[Row[Any], ...]
    unheld: tuple[Duty, ...]
    photos: tuple[str, ...]
    pictures: tuple[str, ...]
    before: tuple[str, ...] = ()
    visits: tuple[tuple[str, Maintained], ...] = ()


async def story(connection: AsyncConnection, unit: str) -> Story:
    """The story of *unit*."""
    newest = select(enrolments).where(enrolments.c.unit == unit).order_by(enrolments.c.seq.desc()).limit(1)
    enrolled = (await connection.execute(newest)).one_or_none()
    held = await holders_of(connection, unit)
    taken = select(photos.c.sha256).where(photos.c.unit == unit).order_by(photos.c.seq)
    last = await commissioned(connection, unit)
    before = await _before(connection, unit)
    return Story(
        since=datetime.fromisoformat(enrolled.enrolled) if enrolled else None,
        technician=enrolled.technician if enrolled else None,
        commissioned=last,
        holders=tuple(held),
        unheld=unheld([row.duty for row in held]),
        photos=tuple(await connection.scalars(taken)),
        pictures=await _arrived(connection, unit, last.photos if last else ()),
        before=before,
        visits=await _visits(connection, (unit, *before)),
    )


async def _before(connection: AsyncConnection, unit: str) -> tuple[str, ...]:
    """Whom *unit* replaced, and whom that one had replaced, and so on."""
    found: list[str] = []
    wanted = [unit]
    while wanted:
        rows = await connection.scalars(select(units.c.unit).where(units.c.replaced_by.in_(wanted)).order_by(units.c.unit))
        wanted = [name for name in rows if name not in found and name != unit]
        found += wanted
    return tuple(found)


async def _visits(connection: AsyncConnection, names: tuple[str, ...]) -> tuple[tuple[str, Maintained], ...]:
    query = select(lines.c.unit, lines.c.line).where(lines.c.unit.in_(names), lines.c.kind == "maintained").order_by(lines.c.seq.desc())
    read = ((row.unit, journal_line.validate_json(row.line)) for row in await connection.execute(query.limit(MOST_VISITS)))
    return tuple((name, line) for name, line in read if isinstance(line, Maintained))


async def commissioned(connection: AsyncConnection, unit: str) -> Commissioned | None:
    """The newest word of *unit* on how it was commissioned."""
    query = select(lines.c.line).where(lines.c.unit == unit, lines.c.kind == "commissioned").order_by(lines.c.n.desc()).limit(1)
    line = await connection.scalar(query)
    found = journal_line.validate_json(line) if line else None
    return found if isinstance(found, Commissioned) else None


async def picture(connection: AsyncConnection, unit: str, sha256: str) -> bytes | None:
    """The photograph of this digest as *unit* sent it."""
    query = select(lines.c.line).where(lines.c.unit == unit, lines.c.kind == "photo")
    for line in await connection.scalars(query):
        found = journal_line.validate_json(line)
        if isinstance(found, Photo) and found.sha256 == sha256:
            return found.picture
    return None


async def _arrived(connection: AsyncConnection, unit: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the photographs *named* that have come home: they travel in parts of their own, over days where the link is poor."""
    query = select(lines.c.line).where(lines.c.unit == unit, lines.c.kind == "photo")
    here = {found.sha256 for line in await connection.scalars(query) if isinstance(found := journal_line.validate_json(line), Photo)}
    return tuple(sha256 for sha256 in named if sha256 in here)
