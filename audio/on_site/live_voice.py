"""What a live voice passes before it may sound: a high-pass for the horn and the hand, a gain, and a ceiling; pure arithmetic.

The ceiling is a level limit of its own, well below that of the mixer: whoever speaks may stand under the horn, and what the
microphone hears of it comes round again.
"""

import numpy as np
import numpy.typing as npt

RATE = 48_000
BLOCK = 960
"""Samples that go in at a time: 20 ms."""
HIGH_PASS = 250.0
"""Hz: below it a horn gives nothing, and a microphone hears wind, steps and the hand that holds it."""
DELAY_BLOCKS = 1
_TAPS, _TRANSFORM = 769, 2048
_RELEASE = 0.05
"""How much of full scale the gain may rise in one block: from silence to full in 0.4 s."""

Wave = npt.NDArray[np.float64]


def _response() -> npt.NDArray[np.complex128]:
    at = np.arange(_TAPS) - _TAPS // 2
    low = np.sinc(2 * HIGH_PASS * 0.8 / RATE * at) * np.hamming(_TAPS)
    taps = -low / low.sum()
    taps[_TAPS // 2] += 1.0
    return np.fft.rfft(taps, _TRANSFORM)


_RESPONSE = _response()


class LiveVoice:
    """One voice in blocks of `BLOCK` samples; what comes out is 28 ms older. *gain* and *limit* in dB, the limit against full scale."""

    def __init__(self, gain: float, limit: float) -> None:
        self._factor = 10 ** (gain / 20)
        self._limit = 32768 * 10 ** (limit / 20)
        self._before: Wave = np.zeros(_TAPS - 1)
        self._held: Wave = np.zeros(BLOCK)
        self._gain = 1.0

    def pass_on(self, block: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """The block before *block*, filtered, and never above the limit: *block* is looked at so that the gain falls in time."""
        joined = np.concatenate([self._before, block * self._factor])
        self._before = joined[-(_TAPS - 1) :]
        filtered = np.fft.irfft(np.fft.rfft(joined, _TRANSFORM) * _RESPONSE, _TRANSFORM)[_TAPS - 1 : _TAPS - 1 + BLOCK]
        end = min(self._allowed(self._held), self._allowed(filtered), self._gain + _RELEASE)
        out = self._held * np.linspace(self._gain, end, BLOCK)
        self._held, self._gain = filtered, end
        return out.astype(np.int16)

    def _allowed(self, block: Wave) -> float:
        peak = float(np.abs(block).max())
        return 1.0 if peak <= self._limit else self._limit / peak
