"""Loudness and true peak by EBU R 128, measured by libavfilter's meter."""

from typing import NamedTuple

import numpy as np

from registry.making.waves import RATE, Samples, filtered


class Loudness(NamedTuple):
    """*integrated* in LUFS (-70 when nothing passes the meter's gate), *true_peak* in dBTP."""

    integrated: float
    true_peak: float


def measured(samples: Samples) -> Loudness:
    """The loudness of *samples* (48 kHz)."""
    # The meter reports every 100 ms; the padding brings the last speech into a report, and its gate ignores silence.
    padded = np.concatenate([samples, np.zeros(RATE // 5, np.float32)])
    reports = [frame.metadata for frame in filtered(padded, ("ebur128", "peak=true:metadata=1")) if "lavfi.r128.I" in frame.metadata]
    last = reports[-1]
    return Loudness(float(last["lavfi.r128.I"]), decibels(float(last["lavfi.r128.true_peak"])))


def decibels(amplitude: float) -> float:
    """An amplitude in dB, never below -90."""
    return max(-90.0, 20 * float(np.log10(max(amplitude, 1e-9))))
