"""The mixer's lanes: a source's samples with their gain, over what already stands there, below the ceiling; pure arithmetic."""

import numpy as np

from audio.limiter import Limiter, Wave
from audio.ring import RATE, Samples

EASE = 0.5
"""Seconds over which a changed gain takes effect: no step that anyone hears."""


class Ramp:
    """A level in dB that moves in a straight line to where it is aimed."""

    def __init__(self, decibels: float) -> None:
        self._now = self.aim = decibels
        self._step = 0.0

    def move(self, aim: float, frames: int) -> None:
        """From the next sample on go to *aim* dB within *frames*."""
        self.aim = aim
        self._step = (aim - self._now) / max(1, frames)

    def take(self, frames: int) -> Wave:
        """The factors of the next *frames* samples; one alone while the level stands."""
        if self._now == self.aim:
            return np.full(1, 10 ** (self._now / 20), np.float32)
        line = self._now + self._step * np.arange(1, frames + 1)
        line = np.minimum(line, self.aim) if self._step > 0 else np.maximum(line, self.aim)
        if frames:
            self._now = float(line[-1])
        factors: Wave = (10 ** (line / 20)).astype(np.float32)
        return factors


class Lane:
    """One source on its way into the ring: *gain* dB and the duck, then the limiter, which holds back *held* samples."""

    def __init__(self, gain: float) -> None:
        self._gain, self._duck = Ramp(gain), Ramp(0.0)
        self._limiter = Limiter()

    @property
    def held(self) -> int:
        """How many samples were taken in and have not come out yet."""
        return self._limiter.held

    def set_gain(self, gain: float) -> None:
        """Go to *gain* dB with what comes in from now on."""
        if gain != self._gain.aim:
            self._gain.move(gain, round(EASE * RATE))

    def mix(self, samples: Samples, under: Samples | None = None) -> Samples:
        """What can go out after *samples* came in; *under* stands where they will."""
        wave: Wave = samples * self._gain.take(len(samples)) * self._duck.take(len(samples))
        return self._limiter.push(wave if under is None else wave + under)

    def finish(self) -> Samples:
        """What was held, at the end of the source."""
        return self._limiter.flush()

    def lower(self, written: Samples, depth: float, frames: int) -> Samples:
        """Duck by *depth* dB within *frames*, beginning with what is *written* and has not left; gives it back lowered."""
        self._duck.move(-depth, frames)
        lowered: Samples = np.rint(written * self._duck.take(len(written))).astype(np.int16)
        self._limiter.scale(self._duck.take(self.held))
        return lowered

    def lift(self, frames: int) -> None:
        """End the duck within *frames*, with what comes in from now on."""
        self._duck.move(0.0, frames)
