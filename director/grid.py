"""When a repetition is due that keeps to certain hours of the day: on its grid, and inside them."""

from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from bundle.alert import Daytime

_DAY = timedelta(days=1)


def due_within(hours: Daytime, point: datetime, every: float, now: datetime, zone: ZoneInfo) -> datetime:
    """When what is due at *point*, and *every* seconds before and after it, is due if it keeps to *hours*.

    That is the first of these that lies inside; where the hours are too short to hold any, their beginning. What was due inside and
    was missed is made up at any time inside.
    """
    at = now if point <= now and not inside(hours, now, zone) else point
    start, end = _window(hours, at, zone)
    if start <= at:
        return at
    on_grid = point + timedelta(seconds=ceil((start - point).total_seconds() / every) * every)
    return on_grid if on_grid < end else start


def inside(hours: Daytime, at: datetime, zone: ZoneInfo) -> bool:
    """Whether *at* lies in *hours*."""
    return _window(hours, at, zone)[0] <= at


def end_of(hours: Daytime, at: datetime, zone: ZoneInfo) -> datetime:
    """When *hours* end in which *at* lies, else the next."""
    return _window(hours, at, zone)[1]


def _window(hours: Daytime, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The window in which *at* lies, else the next; it begins on one local day and may end on the next."""
    day = at.astimezone(zone).date() - _DAY
    while True:
        start = datetime.combine(day, hours.start, zone)
        end = datetime.combine(day if hours.end > hours.start else day + _DAY, hours.end, zone)
        if end > at:
            return start.astimezone(at.tzinfo), end.astimezone(at.tzinfo)
        day += _DAY
