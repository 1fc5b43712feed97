"""What the kernel says of the time: its clocks, this boot's name, and whether a time service keeps it in step."""

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Beyond these a record refuses a date; a clock that stands there is wrong, and must not crash anything either."""

STA_UNSYNC = 0x0040
MAX_ERROR = 16.0


def instant(seconds: float) -> datetime:
    """*seconds* since 1970 as a date, held between ``EARLIEST`` and ``LATEST``: a clock may say anything."""
    return EARLIEST + timedelta(seconds=min(max(seconds, 0.0), (LATEST - EARLIEST).total_seconds()))


class Kernel(Protocol):
    """The clocks of one machine."""

    def wall(self) -> datetime:
        """The system time, whoever set it."""
        ...

    def mono(self) -> float:
        """Seconds since this boot; nobody can set them."""
        ...

    def synchronised(self) -> bool:
        """Whether a time service keeps the system time in step."""
        ...

    def boot(self) -> str:
        """The name of this boot."""
        ...


class LinuxKernel:
    """The machine that we run on."""

    def wall(self) -> datetime:
        """``CLOCK_REALTIME``."""
        return instant(time.time())

    def mono(self) -> float:
        """``CLOCK_BOOTTIME``: it goes on in suspend, and is slewed together with the system time, never stepped."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def synchronised(self) -> bool:
        """The kernel's own word (adjtimex): chrony with ``rtcsync``, another NTP program, or a GNSS receiver behind one."""
        timex = _Timex()
        state = _libc.adjtimex(ctypes.byref(timex))
        return state >= 0 and not timex.status & STA_UNSYNC and timex.maxerror < MAX_ERROR * 1e6

    def boot(self) -> str:
        """``boot_id``."""
        return boot_id()


@dataclass
class ManualKernel:
    """A machine whose clocks move only when told; for tests that never sleep."""

    time: datetime
    seconds: float = 100.0
    in_step: bool = False
    name: str = "boot-1"

    def wall(self) -> datetime:
        """The time it was set to."""
        return self.time

    def mono(self) -> float:
        """The seconds that passed."""
        return self.seconds

    def synchronised(self) -> bool:
        """What it was told."""
        return self.in_step

    def boot(self) -> str:
        """The boot it was told."""
        return self.name

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass on both clocks."""
        self.seconds += seconds
        self.time += timedelta(seconds=seconds)

    def step(self, seconds: float) -> None:
        """Set the system time *seconds* on, or back; the seconds since boot do not see it."""
        self.time += timedelta(seconds=seconds)


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


def boot_id() -> str:
    """The kernel's name of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
