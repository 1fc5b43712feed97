"""The next step of a unit that is being set up, as low beeps: only while every amplifier line is surely inactive."""

import numpy as np

from audio.driver.ring import GUARD, RATE, Ring
from audio.driver.speaker import Speaker
from audio.mix.beeps import beeps
from device.first_boot import NextStep
from device.first_boot_settings import FirstBootSettings
from device.paths import Paths
from director.moment import Moment

_AHEAD = round(0.1 * RATE)


class Beeper:
    """Writes beeps into the *speaker*'s ring without any lease: no line becomes active for them, so no horn sounds."""

    def __init__(self, paths: Paths, speaker: Speaker, settings: FirstBootSettings) -> None:
        self._next, self._speaker, self._settings = NextStep(paths), speaker, settings
        self._due, self._end = 0.0, 0
        self._ring: Ring | None = None

    def work(self, moment: Moment, idle: bool) -> None:
        """Beep when it is time; what is not *idle* is about to speak, and then not one beep more leaves."""
        ring = self._speaker.ring
        if ring is not self._ring:
            self._ring, self._end = ring, 0
        if ring is None or not self._speaker.open:
            return
        if not idle or not self._inactive():
            self._hush(ring)
            return
        if moment.mono < self._due:
            return
        told = self._next.now(moment.boot)
        samples = beeps(told.step.number if told else 0, self._settings.beep_dbfs)
        self._due = moment.mono + self._settings.beep_every
        if len(samples):
            start = ring.position + GUARD + _AHEAD
            ring.write(start, samples)
            self._end = start + len(samples)

    def _inactive(self) -> bool:
        """Whether the amplifier program says of every line that it is inactive: what it does not say is not known."""
        answer = self._speaker.amplifier
        return answer is not None and bool(answer.lines) and not any(line.active for line in answer.lines.values())

    def _hush(self, ring: Ring) -> None:
        start = ring.position + GUARD
        if self._end > start:
            ring.write(start, np.zeros(self._end - start, np.int16))
        self._end = 0
