"""The day as a picture: sessions with their starts, those that will not sound and why, and the hours and days of the signed rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from director.day import heard_on
from director.loudness import loudness
from director.programme import Programme


class Kind(StrEnum):
    """What a stretch of the day is."""

    SESSION = "session"
    SILENCE = "silence"
    CEILING = "ceiling"


@dataclass(frozen=True)
class Stretch:
    """One bar of the day's picture, as instants in UTC; *refused* is empty when it is to sound.

    *title* is the session's, or the reason of a limit; *zones* and *decibels* are a limit's (none: everywhere, silence).
    """

    kind: Kind
    start: datetime
    end: datetime
    title: str = ""
    channel: str = ""
    refused: str = ""
    zones: tuple[str, ...] = ()
    decibels: float | None = None


def timeline(programme: Programme, day: date) -> list[Stretch]:
    """What is planned for the local *day*, in the order of time; a pure plan, whatever really happened.

    A session that reaches over midnight stands in both days, whole.
    """
    stretches = [
        Stretch(Kind.SESSION, each.start or each.run.due, each.ends, each.run.session.title, each.run.channel, each.refused)
        for each in heard_on(programme, day)
    ]
    return sorted((*stretches, *limits(programme, day)), key=lambda each: (each.start, each.kind, each.title, each.zones))


def limits(programme: Programme, day: date) -> Iterator[Stretch]:
    """What the signed rules silence or lower on the local *day*, cut off where it begins and ends."""
    zone = ZoneInfo(programme.site.timezone)
    after, before = (datetime.combine(day + timedelta(days=n), datetime.min.time(), zone) for n in (0, 1))
    for limit in loudness(programme, after, before).limits:
        kind, start, end = Kind.SILENCE if limit.decibels is None else Kind.CEILING, max(limit.start, after), min(limit.end, before)
        yield Stretch(kind, start.astimezone(UTC), end.astimezone(UTC), limit.reason, zones=limit.zones, decibels=limit.decibels)
