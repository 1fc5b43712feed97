"""Keeping the alarms: a look at all states and doubts, what that opens and closes, and who has seen it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.areas import tables as places
from registry.areas.within import lies_within
from registry.audit.chain import Event, note
from registry.fleet.alarm_tables import alarms, doubts, watches
from registry.fleet.alarms import DOWN, PAUSED, Kind, Level, Patience, Rules, Watch, commune_level, doubt_level, step, unit_patience
from registry.fleet.standing_tables import standings
from registry.fleet.states import State
from registry.fleet.tables import units
from registry.people.roles import widest
from registry.people.roles import within as covered
from registry.storage.storage import Storage
from registry.storage.upsert import upsert

_Subject = tuple[Kind, str]


@dataclass(frozen=True)
class Cause:
    """What is the matter with a subject: its *level*, how long that is borne, and for people its *place*, *name* and *detail*.

    *since* is when that began, where it is known better than from one look to the next.
    """

    level: Level
    patience: Patience
    place: str = ""
    name: str = ""
    detail: str = ""
    since: datetime | None = None


@dataclass
class Alarms:
    """The alarms of the fleet in *storage* by *rules*."""

    storage: Storage
    now: Callable[[], datetime]
    rules: Rules = field(default_factory=Rules)
    _unseen: tuple[str, ...] = ()
    _tops: tuple[str, ...] = ()

    def number(self, areas: Sequence[str]) -> int:
        """How many alarms are open in *areas* that nobody has said to have seen; those of no place are for whoever has all areas."""
        all_of_it = all(covered(areas, top) for top in self._tops)
        return sum(covered(areas, place) if place else all_of_it for place in self._unseen)

    async def count(self) -> None:
        """Count them anew."""
        query = select(alarms.c.place).where(alarms.c.closed.is_(None), alarms.c.seen.is_(None))
        async with self.storage.reading() as connection:
            self._unseen = tuple(await connection.scalars(query))
            if "" in self._unseen:
                known = [*await connection.scalars(select(places.areas.c.code)), *await connection.scalars(select(standings.c.place))]
                self._tops = widest(known)

    async def look(self) -> None:
        """One look; it writes only what has changed."""
        await self._look()
        await self.count()

    async def _look(self) -> None:
        now = self.now()
        async with self.storage.reading() as connection:
            causes = await _causes(connection, self.rules, now)
            if not any(self._changes(causes, await _held(connection), now)):
                return
        async with self.storage.writing() as connection:
            # Another process may have looked a moment ago, and opened the same.
            held = await _held(connection)
            changed = list(self._changes(causes, held, now))
            told = [await _change(connection, subject, held.get(subject), after, causes.get(subject), now) for subject, after in changed]
            # At once: when a region loses its power, thousands of units are not as they should be from one look to the next.
            if rows := [row for row in told if row is not None]:
                await connection.execute(_WATCH, rows)

    def _changes(
        self, causes: dict[_Subject, Cause], held: dict[_Subject, Row[Any]], now: datetime
    ) -> Iterator[tuple[_Subject, Watch | None]]:
        for subject in sorted(causes.keys() | held.keys()):
            row = held.get(subject)
            before = Watch(Level(row.level), datetime.fromisoformat(row.since), row.alarm is not None) if row else None
            cause = causes.get(subject) or Cause(Level.LOW, _over(subject[0], self.rules))
            after = step(before, cause.level, cause.patience, now, cause.since)
            if after != before:
                yield subject, after


async def _held(connection: AsyncConnection) -> dict[_Subject, Row[Any]]:
    return {(Kind(row.kind), row.subject): row for row in await connection.execute(select(watches))}


def _over(kind: Kind, rules: Rules) -> Patience:
    """How long a subject of *kind* must be well of which nothing is wrong any more."""
    match kind:
        case Kind.COMMUNE:
            return rules.commune
        case Kind.UNIT:
            return unit_patience(State.READY, rules)
        case Kind.CLOCK:
            return rules.clock
        case Kind.CLONED | Kind.FOREIGN_KEY | Kind.REVOKED | Kind.UNKNOWN:
            return rules.doubt


async def _causes(connection: AsyncConnection, rules: Rules, now: datetime) -> dict[_Subject, Cause]:
    found = await _communes(connection, rules)
    faulty = [state.value for state in rules.units]
    told_of = (standings.c[name] for name in ("unit", "place", "place_name", "state", "since", "why", "clock_ahead"))
    query = select(*told_of).where(or_(standings.c.state.in_(faulty), standings.c.clock_ahead))
    for row in await connection.execute(query):
        if row.state in faulty:
            patience, why = unit_patience(State(row.state), rules), row.why[0] if row.why else row.state
            found[Kind.UNIT, row.unit] = Cause(Level.HIGH, patience, row.place, row.place_name, why, datetime.fromisoformat(row.since))
        if row.clock_ahead:
            told = "đồng hồ chạy trước máy chủ / its clock is ahead of the registry's"
            found[Kind.CLOCK, row.unit] = Cause(Level.HIGH, rules.clock, row.place, row.place_name, told)
    watched = select(watches.c.subject).where(watches.c.kind == Kind.UNIT.value)
    paused = standings.c.state.in_([state.value for state in PAUSED]), standings.c.unit.in_(watched)
    for unit in await connection.scalars(select(standings.c.unit).where(*paused)):
        found[Kind.UNIT, unit] = Cause(Level.BETWEEN, _over(Kind.UNIT, rules))
    joined = select(doubts, units.c.place, units.c.place_name).outerjoin(units, units.c.unit == doubts.c.unit)
    for row in await connection.execute(joined):
        level = doubt_level(datetime.fromisoformat(row.last), now)
        kind = Kind(row.kind)
        found[kind, row.unit] = Cause(level, rules.doubt, row.place or "", row.place_name or row.unit, _DOUBTED[kind])
    return found


_DOUBTED: dict[Kind, str] = {
    Kind.CLONED: "nói hai điều trái nhau dưới cùng một số: tìm thẻ nhớ bị sao chép"
    " / said two different things under one number: look for a copied card",
    Kind.FOREIGN_KEY: "báo cáo mang tên này ký bằng khóa khác / reports in this name are signed by another key",
    Kind.REVOKED: "đã bị thay thế mà vẫn báo cáo: thu hồi nó / was replaced and still reports: collect it",
    Kind.UNKNOWN: "chưa đăng ký ở đây mà báo cáo / reports, and is not enrolled here",
}


async def _communes(connection: AsyncConnection, rules: Rules) -> dict[_Subject, Cause]:
    counted: defaultdict[str, Counter[State]] = defaultdict(Counter)
    query = select(standings.c.commune, standings.c.state, func.count().label("many")).group_by(standings.c.commune, standings.c.state)
    for row in await connection.execute(query):
        counted[row.commune][State(row.state)] = row.many
    found: dict[_Subject, Cause] = {}
    for commune, states in counted.items():
        # Where somebody works on a unit its silence says nothing about the others.
        down, total = sum(states[state] for state in DOWN), states.total() - states[State.MAINTENANCE]
        level = commune_level(down, total, rules)
        if level is not Level.LOW:
            told = f"{down}/{total} thiết bị hỏng hoặc mất liên lạc / {down} of {total} units are silent or out of contact"
            name = await connection.scalar(select(places.areas.c.name).where(places.areas.c.code == commune)) or commune
            found[Kind.COMMUNE, commune] = Cause(level, rules.commune, commune, name, told)
    return found


async def _change(
    connection: AsyncConnection, subject: _Subject, before: Row[Any] | None, after: Watch | None, cause: Cause | None, now: datetime
) -> dict[str, Any] | None:
    """Open or close the alarm of *subject*; the row that says how it stands, if it is still watched."""
    kind, name = subject
    alarm = before.alarm if before else None
    if after is None:
        await connection.execute(delete(watches).where(watches.c.kind == kind.value, watches.c.subject == name))
        if alarm is not None:
            await connection.execute(update(alarms).where(alarms.c.seq == alarm).values(closed=now.isoformat()))
            # It was over for a day: whoever comes again is a new alarm.
            await connection.execute(delete(doubts).where(doubts.c.unit == name, doubts.c.kind == kind.value))
        return None
    if after.opened and alarm is None and cause is not None:
        told = {"kind": kind.value, "subject": name, "place": cause.place, "name": cause.name, "detail": cause.detail}
        alarm = await connection.scalar(insert(alarms).values(**told, opened=now.isoformat()).returning(alarms.c.seq))
    return {"kind": kind.value, "subject": name, "level": after.level.value, "since": after.since.isoformat(), "alarm": alarm}


def _watch() -> Executable:
    entry = upsert(watches)
    told = {column: entry.excluded[column] for column in ("level", "since", "alarm")}
    return entry.on_conflict_do_update(index_elements=["kind", "subject"], set_=told)


_WATCH = _watch()


def _mine(areas: Sequence[str], everywhere: bool) -> ColumnElement[bool]:
    """Alarms of places in *areas*; those of which nobody knows the place for whoever sees *everywhere*."""
    mine = lies_within(alarms.c.place, areas)
    return or_(mine, alarms.c.place == "") if everywhere else mine


async def listed(connection: AsyncConnection, areas: Sequence[str], everywhere: bool, closed: int = 0) -> list[Row[Any]]:
    """The open alarms, the most urgent and newest first, and after them the last *closed* ones."""
    mine = _mine(areas, everywhere)
    order = list(Kind)
    now_open = (await connection.execute(select(alarms).where(alarms.c.closed.is_(None), mine).order_by(alarms.c.seq.desc()))).all()
    rows = sorted(now_open, key=lambda row: (row.seen is not None, order.index(Kind(row.kind))))
    if closed:
        past = select(alarms).where(alarms.c.closed.is_not(None), mine).order_by(alarms.c.closed.desc(), alarms.c.seq.desc())
        rows += (await connection.execute(past.limit(closed))).all()
    return rows


async def see(connection: AsyncConnection, seq: int, who: str, areas: Sequence[str], everywhere: bool, now: datetime) -> None:
    """*who* has seen the alarm, and looks after it; the first one stays. ``Refused`` when it is none of theirs."""
    row = (await connection.execute(select(alarms).where(alarms.c.seq == seq, _mine(areas, everywhere)))).one_or_none()
    if row is None:
        raise refuse("alarm", "không có báo động này / no such alarm", "xem lại danh sách / look at the list again")
    if row.seen is None:
        await connection.execute(update(alarms).where(alarms.c.seq == seq).values(seen_by=who, seen=now.isoformat()))
        unit = row.subject if row.kind != Kind.COMMUNE.value else ""
        await note(connection, Event.ALARM_SEEN, now, technician=who, unit=unit, block=row.place, detail=f"{row.kind} {row.subject}")
