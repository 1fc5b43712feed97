"""Low beeps that say a number, for somebody at the box: as many as the number, with a longer pause after each third to count by."""

import numpy as np

from audio.driver.ring import RATE, Samples

HERTZ = 330.0
"""Low, so that nobody takes it for the attention signal of an announcement (523 Hz and more)."""
BEEP, PAUSE, LONGER = 0.16, 0.24, 0.4
"""Seconds of a beep, of the pause after it, and of what is added after each group."""
GROUP = 3
_RAMP = 0.02


def beeps(number: int, dbfs: float) -> Samples:
    """*number* beeps whose peaks are at *dbfs*; none at all for 0."""
    parts = [np.concatenate([_beep(), np.zeros(round(_pause(n) * RATE))]) for n in range(1, number + 1)]
    wave = np.concatenate(parts) if parts else np.zeros(0)
    return (wave * 10 ** (dbfs / 20) * 32767).astype(np.int16)


def _beep() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    at = np.arange(round(BEEP * RATE)) / RATE
    wave: np.ndarray[tuple[int], np.dtype[np.float64]] = np.minimum(1.0, np.minimum(at, BEEP - at) / _RAMP) * np.sin(2 * np.pi * HERTZ * at)
    return wave


def _pause(n: int) -> float:
    return PAUSE + (LONGER if n % GROUP == 0 else 0.0)
