"""The jitter buffer: samples come in bursts and leave evenly; after a gap it fills again before it plays, and it never grows old."""

from collections import deque

import numpy as np

from audio.driver.ring import RATE, Samples

MOST = 30.0
"""Seconds it can hold, enough for three segments of a playlist; beyond that the oldest is dropped, so that it stays near the present."""


class Jitter:
    """Begins to play with *target* seconds in hand."""

    def __init__(self, target: float) -> None:
        self._target, self._most = round(target * RATE), round(max(MOST, 2 * target) * RATE)
        self._pieces: deque[Samples] = deque()
        self.frames = 0
        self._playing = False

    def push(self, samples: Samples) -> None:
        """What came."""
        if len(samples):
            self._pieces.append(samples)
            self.frames += len(samples)
        if self.frames > self._most:
            self._drop(self.frames - self._most)
        self._playing = self._playing or self.frames >= self._target

    def take(self, frames: int) -> Samples:
        """At most *frames* for now: fewer when they run out, none until enough has come again."""
        if not self._playing or frames <= 0:
            return np.empty(0, np.int16)
        found: list[Samples] = []
        wanted = min(frames, self.frames)
        self._playing = wanted == frames
        self.frames -= wanted
        while wanted:
            piece = self._pieces.popleft()
            if len(piece) > wanted:
                self._pieces.appendleft(piece[wanted:])
                piece = piece[:wanted]
            found.append(piece)
            wanted -= len(piece)
        return np.concatenate(found) if found else np.empty(0, np.int16)

    def _drop(self, frames: int) -> None:
        playing, self._playing = self._playing, True
        self.take(frames)
        self._playing = playing
