"""The unit's clock: what time it is and how far that may be believed, measured against the newest signed date seen."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from device.candidate import FileKey, key
from device.floor import Floor
from device.kernel_time import Kernel, LinuxKernel
from device.paths import Paths
from device.rtc import Rtc, RtcReading, RtcRecord, SystemRtc, read_record
from device.settings import ClockDriver, ClockSettings, Settings
from device.status import write_volatile
from device.timekeeping import Anchor, Judgement, Reading, judge, rtc_doubt
from director.moment import Moment
from evidence.records import ClockState, TimeSource

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No unit that runs this release lives before it was made."""

RTC_EVERY, RTC_AGAIN = 600.0, 10.0
"""Seconds between two looks at an RTC that is good, and at one that is not (or was busy) and may come."""

MOVED = timedelta(milliseconds=50)
"""What an anchor must move by to be written again; less is the time that passes between two system calls."""


class Clock(Protocol):
    """Anything that tells the moment; *simulated* clocks are reported as such."""

    @property
    def simulated(self) -> bool:
        """Whether the time is made up."""
        ...

    @property
    def source(self) -> TimeSource | None:
        """What vouched for the moment last told; ``None`` for a clock that is made up."""
        ...

    def now(self) -> Moment:
        """The present moment."""
        ...


@dataclass
class SystemClock:
    """The system's clock with the kernel's own word on its synchronisation, held against *floor* and the signed dates seen."""

    paths: Paths
    settings: ClockSettings = field(default_factory=ClockSettings)
    floor: datetime = BUILT
    kernel: Kernel = field(default_factory=LinuxKernel)
    rtc: Rtc | None = None
    simulated: bool = field(default=False, init=False)
    source: TimeSource = field(default=TimeSource.NONE, init=False)
    _boot: str = field(init=False)
    _mark: "_Mark" = field(init=False)
    _signed: Floor = field(init=False)
    _said: tuple[RtcReading | None, RtcRecord | None] = field(default=(None, None), init=False)
    _ask_again: float = field(default=-1.0, init=False)

    def __post_init__(self) -> None:
        self._signed = Floor(self.paths)
        self._boot = self.kernel.boot()
        self._mark = _Mark(self.paths.clock_trusted(os.getuid()), self._boot)
        self.rtc = self.rtc or SystemRtc(self.kernel.mono)

    def now(self) -> Moment:
        """The present moment."""
        reading, judgement = self.look()
        return Moment(judgement.wall, judgement.state, reading.boot, reading.mono)

    def look(self, closely: bool = False) -> tuple[Reading, Judgement]:
        """What the machine says, and what to make of it; *closely* asks the RTC even when nobody needs its word."""
        reading = Reading(self.kernel.wall(), self.kernel.mono(), self.kernel.synchronised(), self._boot, self._mark.anchor())
        if closely or not reading.synchronised:
            self._ask_rtc(reading, closely)
            reading = replace(reading, rtc=self._said[0], record=self._said[1])
        judgement = judge(reading, max(self.floor, self._signed.newest() or self.floor), self.settings)
        if judgement.state is ClockState.TRUSTED and judgement.anchor:
            self._mark.remember(judgement.anchor)
        self.source = judgement.source
        return reading, judgement

    def _ask_rtc(self, reading: Reading, closely: bool) -> None:
        if self.rtc and (closely or reading.mono >= self._ask_again):
            self._said = (self.rtc.read(), read_record(self.paths))
            doubt = rtc_doubt(replace(reading, rtc=self._said[0], record=self._said[1]), self.settings)
            self._ask_again = reading.mono + (RTC_AGAIN if doubt else RTC_EVERY)


@dataclass
class _Mark:
    """The anchor of *boot* in RAM, for the programs of this user; a restart of a program finds it, a reboot does not."""

    path: Path
    boot: str
    _anchor: Anchor | None = None
    _written: Anchor | None = None
    _seen: FileKey | None = None

    def anchor(self) -> Anchor | None:
        """The anchor, if the clock was trusted in this boot."""
        if self._anchor is None and (seen := key(self.path)) != self._seen:
            self._seen, self._anchor = seen, self._read()
            self._written = self._anchor
        return self._anchor

    def remember(self, anchor: Anchor) -> None:
        """Keep *anchor*; the file is written only when it moved."""
        self._anchor = anchor
        if self._written is None or abs(anchor.began - self._written.began) > MOVED:
            self._written = anchor
            said = {"boot": anchor.boot, "began": anchor.began.isoformat()}
            # A person's command may look at the clock where it may not write; the next one knows less, and nothing wrong.
            with suppress(PermissionError):
                write_volatile(self.path, json.dumps(said).encode(), shared=True)

    def _read(self) -> Anchor | None:
        try:
            said = json.loads(self.path.read_bytes())
            found = Anchor(said["boot"], datetime.fromisoformat(said["began"]))
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None
        return found if found.boot == self.boot and found.began.tzinfo else None


@dataclass
class ShiftedClock:
    """The system's clock plus the seconds in ``clock-offset``; always believed and reported as simulated (demo, tests)."""

    paths: Paths
    simulated: bool = field(default=True, init=False)
    source: None = field(default=None, init=False)
    _kernel: LinuxKernel = field(default_factory=LinuxKernel, init=False)
    _boot: str = field(init=False)
    _seen: FileKey | None = field(default=None, init=False)
    _shift: timedelta = field(default=timedelta(), init=False)

    def __post_init__(self) -> None:
        self._boot = self._kernel.boot()

    def now(self) -> Moment:
        """The present moment, shifted."""
        if (seen := key(self.paths.clock_offset)) != self._seen:
            self._seen, self._shift = seen, timedelta(seconds=float(_read(self.paths.clock_offset) or 0))
        return Moment(self._kernel.wall() + self._shift, ClockState.TRUSTED, self._boot, self._kernel.mono())


@dataclass
class ManualClock:
    """A clock that moves only when told; for tests that never sleep."""

    moment: Moment
    simulated: bool = True
    source: TimeSource | None = None

    @classmethod
    def at(cls, wall: datetime, state: ClockState = ClockState.TRUSTED, boot: str = "boot-1", mono: float = 100.0) -> "ManualClock":
        """A clock that stands at *wall*."""
        return cls(Moment(wall, state, boot, mono))

    def now(self) -> Moment:
        """The moment it was set to."""
        return self.moment

    def advance(self, seconds: float) -> Moment:
        """Let *seconds* pass."""
        self.moment = self.moment.later(seconds)
        return self.moment


def make_clock(settings: Settings, paths: Paths) -> Clock:
    """The clock that the settings name."""
    match settings.clock.driver:
        case ClockDriver.SYSTEM:
            return SystemClock(paths, settings.clock)
        case ClockDriver.SHIFTED:
            return ShiftedClock(paths)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
