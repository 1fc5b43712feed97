"""Letting go of what is about nothing any more: states and alarms of units long replaced, counts of essentials long out of force."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.chain import Event, note
from registry.fleet.alarm_tables import alarms
from registry.fleet.coverage.tables import essentials, presented
from registry.fleet.standing_tables import spans, standings
from registry.fleet.tables import units
from registry.storage.storage import Storage


async def let_replaced_go(storage: Storage, before: datetime, now: datetime) -> int:
    """Let go of the states and alarms of every unit whose last state ended *before*, because it was replaced; how many units had some."""
    own_spans, own_alarms = spans.c.unit == units.c.unit, alarms.c.subject == units.c.unit
    some = exists().where(own_spans) | exists().where(own_alarms, _old_alarms(before))
    since = exists().where(own_spans, spans.c.ended >= before.isoformat()) | exists().where(standings.c.unit == units.c.unit)
    query = select(units.c.unit).where(units.c.replaced_by.is_not(None), some, ~since)
    async with storage.reading() as connection:
        names = list(await connection.scalars(query.order_by(units.c.unit)))
    for unit in names:
        async with storage.writing() as connection:
            await _let_unit_go(connection, unit, before, now)
    return len(names)


async def let_retired_go(storage: Storage, before: datetime, now: datetime) -> int:
    """Let go of the counts of every essential that is out of force since *before*; how many they were. What comes again begins anew."""
    retired = essentials.c.gone < before.isoformat()
    async with storage.reading() as connection:
        found = (await connection.execute(select(essentials.c.channel, essentials.c.item).where(retired))).all()
    for channel, item in found:
        async with storage.writing() as connection:
            mine = (essentials.c.channel == channel) & (essentials.c.item == item) & retired
            # It may have come into force again a moment ago.
            if (await connection.execute(delete(essentials).where(mine))).rowcount:
                await connection.execute(delete(presented).where(presented.c.channel == channel, presented.c.item == item))
                await note(connection, Event.LET_GO, now, detail=f"counts of {channel} {item}")
    return len(found)


async def _let_unit_go(connection: AsyncConnection, unit: str, before: datetime, now: datetime) -> None:
    upto = await connection.scalar(select(func.max(spans.c.ended)).where(spans.c.unit == unit))
    if upto is not None:
        await connection.execute(delete(spans).where(spans.c.unit == unit))
        await connection.execute(update(units).where(units.c.unit == unit).values(let_go=upto))
    await connection.execute(delete(alarms).where(_old_alarms(before), alarms.c.subject == unit))
    await note(connection, Event.LET_GO, now, unit=unit, detail=f"states and alarms before {before:%Y-%m}")


def _old_alarms(before: datetime) -> ColumnElement[bool]:
    return alarms.c.closed < before.isoformat()
