"""What can be wrong with a recording, found in its samples: clipping, clicks, an offset, mains hum; pure."""

import numpy as np
from numpy.typing import NDArray

from registry.making.sound.levels import true_runs
from registry.making.waves import Samples

Runs = list[tuple[int, int]]
MAINS = 50.0
"""Hz of the power network of Việt Nam."""
_SOUNDING = 0.01
_TOP, _HALF, _LEAST_FLAT = 0.995, 0.5, 3
_CLICK, _CLICK_AFTER_CODEC = 5.0, 15.0
_REST = 1e-4


def clipped_runs(samples: Samples, rate: int) -> Runs:
    """Where the wave was cut off: some samples of exactly one value at the recording's highest or lowest. Only before any codec.

    Music and speech never rest at their peak: at 48 kHz the top of a 90 Hz tone keeps one step of 16 bits for two samples.
    A recording whose peak is below a half was not cut off by its recorder, and its own steps are too coarse to tell.
    """
    highest, lowest = float(samples.max(initial=0.0)), float(samples.min(initial=0.0))
    if max(highest, -lowest) < _HALF:
        return []
    level = np.diff(samples) == 0
    at_top = ((samples >= _TOP * highest) & (highest >= _HALF)) | ((samples <= _TOP * lowest) & (-lowest >= _HALF))
    least = max(_LEAST_FLAT, rate // 16_000)
    runs = ((first, last + 1) for first, last in true_runs(level & at_top[1:] & at_top[:-1]))
    return [(first, last) for first, last in runs if last - first >= least]


def clipped_share(samples: Samples, runs: Runs) -> float:
    """The share of the sounding samples that lie in *runs*."""
    return sum(last - first for first, last in runs) / max(1, int(np.count_nonzero(np.abs(samples) > _SOUNDING)))


def piled_up(samples: Samples) -> float:
    """How much amplitudes pile up near the top, where a codec has blurred the flat tops of clipping.

    The ratio of the fullest class of amplitudes to a fainter one: louder samples are always rarer in speech (0.6 and less),
    clipping gathers them at its level (1.2 and more).
    """
    size = np.abs(samples)
    peak = float(np.percentile(size, 99.95)) if len(size) else 0.0
    if peak < _SOUNDING:
        return 0.0
    counts = np.histogram(size, bins=20, range=(0, 1.5 * peak))[0].astype(np.float64)
    # Loud classes only, each against those two and three below it.
    return float(max(counts[at] / max(1.0, (counts[at - 2] + counts[at - 3]) / 2) for at in range(6, 20) if counts[at] > len(size) * 1e-4))


def click_runs(samples: Samples, rate: int, lossy: bool) -> Runs:
    """Single impulses: where the third difference towers five times over everything within 15 ms around it.

    The third difference weakens what a throat can make and not what a switch makes; a voice's own pulses have neighbours of their size.
    A codec (*lossy*) makes steep onsets of its own, so there an impulse must tower fifteen times.
    """
    steep = np.abs(np.diff(samples.astype(np.float64), n=3))
    width = max(4, rate // 1000)
    peaks = steep[: len(steep) // width * width].reshape(-1, width).max(axis=1)
    if len(peaks) < 31:
        return []
    around = np.lib.stride_tricks.sliding_window_view(np.pad(peaks, 15, mode="reflect"), 31)
    near = np.maximum(around[:, :14].max(axis=1), around[:, 17:].max(axis=1))
    found = peaks > (_CLICK_AFTER_CODEC if lossy else _CLICK) * (near + _REST)
    return [_narrowed(steep, first * width, last * width) for first, last in true_runs(found)]


def _narrowed(steep: NDArray[np.float64], first: int, last: int) -> tuple[int, int]:
    """The samples of one click within the windows that gave it away, with a margin."""
    inner = np.flatnonzero(steep[first:last] > 0.1 * steep[first:last].max())
    return max(0, first + int(inner[0]) - 2), first + int(inner[-1]) + 6


def offset(samples: Samples) -> float:
    """The mean of *samples*: a microphone input that does not rest at zero."""
    return float(np.mean(samples, dtype=np.float64)) if len(samples) else 0.0


def hum(quiet: Samples, rate: int) -> float:
    """How far the multiples of 50 Hz stand out of the noise between them in *quiet*, a stretch without speech, in dB.

    0 when the stretch is too short to tell (less than 0.2 s).
    """
    if len(quiet) < rate // 5:
        return 0.0
    power = np.abs(np.fft.rfft(quiet * np.hanning(len(quiet)))) ** 2
    bin_of = len(quiet) / rate
    steps = np.arange(1, 13)
    on = np.array([_near(power, MAINS * step * bin_of) for step in steps])
    between = np.array([_near(power, MAINS * (step + 0.5) * bin_of) for step in steps])
    return float(10 * np.log10((on.sum() + 1e-20) / (between.sum() + 1e-20)))


def _near(power: NDArray[np.float64], at: float) -> float:
    middle = round(at)
    return float(power[max(0, middle - 1) : middle + 2].max(initial=0.0))
