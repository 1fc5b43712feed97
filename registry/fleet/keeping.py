"""Keeping proven reports: every line once, the newest report in view, and how far each journal is whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Complaint
from registry.fleet.hearing import tell
from registry.fleet.holding import Fresh, Holding, Taken
from registry.fleet.intake import Proven, told_of
from registry.fleet.loading import load
from registry.fleet.standing_rows import catch_up
from registry.fleet.tables import lines, reports, tails, units
from registry.storage.upsert import upsert

Row = dict[str, Any]


async def keep(
    connection: AsyncConnection, group: Sequence[Proven], now: datetime
) -> tuple[Mapping[str, Holding], list[Taken | Complaint]]:
    """Keep each report of *group* with its lines, or nothing of it and say why; in their order, as if each had come alone.

    Returns also what is held of their units then.
    """
    holdings = await load(connection, group)
    if late := [unit for unit, holding in holdings.items() if holding.due is not None and holding.due <= now]:
        # What time made of them before this was heard must not be judged by what is heard now.
        await catch_up(connection, late, now)
    outcomes = [_take(holdings, each, now) for each in group]
    new = [(each, taken) for each, taken in zip(group, outcomes, strict=True) if isinstance(taken, Taken) and not taken.known]
    if new:
        await _write(connection, holdings, new, now)
        await tell(connection, [taken for _, taken in new], now)
    return holdings, outcomes


async def unsign(connection: AsyncConnection, before: datetime, most: int) -> int:
    """Let go of the signatures of at most *most* reports that were received *before*; their lines stay. Returns how many there were."""
    old = select(reports.c.unit, reports.c.boot, reports.c.n).where(reports.c.token.is_not(None), reports.c.received < before.isoformat())
    mine = tuple_(reports.c.unit, reports.c.boot, reports.c.n)
    return (await connection.execute(update(reports).where(mine.in_(old.limit(most))).values(token=None))).rowcount


async def kept(connection: AsyncConnection, unit: str) -> dict[str, int]:
    """Per program the highest line up to which its journal is here without a hole; −1 before the first."""
    found = await connection.execute(select(tails.c.program, tails.c.kept).where(tails.c.unit == unit))
    return {row.program: row.kept for row in found}


def _take(holdings: Mapping[str, Holding], proven: Proven, now: datetime) -> Taken | Complaint:
    holding = holdings.get(proven.report.unit)
    if holding is None:
        # Its key was good a moment ago.
        return Complaint("unit", f"{proven.report.unit} vừa bị thay thế / was replaced just now", "thu hồi nó / collect it")
    return holding.take(proven, now)


async def _write(connection: AsyncConnection, holdings: Mapping[str, Holding], new: Sequence[tuple[Proven, Taken]], now: datetime) -> None:
    received = now.isoformat()
    await connection.execute(_REPORT, [_report_row(each, now) for each, _ in new])
    told = [(taken.report.unit, fresh) for _, taken in new for fresh in taken.fresh]
    if rows := [_line_row(unit, fresh, received) for unit, fresh in told if not fresh.for_gap]:
        await connection.execute(_LINE, rows)
    if found := [_found_row(unit, fresh) for unit, fresh in told if fresh.for_gap]:
        await connection.execute(_FOUND, found)
    if longer := sorted({(unit, fresh.program) for unit, fresh in told}):
        await connection.execute(_TAIL, [_tail_row(unit, program, holdings[unit]) for unit, program in longer])
    heard = sorted({taken.report.unit for _, taken in new})
    await connection.execute(_HEARD, [_unit_row(unit, holdings[unit], received) for unit in heard])


def _report_row(proven: Proven, now: datetime) -> Row:
    report = proven.report
    earliest, latest = told_of(report, now)
    when = {"received": now.isoformat(), "earliest": earliest.isoformat(), "latest": latest.isoformat()}
    return {"unit": report.unit, "boot": report.boot, "n": report.n, **when, "digest": proven.digest, "token": proven.token}


def _line_row(unit: str, fresh: Fresh, received: str) -> Row:
    line = fresh.line
    first, last = fresh.span
    where = {"unit": unit, "program": fresh.program, "n": line.n, "first": first, "last": last}
    return {**where, "digest": fresh.digest, "kind": line.kind, "line": line.model_dump_json(), "received": received}


def _found_row(unit: str, fresh: Fresh) -> Row:
    line = fresh.line
    where = {"of": unit, "journal": fresh.program, "number": line.n}
    return {**where, "found": fresh.digest, "now": line.kind, "said": line.model_dump_json()}


def _tail_row(unit: str, program: str, holding: Holding) -> Row:
    return {"unit": unit, "program": program, "kept": holding.kept[program], "top": holding.top[program]}


def _unit_row(unit: str, holding: Holding, received: str) -> Row:
    # Without what goes without saying, as it came: half as long, and written with each report.
    said = holding.newest.model_dump_json(exclude={"lines"}, exclude_defaults=True) if holding.newest else None
    return {"of": unit, "heard": received, "said": said}


def _found() -> Executable:
    """What a gap stood for is found again: it takes the gap's place."""
    gap = (lines.c.unit == bindparam("of")) & (lines.c.program == bindparam("journal")) & (lines.c.n == bindparam("number"))
    return update(lines).where(gap).values(digest=bindparam("found"), kind=bindparam("now"), line=bindparam("said"))


def _tail() -> Executable:
    entry = upsert(tails)
    return entry.on_conflict_do_update(index_elements=["unit", "program"], set_={name: entry.excluded[name] for name in ("kept", "top")})


_REPORT, _LINE, _FOUND, _TAIL = insert(reports), insert(lines), _found(), _tail()
_HEARD = update(units).where(units.c.unit == bindparam("of")).values(contact=bindparam("heard"), report=bindparam("said"))
