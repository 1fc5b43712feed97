"""The voice's pulse in the ring: while it beats, the sound process keeps the lines for what the voice has written ahead.

It beats in a thread of its own, so that a card which holds up the voice for a second does not cut a word; in a process that was
stopped no thread runs, and a loop that has hung for PATIENCE seconds has no pulse either.
"""

import threading
from collections.abc import Callable

from audio.driver.ring import Ring
from device.boottime import boottime

EVERY = 0.2
PATIENCE = 5.0
"""Seconds for which the card, or a long verification, may hold up the voice's loop."""


class Pulse:
    """Beats in whatever ring *present* gives, from the first `worked` on."""

    def __init__(self, present: Callable[[], Ring | None]) -> None:
        self._present, self._worked, self._end = present, boottime(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def worked(self) -> None:
        """The loop did a round."""
        self._worked = boottime()

    def close(self) -> None:
        """Beat no more."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(EVERY):
            ring, now = self._present(), boottime()
            if ring is not None and now - self._worked < PATIENCE:
                ring.pulse = now
