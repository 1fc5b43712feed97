"""What is meant to leave at which position, kept beside the ring so that it can be compared with what did."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from audio.driver.ring import CAPACITY, CHUNK, GUARD, RATE, Loop, Ring, Samples, energy

FADE = round(0.03 * RATE)
"""Frames in which sound that must end falls to nothing: short enough for an emergency, long enough not to click."""
LOUD = 32
_ROWS = 200


class Departure(NamedTuple):
    """*frames* that were handed to the driver from *position* on: their *energy*, and the energy of what was *meant*."""

    position: int
    frames: int
    energy: int
    meant: int


class Track:
    """Writes into the *ring* of the present sound process.

    *cursor* is the position after everything that was placed, *loud_end* that after the last sample above −60 dBFS.
    """

    def __init__(self) -> None:
        self.ring: Ring | None = None
        self.cursor = self.loud_end = 0
        self._meant = Loop()
        self._passed = 0

    @property
    def position(self) -> int:
        """Where the reader stands."""
        return self.ring.position if self.ring is not None else 0

    @property
    def nearest(self) -> int:
        """Where still can be written."""
        return self.position + GUARD

    def attach(self, ring: Ring | None) -> bool:
        """Write into *ring* from now on; true when it is another one: a new sound process counts from zero again."""
        if ring is self.ring:
            return False
        self.ring, self.cursor, self.loud_end, self._passed = ring, 0, 0, 0
        self._meant.clear()
        return True

    def clear(self) -> None:
        """Nothing is meant to sound any more: the ring was cleared."""
        self._meant.clear()

    def write(self, position: int, samples: Samples) -> None:
        """Put *samples* at *position*."""
        if self.ring is None:
            return
        self.ring.write(position, samples)
        self._meant.write(position, samples)
        self.cursor = max(self.cursor, position + len(samples))
        loud = np.flatnonzero((samples > LOUD) | (samples < -LOUD))
        if len(loud):
            self.loud_end = max(self.loud_end, position + int(loud[-1]) + 1)

    def replace(self, position: int, wave: npt.NDArray[np.floating] | Samples) -> None:
        """Put *wave*, in 16-bit steps, in the place of what stands at *position*."""
        self.write(position, np.clip(np.rint(wave), -32768, 32767).astype(np.int16))

    def meant(self, position: int, count: int) -> npt.NDArray[np.float64]:
        """What is meant to leave from *position* on."""
        return self._meant.peek(position, count).astype(np.float64)

    def fade(self) -> int:
        """Let everything end within FADE from where it still can be changed; returns where silence begins."""
        start = self.nearest
        self.replace(start, self.meant(start, FADE) * np.linspace(1, 0, FADE))
        self.write(start + FADE, np.zeros(max(0, self.cursor - start - FADE), np.int16))
        self.end_at(start + FADE)
        return self.cursor

    def end_at(self, position: int) -> None:
        """Nothing stands from *position* on."""
        self.cursor = position
        self.loud_end = min(self.loud_end, position)

    def departures(self) -> Iterator[Departure]:
        """What left since this was last asked, beside what was meant to; what passed too long ago is not known."""
        if self.ring is None:
            return
        now = self.position
        for _, position, frames, left in self.ring.marks(min(_ROWS, (now - self._passed) // CHUNK + 2)).tolist():
            if self._passed <= position < now:
                yield Departure(position, frames, left, energy(self._meant.peek(position, frames)) if position < self.cursor else 0)
        self._meant.write(self._passed, np.zeros(min(now - self._passed, CAPACITY), np.int16))
        self._passed = now
