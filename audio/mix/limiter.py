"""A true-peak limiter that looks ahead: what would pass the ceiling is lowered in time, everything else passes untouched.

True peak as in ITU-R BS.1770-5, Annex 2: four times oversampled, here with a longer filter. The gain at a sample depends only on
its surroundings, so that the result is the same however the samples come in pieces, and nothing is remembered for longer.
"""

import numpy as np
import numpy.typing as npt

from audio.driver.ring import Samples

Wave = npt.NDArray[np.float32]

FULL_SCALE = 32768.0
CEILING = FULL_SCALE * 10 ** (-1.0 / 20)
"""−1 dBTP, the highest true peak that leaves (EBU R 128)."""
_AIM = CEILING * 10 ** (-0.6 / 20)
"""What a peak above the ceiling is lowered to: other meters interpolate with other filters, and the gain moves a little within them."""
_TAPS = 16
_HOLD, _SMOOTH = 144, 128
REACH = _HOLD + _SMOOTH + _TAPS
"""Samples on each side that a sample's gain depends on: 6 ms, by which it is held back."""


def _phases() -> list[Wave]:
    """The interpolation filters for a quarter, a half and three quarters of a sample."""
    at = np.arange(-4 * _TAPS, 4 * _TAPS + 1) / 4
    whole = (np.sinc(at) * np.kaiser(len(at), 6.0)).astype(np.float32)
    return [whole[phase::4][: 2 * _TAPS] for phase in (1, 2, 3)]


_PHASES = _phases()
_SAFE = CEILING / max(float(np.abs(phase).sum()) for phase in _PHASES)
"""Samples that stay below this cannot have a true peak above the ceiling."""
_WINDOW = np.hanning(2 * _SMOOTH + 3)[1:-1]
_WINDOW /= _WINDOW.sum()


def true_peaks(wave: Wave) -> Wave:
    """The highest amplitude at each sample and up to the next one; inexact at both ends for want of neighbours."""
    peaks: Wave = np.abs(wave)
    for phase in _PHASES:
        between = np.convolve(wave, phase)[_TAPS - 1 : _TAPS - 1 + len(wave)]
        peaks = np.maximum(peaks, np.abs(between))
    return peaks


class Limiter:
    """One stream through the limiter; *held* samples wait for those after them."""

    def __init__(self) -> None:
        self._kept: Wave = np.zeros(REACH, np.float32)

    @property
    def held(self) -> int:
        """How many samples were given and have not come back yet."""
        return len(self._kept) - REACH

    def push(self, wave: Wave) -> Samples:
        """*wave* (in units of one 16-bit step, of any size) behind what is held; gives back what is certain now."""
        known = np.concatenate([self._kept, wave])
        ready = len(known) - 2 * REACH
        if ready <= 0:
            self._kept = known
            return np.empty(0, np.int16)
        self._kept = known[ready:]
        limited: Samples = np.rint(_limited(known)[REACH : REACH + ready]).astype(np.int16)
        return limited

    def flush(self) -> Samples:
        """What is held, with silence following it; the stream is over."""
        out = self.push(np.zeros(REACH, np.float32))
        self._kept = np.zeros(REACH, np.float32)
        return out

    def take_away(self, wave: Wave) -> None:
        """Subtract *wave* from what is held."""
        self._kept = np.concatenate([self._kept[:REACH], self._kept[REACH:] - wave])


def _limited(wave: Wave) -> Wave:
    if float(np.abs(wave).max()) <= _SAFE:
        return wave
    peaks = true_peaks(wave)
    if float(peaks.max()) <= CEILING:
        return wave
    wanted = np.where(peaks > CEILING, _AIM / np.maximum(peaks, 1.0), 1.0)
    gain = np.convolve(_lowest(wanted), _WINDOW, "same")
    # The ends are not whole, but nobody takes them.
    limited: Wave = (wave * gain).astype(np.float32)
    return limited


def _lowest(wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The smallest value within *_HOLD* samples on either side."""
    padded = np.pad(wanted, _HOLD, constant_values=1.0)
    lowest: npt.NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(padded, 2 * _HOLD + 1).min(axis=1)
    return lowest
