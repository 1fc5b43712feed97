"""One utterance on its way out: its decoder, its lane in the mixer, and how much of it has left."""

from dataclasses import dataclass, field

import numpy as np

from audio.driver.ring import RATE, Samples
from audio.mix.level import Tally
from audio.mix.mixer import Envelope, Lane
from audio.source.sources import SampleSource
from device.errors import ClipUnplayable
from director.decision import Utterance

PREREAD = RATE // 10


def empty() -> Samples:
    """No samples."""
    return np.empty(0, np.int16)


@dataclass
class Airing:
    """*first* is the position of its first sample, *end* that after its last, when known, *cursor* where its next one goes.

    *due* is when its first sample was to leave (seconds since boot), *late* how much later that was; what follows has neither.
    *duck* is how far it is lowered at each position, when it is music. *tally* is what was measured of it at the driver,
    *electrical* whether power of its amplifiers was sensed meanwhile, *heard_by_ear* whether the unit's microphone heard its signal,
    *silent* the lines that were to carry it and did not all the time.
    """

    utterance: Utterance
    decoder: SampleSource
    lane: Lane
    ready: Samples = field(default_factory=empty)
    first: int | None = None
    end: int | None = None
    cursor: int = 0
    written: int = 0
    duck: Envelope = field(default_factory=Envelope)
    started: bool = False
    due: float | None = None
    late: float | None = None
    broken: ClipUnplayable | None = None
    tally: Tally = field(default_factory=Tally)
    electrical: bool | None = None
    heard_by_ear: bool | None = None
    silent: frozenset[str] = frozenset()

    def heard(self, position: int) -> int:
        """How many of its samples have left when the reader stands at *position*."""
        return 0 if self.first is None else min(max(0, position - self.first), self.written)

    def offset(self, position: int) -> float:
        """Seconds of the clip that have been heard."""
        return self.utterance.resume + self.heard(position) / RATE

    def sounds(self, position: int) -> bool:
        """Whether its samples leave when the reader stands at *position*."""
        return self.first is not None and position >= self.first and (self.end is None or position < self.end)

    def over(self, position: int) -> bool:
        """Whether its last sample has left."""
        return self.end is not None and position >= self.end

    def preread(self, now: float) -> bool:
        """Whether its first samples are there; ``ClipUnplayable`` when they will not come."""
        self.ready = np.concatenate([self.ready, self.decoder.read(PREREAD - len(self.ready), now)])
        return len(self.ready) >= PREREAD or self.decoder.finished
