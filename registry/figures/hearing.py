"""Counting what reports tell of minutes on the air, of data and of faults, in the transaction that files them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, case, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.base import BulletinClass
from evidence.records import ClockState, Fault, JournalLine, Outcome, Rung, Shown, Sounded, Stamp
from registry.alerts.confirmation.steps import airing_of, is_identity
from registry.figures.period import day_of
from registry.figures.tables import airtime, catalogue, traffic, troubles
from registry.fleet.holding import Taken
from registry.storage.upsert import upsert

BOARD, SPEAKER = "board", "speaker"
UNKNOWN = "unknown"
"""The class of what no release that the registry has read says anything of."""
RATE = 48_000
"""Samples a second of everything that a unit plays."""

_ENDED = (Outcome.COMPLETE, Outcome.INTERRUPTED, Outcome.FAILED)
_Named = tuple[str | None, str]


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
    for unit, program, line in fresh:
        if isinstance(line, Fault):
            await _trouble(connection, unit, program, line, now)


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
    if health is not None and health.received is not None and health.sent is not None:
        yield {"unit": taken.report.unit, "day": _day(taken.report.at, now), "received": health.received, "sent": health.sent}


async def _trouble(connection: AsyncConnection, unit: str, program: str, fault: Fault, now: datetime) -> None:
    """Begin or end one; the same word again changes nothing."""
    mine = (troubles.c.unit == unit) & (troubles.c.program == program) & (troubles.c.code == fault.code.value) & troubles.c.ended.is_(None)
    open_one = await connection.scalar(select(troubles.c.n).where(mine))
    at = _moment(fault.at, now).isoformat()
    if fault.active and open_one is None:
        row = {"unit": unit, "program": program, "code": fault.code.value, "n": fault.n, "began": at}
        await connection.execute(insert(troubles).values(**row))
    elif not fault.active and open_one is not None and open_one < fault.n:
        await connection.execute(update(troubles).where(mine).values(ended=at))


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


_ADD, _MOST = _add(), _most()
