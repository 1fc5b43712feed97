"""The mixer's lanes: a source's samples with their gain, over what already stands there, below the ceiling; pure arithmetic."""

import numpy as np

from audio.driver.ring import RATE, Samples
from audio.mix.limiter import Limiter, Wave

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


class Envelope:
    """A level in dB over positions: where it is moved it goes in a straight line, before and after that it stands."""

    def __init__(self) -> None:
        self._at, self._level = [0.0], [0.0]

    def move(self, position: int, aim: float, frames: int) -> None:
        """From *position* on, wherever it is then, go to *aim* dB within *frames*."""
        here = float(np.interp(position, self._at, self._level))
        self._at, self._level = [float(position), float(position + frames)], [here, aim]

    def factors(self, position: int, count: int) -> Wave:
        """What *count* samples from *position* on are multiplied by."""
        levels = np.interp(np.arange(position, position + count), self._at, self._level)
        factors: Wave = (10 ** (levels / 20)).astype(np.float32)
        return factors


class Lane:
    """One source on its way into the ring: its *gain* in dB, then the limiter, which holds back *held* samples."""

    def __init__(self, gain: float) -> None:
        self._gain = Ramp(gain)
        self._limiter = Limiter()

    @property
    def held(self) -> int:
        """How many samples were taken in and have not come out yet."""
        return self._limiter.held

    def set_gain(self, gain: float) -> None:
        """Go to *gain* dB with what comes in from now on."""
        if gain != self._gain.aim:
            self._gain.move(gain, round(EASE * RATE))

    def mix(self, samples: Samples, under: Wave | None = None) -> Samples:
        """What can go out after *samples* came in; *under* stands where they will."""
        wave: Wave = samples * self._gain.take(len(samples))
        return self._limiter.push(wave if under is None else wave + under)

    def part(self, under: Wave) -> None:
        """Take away again what stood *under* the samples that are held."""
        self._limiter.take_away(under)

    def finish(self) -> Samples:
        """What was held, at the end of the source."""
        return self._limiter.flush()
