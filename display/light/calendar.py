"""Whether the board is dark now by its hours, and how bright it is otherwise. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bundle.policy import Hours, Weekday
from device.screen import Screen

BRIGHTEST = 100
_DAYS = tuple(Weekday)


@dataclass(frozen=True)
class Lighting:
    """*dark*: nothing is to be seen, the screen may sleep. *percent* of its full brightness, none: as whoever installed it set it."""

    dark: bool
    percent: int | None


def lighting(screen: Screen, local: datetime | None, wakes: bool) -> Lighting:
    """What holds at *local* time; nobody's clock (none) darkens nothing, nor does any hour when something *wakes* the board."""
    usual = BRIGHTEST if screen.brightness else None
    if wakes or local is None:
        return Lighting(False, usual)
    percent = next((hours.percent for hours in screen.brightness if _inside(hours, local)), usual)
    return Lighting(any(_inside(hours, local) for hours in screen.dark), percent)


def _inside(hours: Hours, local: datetime) -> bool:
    """Whether *local* lies in a span of *hours*; one over midnight belongs to the day on which it began."""
    now, today = local.time(), _began(hours, local)
    if hours.start < hours.end:
        return today and hours.start <= now < hours.end
    return (today and now >= hours.start) or (_began(hours, local - timedelta(days=1)) and now < hours.end)


def _began(hours: Hours, day: datetime) -> bool:
    return _DAYS[day.weekday()] in hours.weekdays
