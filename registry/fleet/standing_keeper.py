"""Keeping the states of all units: those that are marked at once, those that time changes when it does, the others in turn."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select

from registry.fleet.judging import found_of
from registry.fleet.standing_rows import FROM, keep_news, kept_from, leave, news_of
from registry.fleet.standing_tables import standings
from registry.fleet.tables import units
from registry.storage.schema import about
from registry.storage.storage import Storage

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Units of one transaction, between which reports are taken in."""
ROUND = 600
"""Looks in which everybody had a turn: what a command or another process changed is seen by then, although nobody said so."""
LEAST = 20
"""At least so many have their turn in each look: a small fleet is seen whole each time."""


@dataclass
class Standings:
    """The states of the units in *storage*; :meth:`look` each second, by one process of all that share it."""

    storage: Storage
    now: Callable[[], datetime]
    _reached: str = ""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _unreadable: set[str] = field(default_factory=set)

    async def start(self) -> None:
        """What happened while nobody kept states; before anybody reads them."""
        async with self.storage.writing() as connection:
            if await kept_from(connection) is None:
                await connection.execute(insert(about).values(name=FROM, value=self.now().isoformat()))
        await self.look()

    async def look(self) -> None:
        """Judge whom it is time for; a look that fails is made up by the next."""
        async with self._turn:
            named = sorted(await self._due() | await self._next_ones())
            for first in range(0, len(named), AT_ONCE):
                await self._judge_apart(named[first : first + AT_ONCE])

    async def _due(self) -> set[str]:
        """Those that are marked or that time changes, and those that were never judged."""
        due = select(standings.c.unit).where(standings.c.due <= self.now().isoformat())
        unseen = select(units.c.unit).outerjoin(standings).where(units.c.replaced_by.is_(None), standings.c.unit.is_(None))
        async with self.storage.reading() as connection:
            return {*await connection.scalars(due), *await connection.scalars(unseen)}

    async def _next_ones(self) -> set[str]:
        async with self.storage.reading() as connection:
            share = max(LEAST, -(-(await connection.scalar(select(func.count()).select_from(units)) or 0) // ROUND))
            mine = select(units.c.unit).where(units.c.unit > self._reached).order_by(units.c.unit).limit(share)
            found = list(await connection.scalars(mine))
        self._reached = found[-1] if len(found) == share else ""
        return set(found)

    async def _judge_apart(self, named: Sequence[str]) -> None:
        """Judge them together; where what is kept of one cannot be read its state stays, and all others have theirs."""
        try:
            await self._judge(named)
        except (ValueError, ArithmeticError) as problem:
            if half := len(named) // 2:
                await self._judge_apart(named[:half])
                await self._judge_apart(named[half:])
            elif named[0] not in self._unreadable:
                self._unreadable.add(named[0])
                log.error("%s cannot be judged, its state stays: %s", named[0], problem)
        else:
            self._unreadable.difference_update(named)

    async def _judge(self, named: Collection[str]) -> None:
        now = self.now()
        async with self.storage.reading() as connection:
            since = await kept_from(connection) or now
            found = await found_of(connection, named, now)
            others = set(named) - {each.row.unit for each in found}
            gone = set(await connection.scalars(select(standings.c.unit).where(standings.c.unit.in_(others))))
        # Reports must not wait while hundreds are read and judged.
        news = await asyncio.to_thread(news_of, found, since, now)
        if gone or news:
            async with self.storage.writing() as connection:
                await leave(connection, gone, now)
                await keep_news(connection, news)
