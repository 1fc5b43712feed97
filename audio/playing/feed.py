"""What is put onto the track: signals and decoded clips at exact positions, the next clip right after the last, speech over music.

Music is kept by itself as well, at its full level: speech is added to it lowered, and can be taken away again while the music goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from audio.driver.ring import CAPACITY, RATE, Loop, Ring, Samples
from audio.mix.limiter import Wave
from audio.mix.mixer import Lane
from audio.playing.airing import Airing, empty
from audio.playing.track import FADE, Track
from audio.source.sources import Find, SampleSource, open_source, signed_gain
from director.decision import Utterance

Opener = Callable[[Utterance, Find, float], SampleSource]
AHEAD = round(2.0 * RATE)
"""Frames kept between the reader and what is written: time enough for a slow card to take a record, or a long verification."""
_WAITS = round(0.3 * RATE)
"""Frames ahead of the reader at which speech waits no longer for the music below it."""


@dataclass
class _Signal:
    """An attention signal that is being put at *cursor*; *left* is what remains of it."""

    cursor: int
    left: Samples
    lane: Lane


class Feed:
    """Puts sound onto its *track*; *find* gives the file of a clip, *opener* the decoder of an utterance.

    *starved* counts the times that the reader came too near: silence that nobody meant.
    """

    def __init__(self, find: Find, opener: Opener = open_source) -> None:
        self._find, self._open = find, opener
        self._prepared: dict[str, Airing] = {}
        self._music = Loop()
        self._below: Airing | None = None
        self._hushed = 0
        self._signal: _Signal | None = None
        self.track = Track()
        self.starved = 0

    def prepare(self, utterance: Utterance, now: float) -> Airing:
        """Start decoding *utterance* unless that has begun; ``ClipUnplayable`` when its file is missing or of the wrong size."""
        known = self._prepared.get(utterance.key)
        if known is not None and known.first is None and _other(known.utterance, utterance):
            self.forget(utterance.key)
        if utterance.key not in self._prepared:
            self._prepared[utterance.key] = Airing(utterance, self._open(utterance, self._find, now), Lane(_gain(utterance, utterance)))
        return self._prepared[utterance.key]

    def forget(self, key: str) -> None:
        """End the decoder of *key*, if there is one."""
        if airing := self._prepared.pop(key, None):
            airing.decoder.close()

    def attach(self, ring: Ring | None) -> bool:
        """Write into *ring* from now on; true when it is another one."""
        fresh = self.track.attach(ring)
        if fresh:
            self._signal, self._below, self._hushed = None, None, 0
        return fresh

    def clear(self) -> None:
        """The ring was cleared: nothing is meant to sound any more."""
        self.track.clear()
        self._signal, self._below = None, None

    def keep_only(self, keys: set[str]) -> None:
        """End all decoders but those of *keys*."""
        for key in set(self._prepared) - keys:
            self.forget(key)

    def close(self) -> None:
        """End all decoders."""
        self.keep_only(set())

    def regulate(self, queue: tuple[Utterance, ...]) -> None:
        """Give each item the gain that the rules leave of it now; what is written already keeps its own."""
        for utterance in queue:
            if airing := self._prepared.get(utterance.key):
                airing.lane.set_gain(_gain(airing.utterance, utterance))

    def place(self, samples: Samples, position: int, gain: float = 0.0) -> int:
        """Let *samples*, with *gain* dB, begin at *position* or as soon after as still can be; returns the position after them."""
        start = max(position, self.track.nearest)
        self._signal = _Signal(start, samples, Lane(gain))
        self.work()
        return start + len(samples)

    def work(self) -> None:
        """Go on placing the signal: over music it is written as far as the music is."""
        signal = self._signal
        if signal is None:
            return
        at = signal.cursor + signal.lane.held
        count = min(len(signal.left), self._room(at))
        out = signal.lane.mix(signal.left[:count], self._under(at, count))
        signal.left = signal.left[count:]
        if not len(signal.left):
            out = np.concatenate([out, signal.lane.finish()])
            self._signal = None
        self.track.write(signal.cursor, out)
        signal.cursor += len(out)

    def begin(self, airing: Airing, position: int, now: float) -> None:
        """Let the speech of *airing* begin at *position*, or as soon after as still can be."""
        airing.cursor = airing.first = max(position, self.track.nearest)
        if self.track.ring is not None:
            self.track.ring.beginnings.place(airing.utterance.key, airing.first)
        airing.decoder.wait_from(now)
        if airing.utterance.resume > 0:
            # The middle of a word is no place to begin with full amplitude: it would click.
            rising = np.linspace(0, 1, FADE)[: len(airing.ready)]
            airing.ready = np.concatenate([(airing.ready[:FADE] * rising).astype(np.int16), airing.ready[FADE:]])
        self._append(airing, airing.ready)
        airing.ready = empty()

    def fill(self, airing: Airing, now: float) -> None:
        """Move decoded samples onto the track; sets *end* when the clip is written whole. ``ClipUnplayable`` from the decoder."""
        at = airing.cursor + airing.lane.held
        wanted = self.track.position + AHEAD - at
        if airing is not self._below:
            wanted = min(wanted, self._room(at))
        if wanted <= 0:
            airing.decoder.wait_from(now)
        while wanted > 0 and not airing.decoder.finished:
            samples = airing.decoder.read(wanted, now)
            if not len(samples):
                break
            self._append(airing, samples)
            wanted -= len(samples)
        if airing.decoder.finished and airing.end is None:
            self._put(airing, airing.lane.finish())
            airing.end = airing.cursor

    def fade(self) -> int:
        """Let everything end within 30 ms from where it still can be changed; returns where silence begins."""
        self._signal, self._below = None, None
        return self.track.fade()

    def take_back(self, position: int) -> bool:
        """Let nothing but the music below sound from *position* on, if that still can be changed."""
        if position < self.track.nearest:
            return False
        count, music = max(0, self.track.cursor - position), self._below
        alone = self._under(position, count)
        self.track.replace(position, np.zeros(count, np.int16) if alone is None else alone)
        self.track.end_at(position if music is None else max(position, music.cursor))
        return True

    def lower(self, music: Airing, position: int, depth: float, frames: int) -> None:
        """From *position* on, or as soon as can be, lower *music* by *depth* dB within *frames*; what comes then sounds over it."""
        self._below, start = music, max(position, self.track.nearest)
        music.duck.move(start, -depth, frames)
        self._again(music, start)

    def lift(self, frames: int) -> None:
        """Nothing sounds over the music any more: it comes back within *frames*."""
        music, self._below = self._below, None
        if music is not None:
            start = max(self.track.nearest, self._hushed)
            music.duck.move(start, 0.0, frames)
            self._again(music, start)

    def hush(self) -> None:
        """Let what sounds over the music end within 30 ms, and the music go on alone."""
        start, music = self.track.nearest, self._below
        count = max(0, self.track.cursor - start)
        alone = self._under(start, count)
        if music is not None and alone is not None:
            falling = np.clip(1 - np.arange(count) / FADE, 0, 1)
            self.track.replace(start, alone + (self.track.meant(start, count) - alone) * falling)
            self._signal, self._hushed = None, start + FADE
            self.track.end_at(max(start, music.cursor))

    def part(self, over: tuple[Airing, ...]) -> None:
        """Let the music below end within 30 ms, and what sounds *over* it go on alone."""
        start, music = self.track.nearest, self._below
        if music is not None and (count := music.cursor - start) > 0:
            rising = np.clip(np.arange(count) / FADE, 0, 1)
            self.track.replace(start, self.track.meant(start, count) - self._lowered(music, start, count) * rising)
        for lane, cursor in [(airing.lane, airing.cursor) for airing in over] + ([(s.lane, s.cursor)] if (s := self._signal) else []):
            if (under := self._under(cursor, lane.held)) is not None:
                lane.part(under)
        self._below = None

    def _append(self, airing: Airing, samples: Samples) -> None:
        nearest = self.track.nearest
        if airing.cursor < nearest and airing.written:
            self.starved += 1
        airing.cursor = max(airing.cursor, nearest)
        if airing is self._below:
            # Music that came too late for what sounds over it goes on behind that.
            airing.cursor = max(airing.cursor, self.track.cursor)
            under = None
        else:
            under = self._under(airing.cursor + airing.lane.held, len(samples))
        self._put(airing, airing.lane.mix(samples, under))

    def _put(self, airing: Airing, samples: Samples) -> None:
        if airing.utterance.music:
            self._music.write(airing.cursor, samples)
            self.track.replace(airing.cursor, self._lowered(airing, airing.cursor, len(samples)))
        else:
            self.track.write(airing.cursor, samples)
        airing.cursor += len(samples)
        airing.written += len(samples)

    def _again(self, music: Airing, start: int) -> None:
        """Write *music*, with nothing over it, anew from *start* on."""
        count = max(0, music.cursor - start)
        self.track.replace(start, self._lowered(music, start, count))

    def _lowered(self, music: Airing, position: int, count: int) -> Wave:
        lowered: Wave = self._music.peek(position, count) * music.duck.factors(position, count)
        return lowered

    def _room(self, position: int) -> int:
        """How much may be written from *position* on: over music only as far as that is there, and what cannot wait for it."""
        music = self._below
        if music is None or music.end is not None:
            return CAPACITY
        return max(0, max(music.cursor, self.track.position + _WAITS) - position)

    def _under(self, position: int, count: int) -> Wave | None:
        """What of the music stands below *count* samples from *position* on; None when nothing sounds over any."""
        if self._below is None:
            return None
        there = max(0, min(count, self._below.cursor - position))
        return np.concatenate([self._lowered(self._below, position, there), np.zeros(count - there, np.float32)])


def _other(begun: Utterance, wanted: Utterance) -> bool:
    """Whether *wanted* is to sound from something else than was *begun* for it."""
    return (begun.resume, begun.source) != (wanted.resume, wanted.source)


def _gain(sounds: Utterance, wanted: Utterance) -> float:
    """What was signed for that which *sounds*, and what the rules leave of it now that it is *wanted* so."""
    return signed_gain(sounds.source) + wanted.gain
