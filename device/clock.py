"""The unit's clock: what time it is, how far that may be believed, and never before the newest signed date seen."""

import ctypes
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from device.floor import Floor
from device.paths import Paths
from device.settings import ClockDriver, Settings
from device.status import write_volatile
from director.moment import Moment
from evidence.records import ClockState

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No unit that runs this release lives before it was made."""

SKEW = timedelta(minutes=5)
"""How far a synchronised clock may lag behind a signed date before we disbelieve it: publishers' clocks run ahead a little."""

STA_UNSYNC = 0x0040
MAX_ERROR = 16.0


class Clock(Protocol):
    """Anything that tells the moment; *simulated* clocks are reported as such."""

    @property
    def simulated(self) -> bool:
        """Whether the time is made up."""
        ...

    def now(self) -> Moment:
        """The present moment."""
        ...


@dataclass(frozen=True)
class Reading:
    """What the machine says: system time, whether something keeps it in step, and the boot in which it last was."""

    wall: datetime
    synchronised: bool
    boot: str
    trusted_boot: str | None


def judge(reading: Reading, floor: datetime) -> tuple[datetime, ClockState]:
    """The time to go by and how far to believe it. A clock behind a signed date is wrong, whoever vouches for it."""
    behind = floor - reading.wall
    wall = max(reading.wall, floor)
    if behind > SKEW:
        return wall, ClockState.UNKNOWN
    if reading.synchronised:
        return wall, ClockState.TRUSTED
    # A recent floor proves nothing about now: without RTC a unit may have been off for weeks (FIELD, time and power).
    return wall, ClockState.HOLDOVER if reading.trusted_boot == reading.boot else ClockState.UNKNOWN


class _Timex(ctypes.Structure):
    """The head of ``struct timex``; the kernel writes more, hence the room at its end."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


_libc = ctypes.CDLL(None)


def synchronised() -> bool:
    """Whether the kernel says that its clock is kept in step (chrony or another NTP program, a GNSS receiver)."""
    timex = _Timex()
    state = _libc.adjtimex(ctypes.byref(timex))
    return state >= 0 and not timex.status & STA_UNSYNC and timex.maxerror < MAX_ERROR * 1e6


def boot_id() -> str:
    """The kernel's name of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _mono() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass
class SystemClock:
    """The system's clock with the kernel's own word on its synchronisation; never below *floor* or a signed date seen."""

    paths: Paths
    floor: datetime = BUILT
    simulated: bool = field(default=False, init=False)
    _boot: str = field(default_factory=boot_id, init=False)
    _trusted: bool = field(default=False, init=False)
    _signed: Floor = field(init=False)

    def __post_init__(self) -> None:
        self._signed = Floor(self.paths)

    def now(self) -> Moment:
        """The present moment; the first trusted one of a boot is remembered in RAM for the programs of this user."""
        mark = self.paths.clock_trusted(os.getuid())
        remembered = self._boot if self._trusted else _read(mark)
        reading = Reading(datetime.now(UTC), synchronised(), self._boot, remembered)
        wall, state = judge(reading, max(self.floor, self._signed.newest() or self.floor))
        if state is ClockState.TRUSTED and not self._trusted:
            self._trusted = True
            if remembered != self._boot:
                write_volatile(mark, self._boot.encode())
        return Moment(wall, state, self._boot, _mono())


@dataclass
class ShiftedClock:
    """The system's clock plus the seconds in ``clock-offset``; always believed and reported as simulated (demo, tests)."""

    paths: Paths
    simulated: bool = field(default=True, init=False)
    _boot: str = field(default_factory=boot_id, init=False)

    def now(self) -> Moment:
        """The present moment, shifted."""
        shift = timedelta(seconds=float(_read(self.paths.clock_offset) or 0))
        return Moment(datetime.now(UTC) + shift, ClockState.TRUSTED, self._boot, _mono())


@dataclass
class ManualClock:
    """A clock that moves only when told; for tests that never sleep."""

    moment: Moment
    simulated: bool = True

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
            return SystemClock(paths)
        case ClockDriver.SHIFTED:
            return ShiftedClock(paths)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
