"""The clock with a battery (RTC): what it says of the time and of itself, and when it was last checked."""

import fcntl
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntFlag
from errno import EINVAL
from pathlib import Path
from typing import Literal, Protocol

from pydantic import ValidationError

from bundle.base import Instant, Line, Model
from device.kernel_time import instant
from device.own import read_own
from device.paths import Paths

RTC_VL_READ = 0x80047013
"""``_IOR('p', 0x13, unsigned int)`` of linux/rtc.h."""


class Voltage(IntFlag):
    """The kernel's ``RTC_VL_*`` bits: what the chip remembers of its own supply."""

    DATA_INVALID = 1
    BACKUP_LOW = 2
    BACKUP_EMPTY = 4
    ACCURACY_LOW = 8
    BACKUP_SWITCH = 16


UNSOUND = Voltage.DATA_INVALID | Voltage.BACKUP_EMPTY | Voltage.ACCURACY_LOW
"""With any of these the time cannot be relied on: it stopped, will stop, or runs outside its drift."""


@dataclass(frozen=True)
class RtcReading:
    """What the RTC *name* said at *mono*: *time* is ``None`` when it gives none, *voltage* when its driver does not tell.

    *began* is the date of this boot's beginning by this RTC: two clocks that never step keep that date.
    """

    name: str
    time: datetime | None
    mono: float
    voltage: Voltage | None
    set_the_system: bool = False
    millivolts: int | None = None

    @property
    def stopped(self) -> bool:
        """Whether it says of itself that its time is not to be relied on."""
        return self.time is None or bool(self.voltage and self.voltage & UNSOUND)

    @property
    def began(self) -> datetime | None:
        """When this boot began, by this clock."""
        return None if self.time is None else self.time - timedelta(seconds=self.mono)


class RtcRecord(Model):
    """``rtc.json``, written by the agent: a clock that was kept in step by NTP or GNSS agreed with the RTC *name* when *checked*."""

    format: Literal[1] = 1
    name: Line
    checked: Instant


class Rtc(Protocol):
    """Anything that can be asked for its reading."""

    def read(self) -> RtcReading | None:
        """What it says now, or ``None`` when there is no RTC."""
        ...


class SystemRtc:
    """The first RTC of the system, the one that the kernel sets every eleven minutes while it is synchronised.

    The time comes from sysfs, which anybody may read at any time; ``/dev/rtc0`` can be open only once, and only the flag needs it.
    """

    def __init__(self, mono: Callable[[], float], root: Path = Path("/")) -> None:
        self._mono = mono
        self._folder = root / "sys/class/rtc/rtc0"
        self._device = root / "dev/rtc0"

    def read(self) -> RtcReading | None:
        """One reading; an RTC that cannot be asked for its flag has none."""
        try:
            # The driver; what follows is its place on the bus, which other kernels name differently.
            name = (self._folder / "name").read_text(encoding="ascii").split(maxsplit=1)[0]
            time, mono = self._time(), self._mono()
        except OSError:  # there is none, or its bus does not answer now
            return None
        return RtcReading(name, time, mono, self._voltage(), self._number("hctosys") == 1, self._millivolts())

    def _time(self) -> datetime | None:
        try:
            return instant(int((self._folder / "since_epoch").read_text(encoding="ascii")))
        except OSError as problem:
            if problem.errno == EINVAL:  # how drivers say that the chip lost its time
                return None
            raise

    def _millivolts(self) -> int | None:
        microvolts = self._number("battery_voltage")  # the Pi 5 measures its cell
        return None if microvolts is None else microvolts // 1000

    def _voltage(self) -> Voltage | None:
        with suppress(OSError):  # not this driver's, busy, or not ours to open: it does not tell
            descriptor = os.open(self._device, os.O_RDONLY | os.O_CLOEXEC)
            try:
                (bits,) = struct.unpack("I", fcntl.ioctl(descriptor, RTC_VL_READ, bytes(4)))
            finally:
                os.close(descriptor)
            return Voltage(bits & 31)
        return None

    def _number(self, name: str) -> int | None:
        try:
            return int((self._folder / name).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None


@dataclass
class ManualRtc:
    """An RTC that says what it is told to say; ``None``: there is none."""

    reading: RtcReading | None = None

    def read(self) -> RtcReading | None:
        """What it was told."""
        return self.reading


def read_record(paths: Paths) -> RtcRecord | None:
    """When the RTC was last checked; ``None`` when it never was or nobody can tell any more."""
    try:
        return read_own(RtcRecord, paths.rtc)
    except (OSError, ValidationError):
        return None
