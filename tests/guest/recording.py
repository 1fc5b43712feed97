"""What QEMU's sound card recorded: the frames that left ALSA and the HDA card, as a WAV file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48_000
HEADER = 44
FRAME = 4
"""Bytes of one frame: two channels of 16 bits."""
LOUD = 327
"""−40 dBFS: what is spoken in these tests is louder everywhere, and dither and resampling are not."""
PAUSE = RATE // 10


@dataclass(frozen=True)
class Stretch:
    """Sound from frame *first* to frame *last*."""

    first: int
    last: int

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.last + 1 - self.first


def length(wav: Path) -> int:
    """Frames recorded up to now, also while QEMU still writes."""
    return max(0, wav.stat().st_size - HEADER) // FRAME


def samples(wav: Path) -> Any:
    """The left channel; the right one must be the same, because the unit speaks in mono."""
    frames = np.fromfile(wav, np.int16, offset=HEADER)
    frames = frames[: len(frames) // 2 * 2].reshape(-1, 2)
    assert np.array_equal(frames[:, 0], frames[:, 1])
    return frames[:, 0]


def stretches(sound: Any) -> list[Stretch]:
    """What is loud, in order; pauses under a tenth of a second do not part it."""
    at = np.flatnonzero(np.abs(sound.astype(np.int32)) > LOUD)
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) > PAUSE)
    first, last = at[np.concatenate([[0], breaks + 1])], at[np.concatenate([breaks, [len(at) - 1]])]
    return [Stretch(int(a), int(b)) for a, b in zip(first, last, strict=True)]


def pitch(sound: Any) -> float:
    """The strongest frequency in *sound*, Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum)) * RATE / len(sound)
