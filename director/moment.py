"""A moment: the time as an argument, so that no decision ever reads a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from evidence.records import ClockState, Stamp


@dataclass(frozen=True)
class Moment:
    """*wall* is aware (UTC) and only believed as far as *state* says; *mono* counts seconds since *boot* began."""

    wall: datetime
    state: ClockState
    boot: str
    mono: float

    def stamp(self) -> Stamp:
        """This moment as it is written into a record."""
        return Stamp(wall=self.wall, state=self.state, boot=self.boot, mono=round(self.mono, 4))

    def local(self, timezone: str) -> datetime:
        """The wall time in *timezone*."""
        return self.wall.astimezone(ZoneInfo(timezone))

    def later(self, seconds: float) -> "Moment":
        """The same clock, *seconds* on."""
        return Moment(self.wall + timedelta(seconds=seconds), self.state, self.boot, self.mono + seconds)
