"""The day as it is planned: sessions with their starts, those that will not sound and why, and the quiet hours between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from director.plan import Run, runs_of_day
from director.programme import Programme
from director.rules import quiet_on
from director.turns import Turn, turns


class Kind(StrEnum):
    """What a stretch of the day is."""

    SESSION = "session"
    QUIET_HOURS = "quiet-hours"


@dataclass(frozen=True)
class Stretch:
    """One bar of the day's picture, as instants in UTC; *refused* is empty when it is to sound."""

    kind: Kind
    start: datetime
    end: datetime
    title: str = ""
    channel: str = ""
    refused: str = ""


def timeline(programme: Programme, day: date) -> list[Stretch]:
    """What is planned for the local *day*, in the order of time; a pure plan, whatever really happened."""
    stretches = [Stretch(Kind.QUIET_HOURS, start, end) for start, end in quiet_on(programme, day)]
    for run, start, reason in planned_starts(programme, day):
        begins = start or run.due
        stretches.append(Stretch(Kind.SESSION, begins, begins + _length(turns(programme, run)), run.session.title, run.channel, reason))
    return sorted(stretches, key=lambda each: (each.start, each.kind, each.title))


def planned_starts(programme: Programme, day: date) -> Iterator[tuple[Run, datetime | None, str]]:
    """Each run of the local *day* with its start, or None and why not: a later one waits for the former within its window."""
    busy: datetime | None = None
    for run in runs_of_day(programme, day):
        start = max(run.due, busy) if busy else run.due
        planned = turns(programme, run)
        if reason := run.refused or _nothing_to_say(planned):
            yield run, None, reason
        elif start >= run.last_start:
            yield run, None, "buổi khác còn đang phát / another session still speaks when its window ends"
        else:
            busy = start + _length(planned)
            yield run, start, ""


def _nothing_to_say(planned: tuple[Turn, ...]) -> str:
    """Why none of a run's turns sounds here; empty when one does."""
    if not planned:
        return "không có bài nào cho thôn này / nothing in it is for this village"
    return planned[0].refused if all(turn.refused for turn in planned) else ""


def _length(planned: tuple[Turn, ...]) -> timedelta:
    return sum((turn.length for turn in planned if not turn.refused), timedelta())
