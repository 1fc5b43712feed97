"""One page of the fleet: filtered, counted and cut in the database, so that ten thousand units are read as fast as ten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode
from evidence.records import FaultCode
from registry.areas.places import bare
from registry.areas.tables import areas
from registry.areas.within import lies_within
from registry.fleet.standing_tables import standings
from registry.fleet.states import Link, State

PAGE = 50
MOST_COMMUNES = 300
"""So many are offered to choose from; of more, somebody types the name."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; nothing is everything. *words* are looked for without marks, all of them."""

    state: State | None = None
    area: AreaCode | None = None
    link: Link | None = None
    fault: FaultCode | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class Listing:
    """The *rows* of one page, the most urgent first; *counts* of all that match but for their state add up to *total*."""

    rows: Sequence[Row[Any]]
    counts: Mapping[State, int]
    simulated: int
    matching: int
    communes: Mapping[str, str]
    faults: Sequence[FaultCode]

    @property
    def total(self) -> int:
        """All units that match but for their state."""
        return sum(self.counts.values())

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.matching // PAGE))


async def listing(connection: AsyncConnection, wanted: Wanted, within: Sequence[AreaCode]) -> Listing:
    """The page of *wanted* units in the areas *within*."""
    theirs = lies_within(standings.c.place, within)
    asked = and_(theirs, *_conditions(wanted))
    mine = and_(asked, standings.c.state == wanted.state.value) if wanted.state else asked
    grouped = await connection.execute(select(standings.c.state, func.count().label("many")).where(asked).group_by(standings.c.state))
    many = {row.state: row.many for row in grouped}
    counts = {state: many.get(state.value, 0) for state in State}
    urgent = case({state.value: rank for rank, state in enumerate(State)}, value=standings.c.state)
    query = select(standings).where(mine).order_by(urgent, standings.c.place, standings.c.unit)
    rows = (await connection.execute(query.limit(PAGE).offset((wanted.page - 1) * PAGE))).all()
    simulated = await connection.scalar(select(func.count()).select_from(standings).where(asked, standings.c.is_simulated)) or 0
    matching = counts[wanted.state] if wanted.state else sum(counts.values())
    return Listing(rows, counts, simulated, matching, await _communes(connection, theirs), await _faults(connection, theirs))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [standings.c.words.contains(word, autoescape=True) for word in bare(wanted.words).split()]
    if wanted.area:
        found.append(lies_within(standings.c.place, (wanted.area,)))
    if wanted.link:
        found.append(standings.c.link == wanted.link.value)
    if wanted.fault:
        found.append(standings.c.codes.contains(f"|{wanted.fault.value}|", autoescape=True))
    return found


async def _communes(connection: AsyncConnection, theirs: ColumnElement[bool]) -> dict[str, str]:
    query = select(standings.c.commune, areas.c.name).outerjoin(areas, areas.c.code == standings.c.commune)
    rows = (await connection.execute(query.where(theirs).distinct().order_by(standings.c.commune).limit(MOST_COMMUNES + 1))).all()
    return {row.commune: row.name or row.commune for row in rows} if len(rows) <= MOST_COMMUNES else {}


async def _faults(connection: AsyncConnection, theirs: ColumnElement[bool]) -> list[FaultCode]:
    rows = await connection.scalars(select(standings.c.codes).where(theirs, standings.c.codes != "").distinct())
    open_now = {code for codes in rows for code in codes.split("|") if code}
    return [code for code in FaultCode if code.value in open_now]
