"""What can be mended of a recording without being heard itself: clipped tops, clicks, steady noise, one voice too faint."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from registry.making.sound.faults import Runs
from registry.making.sound.levels import Phrase
from registry.making.waves import RATE, Samples, through

_ORDER = 32
_CONTEXT = 400
# How long libavfilter's afftdn holds its input back at 48 kHz.
_DELAY = RATE // 40
_LEARN = RATE
_RAMP = RATE // 20


def declipped(samples: Samples, rate: int) -> Samples:
    """*samples* with their cut-off tops drawn again from what surrounds them; these may then pass 1."""
    return through(samples, ("adeclip", ""), rate=rate)[: len(samples)]


def without_clicks(samples: Samples, runs: Runs) -> Samples:
    """*samples* with *runs* interpolated: the values that a linear predictor of the surroundings would be least surprised by.

    Least-squares autoregressive interpolation (Janssen, Veldhuis and Vries 1986), order 32, once per run.
    """
    mended = samples.copy()
    for first, last in runs:
        start = max(0, first - _CONTEXT)
        around = mended[start : last + _CONTEXT].astype(np.float64)
        missing = np.arange(first - start, min(last - start, len(around)))
        mended[first : first + len(missing)] = _interpolated(around, missing)
    return mended


def _interpolated(around: NDArray[np.float64], missing: NDArray[np.intp]) -> NDArray[np.float64]:
    known = np.delete(np.arange(len(around)), missing)
    around[missing] = np.interp(missing, known, around[known])
    error = np.concatenate(([1.0], -_predictor(around)))
    rows = np.arange(max(0, missing[0]), min(len(around), missing[-1] + len(error)))
    # Row r holds the predictor's error at sample r: the sum of error[k] * x[r - k].
    matrix = np.zeros((len(rows), len(around)))
    for number, row in enumerate(rows):
        reach = min(len(error), row + 1)
        matrix[number, row - reach + 1 : row + 1] = error[:reach][::-1]
    return np.asarray(np.linalg.lstsq(matrix[:, missing], -matrix[:, known] @ around[known], rcond=None)[0])


def _predictor(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients that predict a sample from the 32 before it, by autocorrelation."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 2 * len(samples))) ** 2
    correlation = np.fft.irfft(spectrum)[: _ORDER + 1]
    lags = np.abs(np.subtract.outer(np.arange(_ORDER), np.arange(_ORDER)))
    # The ridge keeps the system solvable where nothing sounds.
    ridge = np.eye(_ORDER) * (correlation[0] * 1e-6 + 1e-12)
    return np.asarray(np.linalg.solve(correlation[lags] + ridge, correlation[1:]))


def denoised(samples: Samples, quiet: Samples, noise: float, decibels: float) -> Samples:
    """*samples* (48 kHz) with *decibels* less of the noise that *quiet* holds alone; *noise* is its level.

    The filter learns the noise's spectrum from *quiet*, put before the recording as often as it takes to fill a second, and leaves a
    floor *decibels* lower: nothing is switched on and off between syllables, which would be heard as tinkling (musical noise).
    """
    lesson = np.resize(np.concatenate((quiet, quiet[::-1])), _LEARN).astype(np.float32)
    learn = "c='0.05 afftdn sn start;0.95 afftdn sn stop'"
    reduce = f"nr={decibels:.2f}:nf={min(-20.0, max(-80.0, noise)):.1f}"
    padded = np.concatenate((lesson, samples, np.zeros(2 * _DELAY, np.float32)))
    # The commands reach the filter between two blocks, so there must be several.
    cleaned = through(padded, ("asetnsamples", "n=1024"), ("asendcmd", learn), ("afftdn", reduce))
    return cleaned[_LEARN + _DELAY :][: len(samples)]


def evened(samples: Samples, phrases: Sequence[Phrase], raises: Sequence[float]) -> Samples:
    """*samples* (48 kHz) with each of *phrases* raised by so many dB; the gain changes in the pauses between them."""
    at, gains = [0.0], [raises[0]]
    for left, right, before, after in zip(phrases, phrases[1:], raises, raises[1:], strict=False):
        middle = (left.span.end + right.span.start) / 2 * RATE
        at += [middle - _RAMP, middle + _RAMP]
        gains += [before, after]
    curve = np.interp(np.arange(len(samples)), at, gains)
    return (samples * 10 ** (curve / 20)).astype(np.float32)
