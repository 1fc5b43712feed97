"""One local day of a unit as a line of time: its states, what its outputs did and by which proof, and when it was in contact. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from evidence.records import Outcome, Rung, Shown, Sounded
from registry.fleet.standings import Present, Span
from registry.fleet.states import OURS, State

PAUSE = timedelta(minutes=2)
"""Presentations with no longer pause between them are one stretch: a board turns its pages all day long."""
MOST_ITEMS = 6


@dataclass(frozen=True)
class Stretch:
    """From *began* to *ended* one thing was so: of which *kind*, and the *items* that were presented, if any."""

    began: datetime
    ended: datetime
    kind: str
    items: tuple[str, ...] = ()

    def within(self, begins: datetime, ends: datetime) -> "Stretch":
        """The part of it between these."""
        return replace(self, began=max(self.began, begins), ended=min(self.ended, ends))


@dataclass(frozen=True)
class Day:
    """The lines of the *day*, which *begins* and *ends* then; it is known *until* then only; *whole*: nothing of it was let go of."""

    day: date
    begins: datetime
    ends: datetime
    until: datetime
    states: tuple[Stretch, ...]
    board: tuple[Stretch, ...]
    voice: tuple[Stretch, ...]
    contact: tuple[Stretch, ...]
    whole: bool = True

    def minutes(self, moment: datetime) -> float:
        """How many minutes *moment* lies after the day began."""
        return (moment - self.begins) / timedelta(minutes=1)

    @property
    def gaps(self) -> tuple[Stretch, ...]:
        """When it was not in contact, up to now."""
        edges = [self.begins, *(edge for each in self.contact for edge in (each.began, each.ended)), self.until]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return tuple(Stretch(began, ended, "gap") for began, ended in pairs if began < ended)

    def counted(self) -> dict[State, timedelta]:
        """How long the unit was in which state."""
        found: dict[State, timedelta] = {}
        for each in self.states:
            state = State(each.kind)
            found[state] = found.get(state, timedelta()) + (each.ended - each.began)
        return found


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the local *day* begins and ends."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def day_of(
    day: date,
    zone: ZoneInfo,
    now: datetime,
    spans: Sequence[Span],
    present: Present | None,
    receipts: Iterable[Shown | Sounded],
    heard: Iterable[datetime],
) -> Day:
    """The lines of *day* from what is kept: the *spans* that have closed, the *present*, *receipts*, and when reports were *heard*."""
    begins, ends = bounds(day, zone)
    until = max(begins, min(ends, now))
    states = [Stretch(each.began, each.ended, each.state.value) for each in spans]
    if present is not None:
        states.append(Stretch(present.since, max(now, present.since), present.standing.state.value))
    told = list(receipts)
    return Day(
        day,
        begins,
        ends,
        until,
        _cut(states, begins, until),
        joined(_cut([_shown(each) for each in told if isinstance(each, Shown)], begins, until)),
        joined(_cut([_sounded(each) for each in told if isinstance(each, Sounded) and _sounds(each)], begins, until)),
        _contact(heard, begins, until),
    )


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """*stretches* in order, those of one kind with hardly a pause between them as one."""
    found: list[Stretch] = []
    for each in sorted(stretches, key=lambda stretch: (stretch.began, stretch.ended)):
        last = found[-1] if found else None
        if last is not None and last.kind == each.kind and each.began - last.ended <= PAUSE:
            items = last.items if each.items[0] in last.items else (*last.items, *each.items)
            found[-1] = replace(last, ended=max(last.ended, each.ended), items=items[:MOST_ITEMS])
        else:
            found.append(each)
    return tuple(found)


def _cut(stretches: Iterable[Stretch], begins: datetime, ends: datetime) -> tuple[Stretch, ...]:
    parts = (each.within(begins, ends) for each in stretches if each.began < ends and each.ended >= begins)
    return tuple(sorted((part for part in parts if part.began <= part.ended), key=lambda part: part.began))


def _shown(line: Shown) -> Stretch:
    rung = Rung.LEFT_DRIVER if line.frames else Rung.UNKNOWN
    return Stretch(line.began.wall, max(line.at.wall, line.began.wall), _kind(rung, line.simulated), (line.item,))


def _sounds(line: Sounded) -> bool:
    return line.outcome in (Outcome.COMPLETE, Outcome.INTERRUPTED, Outcome.FAILED) and line.offset > 0


def _sounded(line: Sounded) -> Stretch:
    return Stretch(line.at.wall - timedelta(seconds=line.offset), line.at.wall, _kind(line.rung, line.simulated), (line.item,))


def _kind(rung: Rung, simulated: bool) -> str:
    return "simulated" if simulated else f"rung-{rung.value}"


def _contact(heard: Iterable[datetime], begins: datetime, until: datetime) -> tuple[Stretch, ...]:
    """In contact is who was heard of within what a network allows, whoever carries its mail."""
    found: list[Stretch] = []
    for at in sorted(heard):
        part = Stretch(at, at + OURS.network, "contact")
        if found and part.began <= found[-1].ended:
            found[-1] = replace(found[-1], ended=part.ended)
        else:
            found.append(part)
    return _cut(found, begins, until)
