"""Under-voltage as the kernel tells it: of the last two seconds only, so whoever wants to know more has to watch.

The driver ``raspberrypi-hwmon`` asks the firmware every two seconds and has it forget what it remembered; ``in0_lcrit_alarm`` of
``rpi_volt`` is 1 when the supply sagged since the look before. ``get_throttled`` in sysfs is that same answer, not one since power came,
and the kernel warns of everybody who reads it. Debian's kernel has no such driver: there it is unknown.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from device.clock import Clock
from device.paths import Paths
from device.status import write_volatile
from device.supply import Watched, low, watched
from evidence.records import Stamp

KERNEL_LOOKS = 2.0
"""Seconds between two looks of the kernel's."""
EVERY = 0.5
AFTER = KERNEL_LOOKS + 0.1
ROUND, REPEAT = 1.0, 30.0
"""Seconds between two looks of the resident watch, and after which it says again that it still watches."""
log = logging.getLogger(__name__)


@dataclass
class Seen:
    """What a while of watching brought: *low* as of :func:`low`, True once it was."""

    low: bool | None = None

    def look(self, paths: Paths) -> None:
        """Look once more."""
        found = low(paths)
        self.low = found if self.low is None else self.low or bool(found)


@contextlib.contextmanager
def watching(paths: Paths) -> Iterator[Seen]:
    """Look again and again while this is open, and once more when the kernel has looked at its end."""
    seen, stop = Seen(), threading.Event()
    thread = threading.Thread(target=_watch, args=(paths, seen, stop), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _watch(paths: Paths, seen: Seen, stop: threading.Event) -> None:
    seen.look(paths)
    while not stop.wait(EVERY):
        seen.look(paths)
    if seen.low is False:
        threading.Event().wait(AFTER)
        seen.look(paths)


def after_look(before: Watched | None, now: Stamp, found: bool) -> Watched:
    """The same after a look *now*; a sag is remembered until the unit starts anew, a gap is not passed over."""
    if before is None or before.until.boot != now.boot:
        return Watched(since=now, until=now, low=now if found else None)
    gap = now.mono - before.until.mono > KERNEL_LOOKS
    return Watched(since=now if gap else before.since, until=now, low=before.low or (now if found else None))


class Watch:
    """The resident watch: each look is a read of two small files, told in RAM when there is something new, and now and then."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._told = self._kept = watched(paths)

    def look(self, now: Stamp) -> None:
        """Look once."""
        found = low(self._paths)
        if found is None:
            return
        self._kept, told = after_look(self._kept, now, found), self._told
        if told is None or told.model_copy(update={"until": now}) != self._kept or now.mono - told.until.mono >= REPEAT:
            self._told = self._kept
            try:
                write_volatile(self._paths.supply, self._kept.model_dump_json(exclude_none=True).encode())
            except OSError as problem:
                log.warning("%s: %s", self._paths.supply, problem.strerror)


async def watch_for_ever(paths: Paths, clock: Clock) -> None:
    """The watch of the service of provisioning, from its start on."""
    watch = Watch(paths)
    while True:
        watch.look(clock.now().stamp())
        await asyncio.sleep(ROUND)
