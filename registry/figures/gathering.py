"""What the numbers of a time are made of, unit by unit: states, faults, minutes on the air, data."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode
from registry.areas.communes import commune_of
from registry.areas.within import lies_within
from registry.figures.period import Period
from registry.figures.tables import airtime, traffic, troubles
from registry.fleet.standing_tables import spans, standings
from registry.fleet.states import State
from registry.fleet.tables import units

Air = Mapping[tuple[str, str], float]
"""Seconds by output and class."""


@dataclass
class UnitFigures:
    """One unit in a time: *seconds* in each state, *air* by output and class, *begun* faults and the seconds of all, bytes of data.

    *simulated* seconds on the air have reached nobody and are in no other number. *whole*: nothing of the time was let go of.
    """

    unit: str
    place: str
    place_name: str
    seconds: defaultdict[State, float] = field(default_factory=lambda: defaultdict(float))
    air: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    simulated: float = 0.0
    begun: int = 0
    faulty: float = 0.0
    received: int = 0
    sent: int = 0
    whole: bool = True
    channels: Sequence[AreaCode] = ()

    @property
    def commune(self) -> AreaCode:
        """The commune that it stands in, as in every list of the fleet."""
        return commune_of(self.place, self.channels)


async def gather(connection: AsyncConnection, within: Sequence[AreaCode], period: Period, now: datetime) -> list[UnitFigures]:
    """The figures of every unit in one of the areas *within*, by place and name; nothing after *now* is counted."""
    begins, ends = period.begins, min(period.ends, now)
    query = select(units.c.unit, units.c.place, units.c.place_name, units.c.channels, units.c.let_go).where(
        lies_within(units.c.place, within)
    )
    found = {
        row.unit: UnitFigures(
            row.unit,
            row.place,
            row.place_name,
            whole=row.let_go is None or row.let_go <= begins.isoformat(),
            channels=row.channels,
        )
        for row in await connection.execute(query.order_by(units.c.place, units.c.unit))
    }
    await _states(connection, within, found, begins, ends)
    await _troubles(connection, within, found, begins, ends)
    days = (period.first.isoformat(), period.last.isoformat())
    for row in await connection.execute(_of(airtime, within).where(airtime.c.day.between(*days))):
        if row.simulated:
            found[row.unit].simulated += row.seconds
        else:
            found[row.unit].air[row.output, row._mapping["class"]] += row.seconds
    for row in await connection.execute(_of(traffic, within).where(traffic.c.day.between(*days))):
        found[row.unit].received += row.received
        found[row.unit].sent += row.sent
    return list(found.values())


async def _states(
    connection: AsyncConnection, within: Sequence[AreaCode], found: Mapping[str, UnitFigures], begins: datetime, ends: datetime
) -> None:
    closed = _of(spans, within).where(spans.c.ended > begins.isoformat(), spans.c.began < ends.isoformat())
    for row in await connection.execute(closed):
        found[row.unit].seconds[State(row.state)] += _overlap(row.began, row.ended, begins, ends)
    for row in await connection.execute(_of(standings, within)):
        if row.unit in found:
            found[row.unit].seconds[State(row.state)] += _overlap(row.since, None, begins, ends)


async def _troubles(
    connection: AsyncConnection, within: Sequence[AreaCode], found: Mapping[str, UnitFigures], begins: datetime, ends: datetime
) -> None:
    still = or_(troubles.c.ended.is_(None), troubles.c.ended > begins.isoformat())
    for row in await connection.execute(_of(troubles, within).where(troubles.c.began < ends.isoformat(), still)):
        found[row.unit].begun += row.began >= begins.isoformat()
        found[row.unit].faulty += _overlap(row.began, row.ended, begins, ends)


def _of(table: Any, within: Sequence[AreaCode]) -> Select[Any]:
    return select(table).join(units, units.c.unit == table.c.unit).where(lies_within(units.c.place, within))


def _overlap(began: str, ended: str | None, begins: datetime, ends: datetime) -> float:
    """Seconds of what *began* then and has *ended*, or goes on, that lie between these."""
    first, last = max(datetime.fromisoformat(began), begins), min(datetime.fromisoformat(ended), ends) if ended else ends
    return max(0.0, (last - first).total_seconds())
