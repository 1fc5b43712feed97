"""One live source while the director wants it: connected again and again, buffered, judged, and played at the pace of its sound.

Whether or not it is on air, its samples leave the buffer as time passes: what would be heard now is what is judged now, and
whoever joins, joins the present.
"""

import random

import numpy as np

from audio.driver.ring import RATE, Samples
from audio.live.child import Child
from audio.live.jitter import Jitter
from audio.live.watch import Watch
from device.errors import ClipUnplayable
from director.decision import Listen
from evidence.records import SourceState

BLOCK = 0.1
"""Seconds over which a level is measured."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_FILLING = 1.0
"""Seconds without a sample after which a buffer that has not played yet is not being filled."""
_SETTLED = 10.0
"""Seconds of sound after which a connection counts as good, and the next pause is short again."""


class Listening:
    """Hears *wanted* from *now* (seconds since boot) on, knowing the *state* of an earlier run; `work` often, `close` at the end.

    While it is *on_air* the reader empties the buffer, otherwise the time does. *problem* is why the last connection ended.
    """

    def __init__(self, wanted: Listen, now: float, state: SourceState | None = None) -> None:
        self.wanted = wanted
        self.watch = Watch(wanted.rules, now, state)
        self.problem = ""
        self.ends = now
        self._jitter = Jitter(wanted.rules.buffer)
        self._left = round(wanted.rules.megabytes * 1e6)
        self._child: Child | None = None
        self._start_at, self._pause = now, _FIRST_PAUSE
        self._frames = 0
        self._looked, self._came_at = now, now - _FILLING
        self._last_sound: float | None = None
        self.on_air = False
        self._block = np.empty(0, np.int16)

    @property
    def pid(self) -> int:
        """The present child, 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    @property
    def received(self) -> int:
        """Bytes received in this slot."""
        return round(self.wanted.rules.megabytes * 1e6) - self._left + (self._child.received if self._child else 0)

    def work(self, now: float, ends: float) -> None:
        """Take what came, judge what left since the last look; the slot ends at *ends*."""
        self.ends = ends
        self._receive(now)
        if not self.on_air:
            elapsed, self._looked = now - self._looked, now
            self._played(now, self._jitter.take(round(elapsed * RATE)), elapsed)

    def read(self, frames: int, now: float) -> Samples:
        """At most *frames* for the loudspeaker; none while the buffer fills."""
        self._receive(now)
        samples = self._jitter.take(frames)
        elapsed, self._looked = now - self._looked, now
        self._played(now, samples, elapsed)
        return samples

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._left -= self._child.received
            self._child.close()
            self._child = None

    def _receive(self, now: float) -> None:
        if self._child is None:
            if now < self._start_at or self.watch.state is SourceState.OVER_BUDGET:
                return
            self._child, self._frames = Child(self.wanted.source.url, self._left, now), 0
        try:
            samples = self._child.take_all(now)
        except ClipUnplayable as problem:
            self._lost(self._child, now, str(problem))
            return
        self._frames += len(samples)
        self._pause = _FIRST_PAUSE if self._frames > _SETTLED * RATE else self._pause
        self._came_at = now if len(samples) else self._came_at
        self._jitter.push(samples)

    def _lost(self, child: Child, now: float, why: str) -> None:
        over = child.over_budget
        self.close()
        self.problem = child.problem or why
        if over:
            self.watch.spent()
        # With chance added, or all units of a province would knock again in the same moment.
        self._start_at = now + self._pause * random.uniform(1.0, 2.0)  # noqa: S311 - no secret
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _played(self, now: float, samples: Samples, seconds: float) -> None:
        if not len(samples):
            # The first filling of the buffer is no gap, nor is the moment between two reads.
            silent_since = self._last_sound + BLOCK if self._last_sound is not None else self._came_at + _FILLING
            if seconds > 0 and now > silent_since:
                self.watch.miss(now, seconds, SourceState.STALLED if self._frames else SourceState.UNREACHABLE)
            return
        self._last_sound = now
        self._block = np.concatenate([self._block, samples])
        size = round(BLOCK * RATE)
        while len(self._block) >= size:
            piece, self._block = self._block[:size], self._block[size:]
            self.watch.hear(now, BLOCK, level(piece))


def level(samples: Samples) -> float:
    """dBFS (RMS) of *samples* without their mean; −120 for digital silence."""
    wave = samples.astype(np.float64)
    power = float(np.mean((wave - wave.mean()) ** 2)) / 32768**2
    return float(10 * np.log10(max(power, 1e-12)))
