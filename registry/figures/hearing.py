"""Counting what reports tell of minutes on the air, of data and of faults, in the transaction that files them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.base import BulletinClass
from evidence.records import RATE, ClockState, Fault, JournalLine, Outcome, Rung, Shown, Sounded, Stamp, journal_line
from registry.alerts.confirmation.steps import airing_of, is_identity
from registry.figures.period import day_of
from registry.figures.tables import airtime, catalogue, traffic, troubles
from registry.fleet.holding import Taken
from registry.fleet.loading import parts
from registry.fleet.tables import faults, lines
from registry.storage.upsert import upsert

BOARD, SPEAKER = "board", "speaker"
UNKNOWN = "unknown"
"""The class of what no release that the registry has read says anything of."""

_ENDED = (Outcome.COMPLETE, Outcome.INTERRUPTED, Outcome.FAILED)
_Named = tuple[str | None, str]
_Fault = tuple[str, str, str]
"""Unit, program and code."""


@dataclass(frozen=True)
class OnAir:
    """*seconds* of *item* of *channel* that *unit* presented; *alert*: it is one, whatever a bundle says."""

    unit: str
    day: str
    output: str
    channel: str | None
    item: str
    alert: bool
    simulated: bool
    seconds: float


async def hear(connection: AsyncConnection, taken: Sequence[Taken], now: datetime) -> None:
    """Count what the *taken* reports tell."""
    fresh = [(each.report.unit, entry.program, entry.line) for each in taken for entry in each.fresh]
    if aired := [found for unit, _, line in fresh if (found := on_air(unit, line, now)) is not None]:
        await _count(connection, aired)
    if carried := [row for each in taken for row in _carried(each, now)]:
        await connection.execute(_MOST, carried)
    told: defaultdict[tuple[str, str, str], list[Fault]] = defaultdict(list)
    for unit, program, line in fresh:
        if isinstance(line, Fault):
            told[unit, program, line.code.value].append(line)
    if told:
        await _troubles(connection, told, now)


def on_air(unit: str, line: JournalLine, now: datetime) -> OnAir | None:
    """What *line* says was on the air; None for what proves nothing that left the unit."""
    match line:
        case Shown() if line.frames:
            seconds = max(0.0, line.at.mono - line.began.mono if line.at.boot == line.began.boot else _between(line.began, line.at))
            alert, channel = is_identity(line.item), line.channel
            return OnAir(unit, _day(line.at, now), BOARD, channel, line.item, alert, line.simulated, seconds)
        case Sounded() if line.outcome in _ENDED and line.rung >= Rung.LEFT_DRIVER:
            alert = airing_of(line.occurrence) is not None
            return OnAir(unit, _day(line.at, now), SPEAKER, line.channel, line.item, alert, line.simulated, line.samples / RATE)
        case _:
            return None


def _between(began: Stamp, ended: Stamp) -> float:
    return (ended.wall - began.wall).total_seconds()


def _day(at: Stamp, now: datetime) -> str:
    return day_of(_moment(at, now))


def _moment(at: Stamp, now: datetime) -> datetime:
    """When something was, in UTC: moments are compared as text. By an unknown clock, when it was heard of."""
    return (now if at.state is ClockState.UNKNOWN else at.wall).astimezone(UTC)


async def _count(connection: AsyncConnection, aired: Sequence[OnAir]) -> None:
    classes = await _classes(connection, sorted({(each.channel, each.item) for each in aired if each.channel and not each.alert}))
    sums: defaultdict[tuple[Any, ...], list[float]] = defaultdict(list)
    for each in aired:
        word = BulletinClass.EMERGENCY.value if each.alert else classes.get((each.channel, each.item), UNKNOWN)
        sums[each.unit, each.day, each.output, word, each.simulated].append(each.seconds)
    names = ("unit", "day", "output", "class", "simulated")
    rows = [dict(zip(names, key, strict=True)) | {"seconds": sum(found), "times": len(found)} for key, found in sorted(sums.items())]
    await connection.execute(_ADD, rows)


async def _classes(connection: AsyncConnection, named: Sequence[_Named]) -> Mapping[_Named, str]:
    if not named:
        return {}
    query: Select[Any] = select(catalogue).where(tuple_(catalogue.c.channel, catalogue.c.item).in_(named))
    return {(row.channel, row.item): row._mapping["class"] for row in await connection.execute(query)}


def _carried(taken: Taken, now: datetime) -> Iterator[dict[str, Any]]:
    health = taken.report.health
    # A short report tells one without the other, or neither: what it leaves out was told before.
    if health is not None and (health.received is not None or health.sent is not None):
        carried = {"received": health.received or 0, "sent": health.sent or 0}
        yield {"unit": taken.report.unit, "day": _day(taken.report.at, now), **carried}


async def _troubles(connection: AsyncConnection, told: Mapping[_Fault, Sequence[Fault]], now: datetime) -> None:
    """Begin and end those of which *told* tells, with few statements for all of them.

    Lines come in any order, and the newest word on a fault is the one with the highest number: what is open is what that one says.
    """
    still, newest = await _open(connection, told), await _newest(connection, told)
    begun, ended, late = [], [], []
    for key, words in told.items():
        opened, closed = still.get(key), None
        for line in sorted(words, key=lambda each: each.n):
            if line.active and opened is None:
                opened = line.n
                begun.append(_row(key, line.n) | {"began": _moment(line.at, now).isoformat(), "ended": None})
            elif not line.active and opened is not None and opened < line.n:
                closed, opened = _ended(key, opened, line, now), None
                ended.append(closed)
        n, active = newest[key]
        if active and opened is None and closed is not None:
            # What ended it came late: it has begun again since, or never ended.
            ended.remove(closed)
        elif not active and opened is not None:
            late.append((key, opened, n))
    ended += await _late(connection, late, now)
    if begun:
        await connection.execute(insert(troubles), begun)
    if ended:
        await connection.execute(_END, ended)


async def _open(connection: AsyncConnection, keys: Collection[_Fault]) -> dict[_Fault, int]:
    found: dict[_Fault, int] = {}
    mine = tuple_(troubles.c.unit, troubles.c.program, troubles.c.code)
    for some in parts(list(keys)):
        for row in await connection.execute(select(troubles).where(mine.in_(some), troubles.c.ended.is_(None))):
            found[row.unit, row.program, row.code] = row.n
    return found


async def _newest(connection: AsyncConnection, keys: Collection[_Fault]) -> dict[_Fault, tuple[int, bool]]:
    """The number of the newest word on each, and whether by it the fault is there: kept by whoever hears of faults, before this."""
    found: dict[_Fault, tuple[int, bool]] = {}
    mine = tuple_(faults.c.unit, faults.c.program, faults.c.code)
    for some in parts(list(keys)):
        for row in await connection.execute(select(faults).where(mine.in_(some))):
            found[row.unit, row.program, row.code] = row.n, row.active
    return found


async def _late(connection: AsyncConnection, late: Sequence[tuple[_Fault, int, int]], now: datetime) -> list[dict[str, Any]]:
    """The end of each that began with one number and was told to have ended with another before its begin was heard of."""
    ends: dict[tuple[str, str, int], Fault] = {}
    number = tuple_(lines.c.unit, lines.c.program, lines.c.n)
    for some in parts([(unit, program, n) for (unit, program, _), _, n in late]):
        for row in await connection.execute(select(lines.c.unit, lines.c.program, lines.c.n, lines.c.line).where(number.in_(some))):
            if isinstance(line := journal_line.validate_json(row.line), Fault):
                ends[row.unit, row.program, row.n] = line
    return [_ended(key, opened, ends[key[0], key[1], n], now) for key, opened, n in late if (key[0], key[1], n) in ends]


def _row(key: _Fault, n: int) -> dict[str, Any]:
    return dict(zip(("unit", "program", "code"), key, strict=True)) | {"n": n}


def _ended(key: _Fault, opened: int, line: Fault, now: datetime) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in _row(key, opened).items()} | {"until": _moment(line.at, now).isoformat()}


def _end() -> Any:
    mine = [troubles.c[name] == bindparam(f"of_{name}") for name in ("unit", "program", "code", "n")]
    return update(troubles).where(*mine).values(ended=bindparam("until"))


def _add() -> Any:
    entry = upsert(airtime)
    held, new = airtime.c, entry.excluded
    added = {name: held[name] + new[name] for name in ("seconds", "times")}
    return entry.on_conflict_do_update(index_elements=["unit", "day", "output", "class", "simulated"], set_=added)


def _most() -> Any:
    entry = upsert(traffic)
    # A unit that restarts its count within a day says less than before: what it told already was carried all the same.
    more = {name: _greater(traffic.c[name], entry.excluded[name]) for name in ("received", "sent")}
    return entry.on_conflict_do_update(index_elements=["unit", "day"], set_=more)


def _greater(one: Any, other: Any) -> Any:
    return case((one > other, one), else_=other)


_ADD, _MOST, _END = _add(), _most(), _end()
