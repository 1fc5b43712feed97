"""How old something is, and which time content is judged by, when the clock may not be believed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from director.moment import Moment
from director.programme import Programme
from evidence.records import ClockState, Stamp


def usable(state: ClockState) -> bool:
    """Whether a wall clock in this *state* may decide anything: trusted, or holding over within one boot."""
    return state is not ClockState.UNKNOWN


def age(stamp: Stamp, moment: Moment) -> float:
    """Seconds from *stamp* to *moment*; after a reboot without a clock at least the seconds since the boot."""
    if stamp.boot == moment.boot:
        return max(0.0, moment.mono - stamp.mono)
    if usable(stamp.state) and usable(moment.state):
        return max(0.0, (moment.wall - stamp.wall).total_seconds())
    return max(0.0, moment.mono)


def believed(programme: Programme, moment: Moment) -> datetime:
    """The time by which the validity of content is judged: the wall clock, or when it is unknown the newest signed date."""
    return moment.wall if usable(moment.state) else programme.signed_until(programme.own())


def in_seconds(moment: Moment, seconds: float) -> datetime:
    """The instant *seconds* from *moment*; never so far that a date overflows."""
    return moment.wall + timedelta(seconds=min(seconds, 400 * 86400.0))


def soonest(moment: Moment, edges: Iterable[datetime]) -> datetime | None:
    """The first of *edges* that is still to come."""
    return min((edge for edge in edges if edge > moment.wall), default=None)
