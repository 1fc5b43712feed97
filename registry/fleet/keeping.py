"""Keeping proven reports: every line once, the newest report in view, and how far each journal is whole."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Complaint
from evidence.changes import merged
from evidence.records import Commissioned, Fault, JournalLine, Upgraded
from evidence.report import Journalled, Report
from registry.alerts.confirmation.hearing import hear_lines, hear_report
from registry.fleet.duties import hear
from registry.fleet.intake import Proven, covers, line_digest, newer, rewritten, told_of, used_twice
from registry.fleet.tables import faults, lines, reports, tails, units
from registry.rollout.keeping import hear as hear_of_upgrade
from registry.storage.upsert import upsert

GAP = "gap"


async def keep(connection: AsyncConnection, proven: Proven, now: datetime) -> Complaint | None:
    """Keep one report with its lines, or nothing of it and say why; what is already kept is kept once."""
    report = proven.report
    held = await connection.scalar(
        select(reports.c.digest).where(reports.c.unit == report.unit, reports.c.boot == report.boot, reports.c.n == report.n)
    )
    if held is not None:
        return None if held == proven.digest else used_twice(report)
    fresh, twisted = await _fresh(connection, report.unit, report.lines)
    if twisted:
        return twisted
    await _write_report(connection, proven, now)
    await _write_lines(connection, report.unit, fresh, now)
    return None


async def is_kept(connection: AsyncConnection, report: Report) -> bool:
    """Whether a report of this unit, boot and number is here already."""
    mine = (reports.c.unit == report.unit) & (reports.c.boot == report.boot) & (reports.c.n == report.n)
    return await connection.scalar(select(reports.c.n).where(mine)) is not None


async def unsign(connection: AsyncConnection, before: datetime, most: int) -> int:
    """Let go of the signatures of at most *most* reports that were received *before*; their lines stay. Returns how many there were."""
    old = select(reports.c.unit, reports.c.boot, reports.c.n).where(reports.c.token.is_not(None), reports.c.received < before.isoformat())
    mine = tuple_(reports.c.unit, reports.c.boot, reports.c.n)
    return (await connection.execute(update(reports).where(mine.in_(old.limit(most))).values(token=None))).rowcount


async def kept(connection: AsyncConnection, unit: str) -> dict[str, int]:
    """Per program the highest line up to which its journal is here without a hole; −1 before the first."""
    found = await connection.execute(select(tails.c.program, tails.c.kept).where(tails.c.unit == unit))
    return {row.program: row.kept for row in found}


async def _fresh(
    connection: AsyncConnection, unit: str, journalled: Iterable[Journalled]
) -> tuple[dict[tuple[str, int], JournalLine], Complaint | None]:
    """The lines not yet here; or the first that contradicts one that is."""
    by_program: defaultdict[str, dict[int, JournalLine]] = defaultdict(dict)
    for entry in journalled:
        twin = by_program[entry.program].setdefault(entry.line.n, entry.line)
        if twin != entry.line:
            return {}, rewritten(entry.program, entry.line.n)
    fresh: dict[tuple[str, int], JournalLine] = {}
    for program, numbered in by_program.items():
        query = select(lines.c.n, lines.c.kind, lines.c.digest).where(
            lines.c.unit == unit, lines.c.program == program, lines.c.n.in_(numbered)
        )
        here = {row.n: row for row in await connection.execute(query)}
        for n, line in numbered.items():
            held = here.get(n)
            if held is None or (held.kind == GAP and line.kind != GAP):
                fresh[program, n] = line
            # A unit that lost its outbox calls lost what we have: a gap never contradicts a line, it only lacks it.
            elif line.kind != GAP and held.digest != line_digest(line):
                return {}, rewritten(program, n)
    return fresh, None


async def _write_report(connection: AsyncConnection, proven: Proven, now: datetime) -> None:
    report = proven.report
    boot_seen = await connection.scalar(
        select(func.count()).select_from(reports).where(reports.c.unit == report.unit, reports.c.boot == report.boot)
    )
    last = await connection.scalar(select(units.c.report).where(units.c.unit == report.unit))
    change: dict[str, object] = {"contact": now.isoformat()}
    before = Report.model_validate_json(last) if last else None
    await hear_report(connection, report, before, now)
    if newer(report, before, bool(boot_seen)):
        change["report"] = merged(before, report).model_dump_json(exclude={"lines"})
    await connection.execute(update(units).where(units.c.unit == report.unit).values(**change))
    earliest, latest = told_of(report, now)
    who = {"unit": report.unit, "boot": report.boot, "n": report.n}
    when = {"received": now.isoformat(), "earliest": earliest.isoformat(), "latest": latest.isoformat()}
    await connection.execute(insert(reports).values(**who, **when, digest=proven.digest, token=proven.token))


async def _write_lines(connection: AsyncConnection, unit: str, fresh: dict[tuple[str, int], JournalLine], now: datetime) -> None:
    rows = []
    for (program, n), line in sorted(fresh.items(), key=lambda item: item[0]):
        first, last = covers(line)
        rows.append(
            {"unit": unit, "program": program, "n": n, "first": first, "last": last, "digest": line_digest(line)}
            | {"kind": line.kind, "line": line.model_dump_json(), "received": now.isoformat()}
        )
        match line:
            case Fault():
                await _write_fault(connection, unit, program, line)
            case Commissioned():
                await hear(connection, unit, line)
            case Upgraded():
                await hear_of_upgrade(connection, unit, line, now)
            case _:
                pass
    await hear_lines(connection, unit, fresh.values(), now)
    if rows:
        entry = upsert(lines)
        told = {name: entry.excluded[name] for name in ("digest", "kind", "line")}
        await connection.execute(entry.on_conflict_do_update(index_elements=["unit", "program", "n"], set_=told), rows)
    for program in sorted({program for program, _ in fresh}):
        await _advance(connection, unit, program)


async def _write_fault(connection: AsyncConnection, unit: str, program: str, fault: Fault) -> None:
    told = {"n": fault.n, "active": fault.active, "detail": fault.detail}
    entry = upsert(faults).values(unit=unit, program=program, code=fault.code.value, **told)
    # Lines may arrive out of order: an older line never overrules a newer one.
    await connection.execute(entry.on_conflict_do_update(index_elements=["unit", "program", "code"], set_=told, where=faults.c.n < fault.n))


async def _advance(connection: AsyncConnection, unit: str, program: str) -> None:
    mine = (tails.c.unit == unit) & (tails.c.program == program)
    before = await connection.scalar(select(tails.c.kept).where(mine))
    upto = -1 if before is None else before
    query = select(lines.c.first, lines.c.last).where(lines.c.unit == unit, lines.c.program == program, lines.c.last > upto)
    for row in await connection.execute(query.order_by(lines.c.first)):
        if row.first > upto + 1:
            break
        upto = max(upto, row.last)
    await connection.execute(delete(tails).where(mine))
    await connection.execute(insert(tails).values(unit=unit, program=program, kept=upto))
