"""Letting go of old journal lines: a month by dropping its part where there is one, and otherwise in bites; nothing is taken twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, TableClause, bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.chain import Event, note
from registry.fleet.tables import lines, tails
from registry.storage.months import drop_month, month_of, months_made, part_of
from registry.storage.patience import impatient
from registry.storage.schema import about
from registry.storage.storage import Storage
from registry.storage.upsert import upsert

AT_ONCE = 2000
SPARED = ("commissioned", "photo", "maintained")
"""What tells of a unit as it still stands, however long ago that was said."""

_WHOLE_FROM = "receipts-whole-from"


async def whole_from(connection: AsyncConnection) -> datetime | None:
    """Of what was told before this moment lines were let go of; None when all are here."""
    found = await connection.scalar(select(about.c.value).where(about.c.name == _WHOLE_FROM))
    return datetime.fromisoformat(found) if found else None


async def let_receipts_go(storage: Storage, before: datetime, now: datetime, at_once: int = AT_ONCE) -> int:
    """Let go of the lines received *before*, a month's first moment; how many they were. ``Busy`` when one month could not be dropped yet.

    What stands behind a hole of its journal stays: nobody was told that it is here.
    """
    async with storage.reading() as connection:
        months = [month for month in await connection.run_sync(months_made, lines) if month < month_of(before)]
        oldest = await _window(connection, -1, at_once)
    if not months and not _any_old(oldest, before):
        return 0
    await _announce(storage, before, now)
    dropped = [await _drop(storage, month, at_once) for month in months]
    return sum(dropped) + await _in_bites(storage, before, at_once)


async def _announce(storage: Storage, before: datetime, now: datetime) -> None:
    """Said before it is done: whoever finds less than there was is told why, also when this breaks off half-way."""
    async with storage.writing() as connection:
        if await whole_from(connection) == before:
            return
        entry = upsert(about).values(name=_WHOLE_FROM, value=before.isoformat())
        await connection.execute(entry.on_conflict_do_update(index_elements=["name"], set_={"value": before.isoformat()}))
        await note(connection, Event.LET_GO, now, detail=f"receipts received before {before:%Y-%m}")


async def _drop(storage: Storage, month: str, at_once: int) -> int:
    part = part_of(lines, month)
    # Nothing new comes into a month that is over: it is read beside the writers, who wait for the last step alone.
    async with storage.reading() as connection:
        ends = await _ends(connection, part, _goes(part))
        spared = list(await connection.scalars(select(part.c.seq).where(~_goes(part))))
        count = await connection.scalar(select(func.count()).select_from(part)) or 0
    for begin in range(0, len(ends), at_once):
        async with storage.writing() as connection:
            await _settle(connection, ends[begin : begin + at_once])
    async with impatient(storage) as connection:
        await connection.run_sync(drop_month, lines, month, spared)
    return count - len(spared)


async def _in_bites(storage: Storage, before: datetime, at_once: int) -> int:
    """From the front, as lines came, up to a stretch in which none is old: what a wrong clock put further behind goes with its turn."""
    gone, after = 0, -1
    while True:
        async with storage.reading() as connection:
            window = await _window(connection, after, at_once)
        if not _any_old(window, before):
            return gone
        after = window[-1].seq
        async with storage.writing() as connection:
            mine = lines.c.seq.between(window[0].seq, after) & (lines.c.received < before.isoformat()) & _goes(lines)
            await _settle(connection, await _ends(connection, lines, mine))
            gone += (await connection.execute(delete(lines).where(mine))).rowcount


async def _window(connection: AsyncConnection, after: int, most: int) -> Sequence[Row[int, str]]:
    query = select(lines.c.seq, lines.c.received).where(lines.c.seq > after).order_by(lines.c.seq).limit(most)
    return (await connection.execute(query)).all()


def _any_old(window: Iterable[Row[int, str]], before: datetime) -> bool:
    return any(row.received < before.isoformat() for row in window)


def _goes(part: TableClause) -> ColumnElement[bool]:
    whole = (tails.c.unit == part.c.unit) & (tails.c.program == part.c.program) & (tails.c.kept >= part.c.n)
    return part.c.kind.not_in(SPARED) & exists().where(whole)


async def _ends(connection: AsyncConnection, part: TableClause, mine: ColumnElement[bool]) -> Sequence[Row[str, str, int]]:
    """By journal the last number that goes."""
    query = select(part.c.unit.label("of"), part.c.program.label("journal"), func.max(part.c.last).label("upto"))
    return (await connection.execute(query.where(mine).group_by(part.c.unit, part.c.program))).all()


async def _settle(connection: AsyncConnection, ends: Iterable[Row[str, str, int]]) -> None:
    if rows := [dict(row._mapping) for row in ends]:
        await connection.execute(_LET_GO, rows)


_TAIL = (tails.c.unit == bindparam("of")) & (tails.c.program == bindparam("journal")) & (tails.c.let_go < bindparam("upto"))
_LET_GO = update(tails).where(_TAIL).values(let_go=bindparam("upto"))
