"""A day as it would go: which run sounds when, turn by turn, and what never will; a pure plan, whatever really happens."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from director.decision import Live
from director.judging import SLOT_ENDED
from director.loudness import Loudness, loudness
from director.plan import Run, runs_of_day
from director.programme import Programme
from director.turns import Turn, turns

NOTHING = "không có bài nào cho thôn này / nothing in it is for this village"
COLLIDES = "buổi khác còn đang phát / another session still speaks when its window ends"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """A run with its *start*, or None and why not in *refused*; its *turns* stand at the times at which they would then sound."""

    run: Run
    start: datetime | None
    turns: tuple[Turn, ...]
    refused: str = ""

    @property
    def ends(self) -> datetime:
        """When its last turn ends."""
        sounding = [turn.start + turn.length for turn in self.turns if not turn.refused]
        return max(sounding, default=self.start or self.run.due) if self.start else self.run.due


def planned_day(programme: Programme, day: date) -> Iterator[Planned]:
    """Each run of the local *day*: of those that wait, priority speaks first, then the earlier one, then by rank."""
    waiting: list[Planned] = []
    for run in runs_of_day(programme, day):
        found = Planned(run, None, turns(programme, run))
        reason = run.refused or _nothing_to_say(found.turns)
        if reason:
            yield replace(found, refused=reason)
        else:
            waiting.append(found)
    if not waiting:
        return
    first, last = (edge(each.run.due for each in waiting) for edge in (min, max))
    limits, now = loudness(programme, first - _DAY, last + 2 * _DAY), first
    while waiting:
        now = max(now, min(each.run.due for each in waiting))
        ready = [each for each in waiting if each.run.due <= now]
        chosen = min(ready, key=lambda each: (each.run.rank[0], each.run.due, each.run.rank))
        waiting.remove(chosen)
        done = replace(chosen, refused=COLLIDES) if now >= chosen.run.last_start else _spoken(chosen, limits, now)
        yield done
        now = max(now, done.ends)


def heard_on(programme: Programme, day: date) -> Iterator[Planned]:
    """Each run that belongs into the picture of the local *day*: what still speaks of the day before, then those that are due on it."""
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(programme.site.timezone))
    yield from (each for each in planned_day(programme, day - _DAY) if each.ends > midnight)
    yield from planned_day(programme, day)


def _spoken(planned: Planned, limits: Loudness, start: datetime) -> Planned:
    run, cursor, found = planned.run, start, list[Turn]()
    for turn in planned.turns:
        # A live programme goes by its own clock; everything else follows what is before it.
        placed = replace(turn, start=max(cursor, turn.start) if isinstance(turn.source, Live) else cursor)
        if not turn.refused:
            placed = replace(placed, refused=_refusal(run, placed, limits))
        cursor = cursor if placed.refused else placed.start + placed.length
        found.append(placed)
    reason = _nothing_to_say(tuple(found))
    return Planned(run, None if reason else start, tuple(found), reason)


def _refusal(run: Run, turn: Turn, limits: Loudness) -> str:
    if turn.length <= timedelta() and isinstance(turn.source, Live):
        return SLOT_ENDED
    return limits.whole(run.class_of(turn.item), run.session.zones, turn.start, turn.length).refused


def _nothing_to_say(planned: tuple[Turn, ...]) -> str:
    """Why none of a run's turns sounds here; empty when one does."""
    if not planned:
        return NOTHING
    return planned[0].refused if all(turn.refused for turn in planned) else ""
