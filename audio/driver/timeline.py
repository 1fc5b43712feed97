"""Positions of the sound device against seconds since boot, both ways; pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.driver.ring import RATE

_FEW = 12


@dataclass(frozen=True)
class Timeline:
    """A straight line through recent marks: at *at* seconds, frame *frame* leaves; *rate* frames follow each second.

    Sound cards run within some parts per million of their rate; SDL's disk driver is off by some per cent, hence the fit.
    """

    at: float
    frame: float
    rate: float = RATE

    def frame_at(self, moment: float) -> int:
        """Which frame leaves at *moment*."""
        return round(self.frame + (moment - self.at) * self.rate)

    def moment_of(self, frame: float) -> float:
        """When *frame* leaves."""
        return self.at + (frame - self.frame) / self.rate


def fit(marks: npt.NDArray[np.int64]) -> Timeline | None:
    """The line through *marks*, whose rows begin with (nanoseconds, position); None while there are too few to tell the rate."""
    if len(marks) < _FEW:
        return None
    moments, frames = marks[:, 0] / 1e9, marks[:, 1].astype(float)
    middle, mean = moments.mean(), frames.mean()
    slope = ((moments - middle) * (frames - mean)).sum() / ((moments - middle) ** 2).sum()
    # The pace is that of some seconds, the place that of the last quarter of a second: a busy machine makes both wander.
    return Timeline(float(moments[-_FEW:].mean()), float(frames[-_FEW:].mean()), float(np.clip(slope, 0.8 * RATE, 1.2 * RATE)))


def exactly(marks: npt.NDArray[np.int64], frame: int) -> float | None:
    """When *frame* left the driver, from the mark of its own chunk; None when no mark reaches it."""
    before = marks[marks[:, 1] <= frame]
    if not len(before) or len(before) == len(marks):
        return None
    nanoseconds, position = before[-1, :2]
    return float(nanoseconds / 1e9 + (frame - position) / RATE)
