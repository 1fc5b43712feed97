"""The shared memory between voice and sound process: a loop of samples at absolute positions, and the reader's clock.

Positions count frames (one 16-bit mono sample each) since the sound device was opened, and never jump: the reader always
moves on, so silence is zeros, and whoever writes chooses *when* a sample leaves by choosing *where* it stands.
Every number in the header has one writer: POSITION, GAPS, MARKS and the marks the sound process, UNTIL, PULSE and the beginnings
the voice.
A mark is what was handed to the driver in one callback: when (nanoseconds since boot), from which position, how many frames, and
their energy (the sum of squares), measured last of all, so that it is evidence of what left and not of what was meant.
Only numpy and the standard library: the sound process imports this file.
"""

import mmap
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audio.driver.beginnings import COLUMNS, ROWS, Beginnings

RATE = 48_000
CAPACITY = 8 * RATE
"""Room for a whole attention signal besides what is decoded ahead."""
CHUNK = 960
GUARD = 3 * CHUNK
"""Frames just ahead of the reader that are as good as gone: it may be copying them now."""

Samples = npt.NDArray[np.int16]
_POSITION, _GAPS, _MARKS, _UNTIL, _PULSE, _HEADER = 0, 1, 2, 3, 4, 8
_KEPT, _COLUMNS = 256, 4
_BEGINNINGS = _HEADER + _COLUMNS * _KEPT
_NUMBERS = _BEGINNINGS + COLUMNS * ROWS
_SAMPLES = _NUMBERS * 8
SIZE = _SAMPLES + CAPACITY * 2


def make(path: Path) -> int:
    """A file descriptor of fresh shared memory at *path*, in RAM, that only this user opens; the one before it is gone from there.

    It has a name so that the next voice finds where the reader of a killed one stopped.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    # Its pages are taken now: in a full folder a sparse file would end both programs at some later word, without an error.
    os.posix_fallocate(descriptor, 0, SIZE)
    return descriptor


def left_behind(path: Path) -> "Ring | None":
    """The ring at *path* of a voice that has ended; None when there is none, or not one of this user and this release.

    Its reader has stopped: the kernel kills the sound process before anybody can learn that the voice has died (`be_mortal`).
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        found = os.fstat(descriptor)
        return Ring(descriptor) if (found.st_size, found.st_uid) == (SIZE, os.getuid()) else None
    finally:
        os.close(descriptor)


def energy(samples: Samples) -> int:
    """The sum of the squares of *samples*, exactly."""
    wave = samples.astype(np.float64)
    return int(wave @ wave)


class Loop:
    """CAPACITY samples at absolute positions; what is older is overwritten."""

    def __init__(self, samples: Samples | None = None) -> None:
        self._samples = np.zeros(CAPACITY, np.int16) if samples is None else samples

    def write(self, position: int, samples: Samples) -> None:
        """Put *samples* at *position*."""
        for start, piece in self.pieces(position, len(samples)):
            piece[:] = samples[start : start + len(piece)]

    def peek(self, position: int, count: int) -> Samples:
        """A copy of what stands at *position*."""
        return np.concatenate([piece for _, piece in self.pieces(position, count)])

    def clear(self) -> None:
        """Silence everywhere."""
        self._samples[:] = 0

    def pieces(self, position: int, count: int) -> list[tuple[int, Samples]]:
        """The memory itself behind *count* samples from *position* on, in one or two pieces with their place in the whole."""
        start = position % CAPACITY
        first = min(count, CAPACITY - start)
        pieces = [(0, self._samples[start : start + first])]
        return pieces if first == count else [*pieces, (first, self._samples[: count - first])]


class Ring(Loop):
    """The memory behind *descriptor*, as both sides see it; write at most what fits between the reader and its next round.

    Single numbers go through a plain view: fifty callbacks a second find numpy out of the processor's cache each time, and what the
    unit does all day is to hand out silence.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)
        self._numbers = memoryview(self._memory)[:_SAMPLES].cast("q")
        numbers = np.frombuffer(self._memory, np.int64, _NUMBERS)
        self._marks = numbers[_HEADER:_BEGINNINGS].reshape(_KEPT, _COLUMNS)
        self.beginnings = Beginnings(numbers[_BEGINNINGS:].reshape(ROWS, COLUMNS))
        super().__init__(np.frombuffer(self._memory, np.int16, CAPACITY, _SAMPLES))

    @property
    def position(self) -> int:
        """How many frames have left the ring."""
        return self._numbers[_POSITION]

    @property
    def gaps(self) -> int:
        """How many callbacks came later than one and a half periods: underruns that the driver hides."""
        return self._numbers[_GAPS]

    @property
    def until(self) -> int:
        """The position at which the amplifiers' lease ends."""
        return self._numbers[_UNTIL]

    @until.setter
    def until(self, position: int) -> None:
        self._numbers[_UNTIL] = position

    @property
    def pulse(self) -> float:
        """When the voice was last known to live, seconds since boot."""
        return self._numbers[_PULSE] / 1e9

    @pulse.setter
    def pulse(self, now: float) -> None:
        self._numbers[_PULSE] = int(now * 1e9)

    def gap(self) -> None:
        """Count one late callback."""
        self._numbers[_GAPS] += 1

    def take(self, buffer: memoryview, now: float, muted: bool = False) -> None:
        """Move the next samples into *buffer*, bytes, and leave zeros; *now* marks when their first left. *muted*, they are lost."""
        position, count, frames = self._numbers[_POSITION], self._numbers[_MARKS], len(buffer) // 2
        left = 0
        if self._silent(position, frames):
            buffer[:] = bytes(len(buffer))
        else:
            left = self._move(position, np.frombuffer(buffer, np.int16), muted)
        row = _HEADER + _COLUMNS * (count % _KEPT)
        for column, value in enumerate((int(now * 1e9), position, frames, left)):
            self._numbers[row + column] = value
        self._numbers[_MARKS] = count + 1
        self._numbers[_POSITION] = position + frames

    def marks(self, last: int = _KEPT - 8) -> npt.NDArray[np.int64]:
        """The newest (nanoseconds since boot, position, frames, energy) in order, at most *last*, as an (n, 4) array."""
        count = self._numbers[_MARKS]
        return self._marks[np.arange(max(0, count - last), count) % _KEPT]

    def _silent(self, position: int, frames: int) -> bool:
        start = _SAMPLES + position % CAPACITY * 2
        return self._memory[start : start + 2 * frames] == bytes(2 * frames)

    def _move(self, position: int, out: Samples, muted: bool) -> int:
        for start, piece in self.pieces(position, len(out)):
            out[start : start + len(piece)] = piece
            piece[:] = 0
        if muted:
            out[:] = 0
        return energy(out)
