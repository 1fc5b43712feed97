"""The test tone: a steady sine, made in the program itself, with soft edges and well below the level of speech."""

import numpy as np

from audio.driver.ring import RATE, Samples

HERTZ = 1000.0
LEVEL = 10 ** (-23.0 / 20)
"""Peak against full scale: its loudness lies some LU below that of speech, for whoever stands beside the horn.

No setting: it is what meters and ears are compared by. A place that wants it lower has ceilings, and orders of volume."""
_RAMP = 0.05


class ToneSource:
    """*seconds* of the tone as a source of samples."""

    def __init__(self, seconds: float) -> None:
        self._at, self._frames = 0, round(seconds * RATE)
        self.finished = False

    def read(self, frames: int, now: float) -> Samples:
        """At most *frames* more samples; it never waits."""
        del now
        at = np.arange(self._at, min(self._frames, self._at + max(0, frames)))
        self._at += len(at)
        self.finished = self._at >= self._frames
        ramp = np.clip(np.minimum(at, self._frames - 1 - at) / (_RAMP * RATE), 0, 1)
        wave: Samples = np.rint(np.sin(2 * np.pi * HERTZ * at / RATE) * ramp * LEVEL * 32767).astype(np.int16)
        return wave

    def wait_from(self, now: float) -> None:
        """It is always ready."""

    def close(self) -> None:
        """There is nothing to end."""
