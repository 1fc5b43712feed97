"""What is kept of one day of a unit, and the last picture of its board that it sent."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.records import Answered, Shown, Sounded, Stamp, journal_line
from registry.fleet.day import Day, bounds, day_of
from registry.fleet.judging import present_of
from registry.fleet.standing_tables import spans, standings
from registry.fleet.standings import Span
from registry.fleet.states import OURS, State
from registry.fleet.tables import lines, reports, units
from registry.retention.receipts import whole_from

LATE = timedelta(days=30)
"""So long after its day a line may come that is looked for: a courier's round, twice."""
MOST_LINES = 6000


@dataclass(frozen=True)
class Screen:
    """A picture of the board that came home in line *seq*, taken *at* that time; *simulated*: of a screen that is none."""

    seq: int
    at: Stamp
    simulated: bool


async def read_day(connection: AsyncConnection, unit: str, day: date, zone: ZoneInfo, now: datetime) -> Day:
    """The lines of *day* of *unit*."""
    begins, ends = (edge.astimezone(UTC) for edge in bounds(day, zone))
    closed = select(spans).where(spans.c.unit == unit, spans.c.ended > begins.isoformat(), spans.c.began < ends.isoformat())
    told = [
        Span(State(row.state), datetime.fromisoformat(row.began), datetime.fromisoformat(row.ended))
        for row in await connection.execute(closed.order_by(spans.c.began))
    ]
    row = (await connection.execute(select(standings).where(standings.c.unit == unit))).one_or_none()
    heard = select(reports.c.received).where(
        reports.c.unit == unit,
        reports.c.received >= (begins - OURS.network).isoformat(),
        reports.c.received < ends.isoformat(),
    )
    times = {datetime.fromisoformat(at) for at in await connection.scalars(heard.distinct())}
    receipts = await _receipts(connection, unit, begins, ends)
    found = day_of(day, zone, now, told, present_of(row) if row else None, receipts, times)
    return replace(found, whole=await _is_whole(connection, unit, begins))


async def _is_whole(connection: AsyncConnection, unit: str, begins: datetime) -> bool:
    """Whether nothing of *unit* was let go of that was told since the day *begins*."""
    receipts, states = await whole_from(connection), await connection.scalar(select(units.c.let_go).where(units.c.unit == unit))
    return (receipts is None or receipts <= begins) and (states is None or states <= begins.isoformat())


async def _receipts(connection: AsyncConnection, unit: str, begins: datetime, ends: datetime) -> list[Shown | Sounded]:
    mine = (lines.c.unit == unit) & lines.c.kind.in_(("shown", "sounded"))
    came = (lines.c.received >= begins.isoformat()) & (lines.c.received < (ends + LATE).isoformat())
    query = select(lines.c.line).where(mine, came).order_by(lines.c.seq).limit(MOST_LINES)
    read = (journal_line.validate_json(line) for line in await connection.scalars(query))
    return [line for line in read if isinstance(line, Shown | Sounded) and begins <= line.at.wall < ends]


async def last_screen(connection: AsyncConnection, unit: str) -> Screen | None:
    """The newest picture of its board, None when it never sent one."""
    mine = (lines.c.unit == unit) & (lines.c.kind == "answered") & lines.c.line.contains('"picture":"')
    row = (await connection.execute(select(lines.c.seq, lines.c.line).where(mine).order_by(lines.c.seq.desc()).limit(1))).one_or_none()
    line = journal_line.validate_json(row.line) if row else None
    return Screen(row.seq, line.at, line.simulated) if row and isinstance(line, Answered) else None


async def screen(connection: AsyncConnection, unit: str, seq: int) -> bytes | None:
    """The picture itself (WebP)."""
    line = await connection.scalar(select(lines.c.line).where(lines.c.unit == unit, lines.c.seq == seq, lines.c.kind == "answered"))
    found = journal_line.validate_json(line) if line else None
    return found.picture if isinstance(found, Answered) else None


@dataclass(frozen=True)
class Proof:
    """A receipt with what proves it: the digest of its journal line, and the report, signed by the unit's key, that brought it."""

    receipt: Shown | Sounded
    line: str
    report: str
    number: int | None


async def proofs(connection: AsyncConnection, unit: str, most: int, item: str | None = None) -> list[Proof]:
    """The last *most* receipts of *unit*, of this *item* alone if one is named."""
    mine = (lines.c.unit == unit) & lines.c.kind.in_(("shown", "sounded"))
    query = select(lines.c.line, lines.c.digest, lines.c.received).where(mine)
    if item is not None:
        query = query.where(lines.c.line.contains(f'"item":"{item}"', autoescape=True))
    rows = (await connection.execute(query.order_by(lines.c.seq.desc()).limit(most))).all()
    brought = select(reports).where(reports.c.unit == unit, reports.c.received.in_({row.received for row in rows}))
    # Reports of one moment came in one batch; the last of them vouches for all that was before it.
    by_time = {row.received: row for row in await connection.execute(brought.order_by(reports.c.n))}
    found = []
    for row in rows:
        line, report = journal_line.validate_json(row.line), by_time.get(row.received)
        if isinstance(line, Shown | Sounded):
            found.append(Proof(line, row.digest.hex(), report.digest.hex() if report else "", report.n if report else None))
    return found
