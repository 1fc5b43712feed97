"""The shared memory between voice and sound process: a loop of samples at absolute positions, and the reader's clock.

Positions count frames (one 16-bit mono sample each) since the sound device was opened, and never jump: the reader always
moves on, so silence is zeros, and whoever writes chooses *when* a sample leaves by choosing *where* it stands.
Every number in the header has one writer: POSITION, GAPS, MARKS and the marks the sound process, UNTIL the voice.
Only numpy and the standard library: the sound process imports this file.
"""

import mmap
import os

import numpy as np
import numpy.typing as npt

RATE = 48_000
CAPACITY = 8 * RATE
"""Room for a whole attention signal besides what is decoded ahead."""
CHUNK = 960
GUARD = 3 * CHUNK
"""Frames just ahead of the reader that are as good as gone: it may be copying them now."""

Samples = npt.NDArray[np.int16]
_POSITION, _GAPS, _MARKS, _UNTIL, _HEADER = 0, 1, 2, 3, 8
_KEPT = 256
SIZE = (_HEADER + 2 * _KEPT) * 8 + CAPACITY * 2


def make() -> int:
    """A file descriptor of fresh shared memory without a name: nothing is left behind however the programs end."""
    descriptor = os.memfd_create("bangtin-ring")
    os.ftruncate(descriptor, SIZE)
    return descriptor


class Ring:
    """The memory behind *descriptor*, as both sides see it."""

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)
        numbers = np.frombuffer(self._memory, np.int64, _HEADER + 2 * _KEPT)
        self._header = numbers[:_HEADER]
        self._marks = numbers[_HEADER:].reshape(_KEPT, 2)
        self._samples = np.frombuffer(self._memory, np.int16, CAPACITY, (_HEADER + 2 * _KEPT) * 8)

    @property
    def position(self) -> int:
        """How many frames have left the ring."""
        return int(self._header[_POSITION])

    @property
    def gaps(self) -> int:
        """How many callbacks came later than one and a half periods: underruns that the driver hides."""
        return int(self._header[_GAPS])

    @property
    def until(self) -> int:
        """The position at which the amplifiers' lease ends."""
        return int(self._header[_UNTIL])

    @until.setter
    def until(self, position: int) -> None:
        self._header[_UNTIL] = position

    def gap(self) -> None:
        """Count one late callback."""
        self._header[_GAPS] += 1

    def take(self, out: Samples, now: float) -> None:
        """Move the next frames into *out* and leave zeros; *now* marks when their first sample left."""
        position, count = self.position, int(self._header[_MARKS])
        self._marks[count % _KEPT] = (int(now * 1e9), position)
        self._header[_MARKS] = count + 1
        for start, piece in self._pieces(position, len(out)):
            out[start : start + len(piece)] = piece
            piece[:] = 0
        self._header[_POSITION] = position + len(out)

    def write(self, position: int, samples: Samples) -> None:
        """Put *samples* at *position*; at most what fits between the reader and the reader's next round."""
        for start, piece in self._pieces(position, len(samples)):
            piece[:] = samples[start : start + len(piece)]

    def peek(self, position: int, count: int) -> Samples:
        """A copy of what stands at *position*."""
        return np.concatenate([piece for _, piece in self._pieces(position, count)])

    def clear(self) -> None:
        """Silence, wherever the reader stands."""
        self._samples[:] = 0

    def marks(self, last: int = _KEPT - 8) -> npt.NDArray[np.int64]:
        """The newest (nanoseconds since boot, position) pairs in order, at most *last*, as an (n, 2) array."""
        count = int(self._header[_MARKS])
        return self._marks[np.arange(max(0, count - last), count) % _KEPT]

    def _pieces(self, position: int, count: int) -> list[tuple[int, Samples]]:
        start = position % CAPACITY
        first = min(count, CAPACITY - start)
        pieces = [(0, self._samples[start : start + first])]
        return pieces if first == count else [*pieces, (first, self._samples[: count - first])]
