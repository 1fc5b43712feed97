"""Who sent reports that nobody may believe: kept so that a person sees it, and not only the log."""

import math
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fleet.alarm_tables import doubts
from registry.storage.storage import Storage
from registry.storage.upsert import upsert

AGAIN = timedelta(minutes=1)
"""Once in so long it is written down that the same goes on: whoever sends without end must not keep the disk busy."""


class Doubt(StrEnum):
    """Why a report was not believed, of those reasons that somebody must look into."""

    UNKNOWN = "unknown-unit"
    REVOKED = "revoked-unit"
    FOREIGN_KEY = "foreign-key"
    CLONED = "cloned-unit"


MOST = {Doubt.UNKNOWN: 200, Doubt.FOREIGN_KEY: 20}
OTHERS = "…"
"""Anybody may invent names, and guess those of units: beyond so many all further ones are kept as one."""

Doubted = tuple[str, Doubt]
"""The unit that a report said it was of, and what is wrong with that."""


async def remember(storage: Storage, found: Collection[Doubted], now: datetime) -> None:
    """Keep *found*, which came at *now*; what was kept within the last minute is not written again."""
    if not found:
        return
    async with storage.reading() as connection:
        last = await _last(connection, found)
    lately = {each for each, at in last.items() if now - at < AGAIN}
    if news := sorted(set(found) - lately):
        async with storage.writing() as connection:
            kinds = await connection.execute(select(doubts.c.kind, func.count()).group_by(doubts.c.kind))
            held = Counter({Doubt(kind): many for kind, many in kinds})
            for unit, doubt in news:
                crowded = (unit, doubt) not in last and held[doubt] >= MOST.get(doubt, math.inf)
                held[doubt] += (unit, doubt) not in last and not crowded
                entry = upsert(doubts).values(
                    unit=OTHERS if crowded else unit, kind=doubt.value, first=now.isoformat(), last=now.isoformat()
                )
                again = entry.on_conflict_do_update(index_elements=["unit", "kind"], set_={"last": entry.excluded.last})
                await connection.execute(again)


async def _last(connection: AsyncConnection, found: Collection[Doubted]) -> dict[Doubted, datetime]:
    mine = tuple_(doubts.c.unit, doubts.c.kind).in_([(unit, doubt.value) for unit, doubt in found])
    return {(row.unit, Doubt(row.kind)): datetime.fromisoformat(row.last) for row in await connection.execute(select(doubts).where(mine))}
