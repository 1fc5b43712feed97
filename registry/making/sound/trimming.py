"""Silence before and after the speech goes, the first word stays whole; pure."""

import numpy as np

from registry.making.sound.levels import Span, frame_levels, noise_level
from registry.making.waves import RATE, Samples

_WINDOW = RATE // 100
_MARGIN = 3 * _WINDOW
_MARGIN_IN_NOISE = 10 * _WINDOW
_ABOVE_NOISE = 6.0


def trimmed(samples: Samples) -> tuple[Samples, Span]:
    """*samples* (48 kHz) without what is 40 dB below the loudest 10 ms, or hardly above a steady noise; and what was kept, in seconds.

    30 ms are kept on both sides, 100 ms where noise hides how softly a word begins.
    """
    windows = samples[: len(samples) // _WINDOW * _WINDOW].reshape(-1, _WINDOW)
    power = np.mean(windows.astype(np.float64) ** 2, axis=1) if len(windows) else np.zeros(0)
    if not len(power) or power.max() < 1e-8:
        return samples[:0], Span(0.0, 0.0)
    noise = noise_level(frame_levels(samples))
    threshold, margin = power.max() * 1e-4, _MARGIN
    if noise is not None and power.max() > (hidden := 10 ** ((noise + _ABOVE_NOISE) / 10)) > threshold:
        threshold, margin = hidden, _MARGIN_IN_NOISE
    loud = np.flatnonzero(power > threshold)
    first, last = max(0, int(loud[0]) * _WINDOW - margin), min(len(samples), (int(loud[-1]) + 1) * _WINDOW + margin)
    return samples[first:last], Span(first / RATE, last / RATE)
