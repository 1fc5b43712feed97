"""What is put into the ring: signals and decoded clips at exact positions, the next clip right after the last, and fades."""

from dataclasses import dataclass, field

import numpy as np

from audio.decode import amplified
from audio.ring import GUARD, RATE, Ring, Samples
from audio.sources import Find, SampleSource, gain, open_source
from bundle.asset import Clip
from device.errors import ClipUnplayable
from director.decision import Source, Utterance

AHEAD = round(2.0 * RATE)
"""Frames kept between the reader and what is written: time enough for a slow card to take a record, or a long verification."""
PREREAD = RATE // 10
FADE = round(0.03 * RATE)
LOUD = 32


def empty() -> Samples:
    """No samples."""
    return np.empty(0, np.int16)


@dataclass
class Airing:
    """One utterance on its way out: *first* is the position of its first sample, *end* that after its last, when known.

    *due* is when its first sample was to leave (seconds since boot), *late* how much later that was; what follows has neither.
    """

    utterance: Utterance
    decoder: SampleSource
    ready: Samples = field(default_factory=empty)
    first: int | None = None
    end: int | None = None
    written: int = 0
    started: bool = False
    due: float | None = None
    late: float | None = None
    broken: ClipUnplayable | None = None

    def heard(self, position: int) -> int:
        """How many of its samples have left when the reader stands at *position*."""
        return 0 if self.first is None else min(max(0, position - self.first), self.written)

    def offset(self, position: int) -> float:
        """Seconds of the clip that have been heard."""
        return self.utterance.resume + self.heard(position) / RATE

    def preread(self, now: float) -> bool:
        """Whether its first samples are there; ``ClipUnplayable`` when they will not come."""
        self.ready = np.concatenate([self.ready, self.decoder.read(PREREAD - len(self.ready), now)])
        return len(self.ready) >= PREREAD or self.decoder.finished


class Feed:
    """Writes into the *ring* of the present sound process; *find* gives the file of a clip.

    *cursor* is where the next sample goes, *loud_end* the position after the last sample above −60 dBFS, *starved* counts
    the times that the reader came too near: silence that nobody meant.
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self._prepared: dict[str, Airing] = {}
        self.ring: Ring | None = None
        self.cursor = 0
        self.loud_end = 0
        self._farthest = 0
        self.starved = 0

    def prepare(self, utterance: Utterance, now: float) -> Airing:
        """Start decoding *utterance* unless that has begun; ``ClipUnplayable`` when its file is missing or of the wrong size."""
        known = self._prepared.get(utterance.key)
        if known is not None and known.first is None and known.utterance.resume != utterance.resume:
            self.forget(utterance.key)
        if utterance.key not in self._prepared:
            self._prepared[utterance.key] = Airing(utterance, open_source(utterance, self._find, now))
        return self._prepared[utterance.key]

    def has(self, source: Source) -> bool:
        """Whether the recording is here; what is made while it is heard always is."""
        return not isinstance(source, Clip) or self._find(source) is not None

    def forget(self, key: str) -> None:
        """End the decoder of *key*, if there is one."""
        if airing := self._prepared.pop(key, None):
            airing.decoder.close()

    def attach(self, ring: Ring | None) -> None:
        """Write into *ring* from now on: another sound process counts from zero again."""
        if ring is not self.ring:
            self.ring, self.cursor, self.loud_end, self._farthest = ring, 0, 0, 0

    def keep_only(self, keys: set[str]) -> None:
        """End all decoders but those of *keys*."""
        for key in set(self._prepared) - keys:
            self.forget(key)

    def close(self) -> None:
        """End all decoders."""
        self.keep_only(set())

    def place(self, samples: Samples, position: int) -> int:
        """Write *samples* at *position* or as soon after as still can be; returns the position after them."""
        start = max(position, self._nearest())
        self._write(start, samples)
        return start + len(samples)

    def begin(self, airing: Airing, position: int, now: float) -> None:
        """Let the speech of *airing* begin at *position*, or as soon after as still can be."""
        self.cursor = airing.first = max(position, self._nearest())
        airing.decoder.wait_from(now)
        if airing.utterance.resume > 0:
            # The middle of a word is no place to begin with full amplitude: it would click.
            rising = np.linspace(0, 1, FADE)[: len(airing.ready)]
            airing.ready = np.concatenate([(airing.ready[:FADE] * rising).astype(np.int16), airing.ready[FADE:]])
        self._append(airing, airing.ready)
        airing.ready = empty()

    def fill(self, airing: Airing, now: float) -> None:
        """Move decoded samples into the ring; sets *end* when the clip is written whole. ``ClipUnplayable`` from the decoder."""
        wanted = self._position() + AHEAD - self.cursor
        if wanted <= 0:
            airing.decoder.wait_from(now)
        while wanted > 0 and not airing.decoder.finished:
            samples = airing.decoder.read(wanted, now)
            if not len(samples):
                break
            self._append(airing, samples)
            wanted -= len(samples)
        if airing.decoder.finished and airing.end is None:
            airing.end = self.cursor

    def fade(self) -> int:
        """Let what sounds end within 30 ms from where it still can be changed; returns where silence begins."""
        start = self._nearest()
        if self.ring is not None:
            falling = self.ring.peek(start, FADE) * np.linspace(1, 0, FADE)
            self.ring.write(start, falling.astype(np.int16))
            # A signal may stand beyond the cursor, so silence is written as far as anything stands.
            self.ring.write(start + FADE, np.zeros(max(0, self._farthest - start - FADE), np.int16))
        self.cursor = start + FADE
        self.loud_end = min(self.loud_end, self.cursor)
        return self.cursor

    def _append(self, airing: Airing, samples: Samples) -> None:
        nearest = self._nearest()
        if self.cursor < nearest and airing.written:
            self.starved += 1
        self.cursor = max(self.cursor, nearest)
        self._write(self.cursor, amplified(samples, gain(airing.utterance)))
        self.cursor += len(samples)
        airing.written += len(samples)

    def _write(self, position: int, samples: Samples) -> None:
        if self.ring is None:
            return
        self.ring.write(position, samples)
        self._farthest = max(self._farthest, position + len(samples))
        loud = np.flatnonzero((samples > LOUD) | (samples < -LOUD))
        if len(loud):
            self.loud_end = position + int(loud[-1]) + 1

    def _position(self) -> int:
        return self.ring.position if self.ring is not None else 0

    def _nearest(self) -> int:
        return self._position() + GUARD
