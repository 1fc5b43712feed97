"""Loading what is held of the units whose reports came: few statements for all of them, and more only where something is told again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.records import JournalLine
from evidence.report import Report
from registry.fleet.holding import Here, Holding
from registry.fleet.intake import Proven, spans_of
from registry.fleet.standing_tables import standings
from registry.fleet.stored import stored
from registry.fleet.tables import lines, reports, tails, units

T = TypeVar("T")

AT_ONCE = 1000
"""How many values one statement names at most: both databases have an end to that, and a plan for more is no better."""


async def load(connection: AsyncConnection, proven: Sequence[Proven]) -> dict[str, Holding]:
    """By unit what is held of those that *proven* reports are of, as far as these ask for it; units that were replaced are missing."""
    holdings = await _units(connection, sorted({each.report.unit for each in proven}))
    told = [each.report for each in proven if each.report.unit in holdings]
    await _digests(connection, holdings, told)
    await _boots(connection, holdings, told)
    new = [report for report in told if (report.boot, report.n) not in holdings[report.unit].digests]
    await _journals(connection, holdings, new)
    return holdings


async def _units(connection: AsyncConnection, named: Sequence[str]) -> dict[str, Holding]:
    found = {}
    for some in parts(named):
        query = select(units.c.unit, units.c.channels, units.c.report, units.c.contact, standings.c.due).outerjoin(standings)
        mine = query.where(units.c.unit.in_(some), units.c.replaced_by.is_(None))
        for unit, channels, report, contact, due in await connection.execute(mine):
            newest = stored(report) if report else None
            boots = {newest.boot} if newest else set()
            found[unit] = Holding(tuple(channels), newest, boots=boots, heard=_moment(contact), due=_moment(due))
    return found


async def _digests(connection: AsyncConnection, holdings: Mapping[str, Holding], told: Sequence[Report]) -> None:
    number = tuple_(reports.c.unit, reports.c.boot, reports.c.n)
    for some in parts([(report.unit, report.boot, report.n) for report in told]):
        query = select(reports.c.unit, reports.c.boot, reports.c.n, reports.c.digest).where(number.in_(some))
        for unit, boot, n, digest in await connection.execute(query):
            holdings[unit].digests[boot, n] = digest


async def _boots(connection: AsyncConnection, holdings: Mapping[str, Holding], told: Sequence[Report]) -> None:
    """Whether anything of a boot is here is asked once, when a unit speaks from another one than last."""
    others = sorted({(report.unit, report.boot) for report in told if report.boot not in holdings[report.unit].boots})
    boot = tuple_(reports.c.unit, reports.c.boot)
    for some in parts(others):
        for unit, name in await connection.execute(select(reports.c.unit, reports.c.boot).where(boot.in_(some)).distinct()):
            holdings[unit].boots.add(name)


async def _journals(connection: AsyncConnection, holdings: Mapping[str, Holding], new: Sequence[Report]) -> None:
    told: defaultdict[tuple[str, str], list[JournalLine]] = defaultdict(list)
    spans: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for report in new:
        for entry in report.lines:
            told[report.unit, entry.program].append(entry.line)
        for (program, _), span in spans_of((entry.program, entry.line) for entry in report.lines).items():
            spans[report.unit, program].append(span)
    for some in parts(sorted(holdings)):
        columns = (tails.c.unit, tails.c.program, tails.c.kept, tails.c.top, tails.c.let_go)
        for unit, program, kept, top, let_go in await connection.execute(select(*columns).where(tails.c.unit.in_(some))):
            holding = holdings[unit]
            holding.kept[program], holding.top[program], holding.let_go[program] = kept, top, let_go
    for (unit, program), entries in told.items():
        holding = holdings[unit]
        upto = holding.kept.get(program, -1)
        holed = holding.top.get(program, -1) > upto
        await _again(connection, holding, unit, program, sorted({line.n for line in entries if holed or line.n <= upto}))
        if holed and any(first <= upto + 1 <= last for first, last in spans[unit, program]):
            holding.behind[program] = await _behind(connection, unit, program, upto)


async def _again(connection: AsyncConnection, holding: Holding, unit: str, program: str, numbers: Sequence[int]) -> None:
    for some in parts(numbers):
        mine = (lines.c.unit == unit) & (lines.c.program == program) & lines.c.n.in_(some)
        for n, kind, digest in await connection.execute(select(lines.c.n, lines.c.kind, lines.c.digest).where(mine)):
            holding.lines[program, n] = Here(kind, digest)


async def _behind(connection: AsyncConnection, unit: str, program: str, upto: int) -> list[tuple[int, int]]:
    """What stands behind the hole of a journal that is whole *upto* there: read only when somebody fills the hole."""
    mine = (lines.c.unit == unit) & (lines.c.program == program) & (lines.c.n > upto)
    return [(first, last) for first, last in await connection.execute(select(lines.c.first, lines.c.last).where(mine))]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """*values*, as many at a time as one statement may name."""
    return (values[begin : begin + AT_ONCE] for begin in range(0, len(values), AT_ONCE))
