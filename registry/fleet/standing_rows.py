"""Writing what was judged of units: the row of the present in place of the one before, and the spans that have closed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.chain import Event
from registry.audit.tables import audit
from registry.fleet.judging import Found, found_of, judged, present_of
from registry.fleet.standing_tables import spans, standings
from registry.fleet.standings import Span, passed
from registry.storage.schema import about

FROM = "standings-from"


@dataclass(frozen=True)
class News:
    """What takes the place of the row that is *held*, and the spans that have *closed*."""

    held: Row[Any] | None
    row: dict[str, Any]
    closed: tuple[Span, ...]


async def kept_from(connection: AsyncConnection) -> datetime | None:
    """Since when states are kept here: what was before that is not known of any unit."""
    value = await connection.scalar(select(about.c.value).where(about.c.name == FROM))
    return datetime.fromisoformat(value) if value else None


def news_of(found: Sequence[Found], since: datetime, now: datetime) -> list[News]:
    """What has changed of the units *found*; states are kept *since* then."""
    told = ((each.held, *judged(each, since, now)) for each in found)
    return [News(held, row, closed) for held, row, closed in told if row != _said(held)]


async def catch_up(connection: AsyncConnection, named: Collection[str], now: datetime) -> None:
    """Judge the units *named* by what was known until *now*, before more is heard of them, in the transaction that files it."""
    since = await kept_from(connection) or now
    await keep_news(connection, news_of(await found_of(connection, named, now), since, now))


async def keep_news(connection: AsyncConnection, news: Sequence[News]) -> None:
    """Write *news*, of units of which the row is still the one that was judged."""
    mine = standings.c.unit.in_([each.row["unit"] for each in news])
    here = {row.unit: row for row in await connection.execute(select(standings).where(mine))}
    # Another process may have judged or marked the same unit since it was read: that stands, and the next look goes on from there.
    still = [each for each in news if _said(here.get(each.row["unit"])) == _said(each.held)]
    await connection.execute(delete(standings).where(standings.c.unit.in_([each.row["unit"] for each in still])))
    if still:
        await connection.execute(insert(standings), [each.row for each in still])
    if closed := [_span_row(each.row["unit"], span) for each in still for span in each.closed]:
        await connection.execute(insert(spans), closed)


async def leave(connection: AsyncConnection, gone: Collection[str], now: datetime) -> None:
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


def _said(held: Row[Any] | None) -> dict[str, Any] | None:
    return None if held is None else dict(held._mapping)


def _span_row(unit: str, span: Span) -> dict[str, str]:
    return {"unit": unit, "began": span.began.isoformat(), "ended": span.ended.isoformat(), "state": span.state.value}
