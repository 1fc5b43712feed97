"""Keeping the states of all units: those of which something was heard at once, those that time changes when it does, the others in turn."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.chain import Event
from registry.audit.tables import audit
from registry.fleet.judging import found_of, judged, present_of
from registry.fleet.standing_tables import spans, standings
from registry.fleet.standings import Span, passed
from registry.fleet.tables import units
from registry.storage.schema import about
from registry.storage.storage import Storage

AT_ONCE = 500
"""Units of one transaction, between which reports are taken in."""
ROUND = 600
"""Looks in which everybody had a turn: what a command or another process changed is seen by then, although nobody said so."""
LEAST = 20
"""At least so many have their turn in each look: a small fleet is seen whole each time."""
_FROM = "standings-from"


@dataclass
class Standings:
    """The states of the units in *storage*; :meth:`mark` what was heard of, :meth:`look` each second."""

    storage: Storage
    now: Callable[[], datetime]
    _marked: set[str] = field(default_factory=set)
    _reached: str = ""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def mark(self, unit: str) -> None:
        """Something was filed of *unit*, or changed about it."""
        self._marked.add(unit)

    async def start(self) -> None:
        """Everything that was filed while nobody kept states; before anybody reads them."""
        async with self.storage.writing() as connection:
            if await _kept_from(connection) is None:
                await connection.execute(insert(about).values(name=_FROM, value=self.now().isoformat()))
        async with self.storage.reading() as connection:
            unseen = standings.c.unit.is_(None) | standings.c.contact.is_distinct_from(units.c.contact)
            query = select(units.c.unit).outerjoin(standings).where(units.c.replaced_by.is_(None), unseen)
            self._marked |= set(await connection.scalars(query))
        await self.look()

    async def look(self) -> None:
        """Judge whom it is time for; a look that fails is made up by the next."""
        async with self._turn:
            marked, self._marked = self._marked, set()
            try:
                named = sorted(marked | await self._due() | await self._next_ones())
                for first in range(0, len(named), AT_ONCE):
                    await self._judge(named[first : first + AT_ONCE])
            except BaseException:
                self._marked |= marked
                raise

    async def _due(self) -> set[str]:
        async with self.storage.reading() as connection:
            return set(await connection.scalars(select(standings.c.unit).where(standings.c.due <= self.now().isoformat())))

    async def _next_ones(self) -> set[str]:
        async with self.storage.reading() as connection:
            share = max(LEAST, -(-(await connection.scalar(select(func.count()).select_from(units)) or 0) // ROUND))
            mine = select(units.c.unit).where(units.c.unit > self._reached).order_by(units.c.unit).limit(share)
            found = list(await connection.scalars(mine))
        self._reached = found[-1] if len(found) == share else ""
        return set(found)

    async def _judge(self, named: Collection[str]) -> None:
        now = self.now()
        async with self.storage.reading() as connection:
            since = await _kept_from(connection) or now
            found = await found_of(connection, named, now)
            others = set(named) - {each.row.unit for each in found}
            gone = set(await connection.scalars(select(standings.c.unit).where(standings.c.unit.in_(others))))
        # Reports must not wait while hundreds are read and judged.
        told = await asyncio.to_thread(lambda: [judged(each, since, now) for each in found])
        news = [_News(each.held, row, closed) for each, (row, closed) in zip(found, told, strict=True) if row != _said(each.held)]
        if gone or news:
            async with self.storage.writing() as connection:
                await _leave(connection, gone, now)
                await _keep(connection, news)


async def _kept_from(connection: AsyncConnection) -> datetime | None:
    """Since when states are kept here: what was before that is not known of any unit."""
    value = await connection.scalar(select(about.c.value).where(about.c.name == _FROM))
    return datetime.fromisoformat(value) if value else None


@dataclass(frozen=True)
class _News:
    """What takes the place of the row that is *held*, and the spans that have *closed*."""

    held: Row[Any] | None
    row: dict[str, Any]
    closed: tuple[Span, ...]


def _said(held: Row[Any] | None) -> dict[str, Any] | None:
    return None if held is None else dict(held._mapping)


async def _keep(connection: AsyncConnection, news: list[_News]) -> None:
    mine = standings.c.unit.in_([each.row["unit"] for each in news])
    here = {row.unit: row for row in await connection.execute(select(standings).where(mine))}
    # Another process may have judged the same unit since it was read: what that wrote stands, and the next look goes on from there.
    still = [each for each in news if _said(here.get(each.row["unit"])) == _said(each.held)]
    await connection.execute(delete(standings).where(standings.c.unit.in_([each.row["unit"] for each in still])))
    if still:
        await connection.execute(insert(standings), [each.row for each in still])
    if closed := [_span_row(each.row["unit"], span) for each in still for span in each.closed]:
        await connection.execute(insert(spans), closed)


async def _leave(connection: AsyncConnection, gone: Collection[str], now: datetime) -> None:
    """Units of which another took the place: their last span ends when it did."""
    for row in (await connection.execute(select(standings).where(standings.c.unit.in_(gone)))).all():
        replaced = select(func.max(audit.c.at)).where(audit.c.unit == row.unit, audit.c.event == Event.REPLACED.value)
        at = await connection.scalar(replaced)
        ended = min(datetime.fromisoformat(at), now) if at else now
        present, closed = passed(present_of(row), ended)
        last = (Span(present.standing.state, present.since, ended),) if ended > present.since else ()
        await connection.execute(delete(standings).where(standings.c.unit == row.unit))
        if rows := [_span_row(row.unit, span) for span in (*closed, *last)]:
            await connection.execute(insert(spans), rows)


def _span_row(unit: str, span: Span) -> dict[str, str]:
    return {"unit": unit, "began": span.began.isoformat(), "ended": span.ended.isoformat(), "state": span.state.value}
