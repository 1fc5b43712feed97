"""How loud single tones are in a block of sound; pure arithmetic.

G. Goertzel, "An algorithm for the evaluation of finite trigonometric series", American Mathematical Monthly 65 (1958): one bin of
the transform at a frequency of one's own choice. With numpy the sum itself is faster than his recurrence, and says the same.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

Wave = npt.NDArray[np.float64]

SILENT = -120.0
"""dBFS below which nothing is told apart: a 16-bit sample knows nothing there."""


@cache
def _bins(frequencies: tuple[float, ...], frames: int, rate: int) -> npt.NDArray[np.complex128]:
    window = np.hanning(frames + 2)[1:-1]
    at = np.arange(frames) / rate
    turns = np.exp(-2j * np.pi * np.asarray(frequencies)[:, None] * at)
    found: npt.NDArray[np.complex128] = turns * window * (2 / window.sum())
    return found


def levels(block: npt.NDArray[np.int16] | Wave, frequencies: tuple[float, ...], rate: int) -> Wave:
    """The level of each of *frequencies* (Hz) in *block*, in dB against a sine of full scale.

    The Hann window tells tones apart that lie more than 2 / (seconds of the block) Hz from each other.
    """
    amplitudes = np.abs(_bins(frequencies, len(block), rate) @ (np.asarray(block, np.float64) / 32768))
    return np.asarray(20 * np.log10(np.maximum(amplitudes, 10 ** (SILENT / 20))))
