"""How loud a recording is from moment to moment: its speech, the steady noise below it, and its phrases; pure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.making.waves import RATE, Samples

FRAME = RATE // 50
"""Samples of one level: 20 ms."""
NOTHING = -96.0
"""dB below which a frame is digital silence, which tells nothing about a room."""
_STEADY = 3.0
_PAUSE = 0.3
Levels = NDArray[np.float64]


class Span(NamedTuple):
    """A stretch of a recording, in seconds from its beginning."""

    start: float
    end: float


class Phrase(NamedTuple):
    """Speech between two pauses: where, and its level in dB against full scale."""

    span: Span
    level: float


def frame_levels(samples: Samples) -> Levels:
    """The mean power of each 20 ms of *samples* (at 48 kHz) in dB against full scale; what is left over does not count."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    return np.asarray(10 * np.log10(np.mean(frames**2, axis=1) + 1e-12))


def speech_level(levels: Levels) -> float:
    """The level that speech reaches in its louder tenth; `NOTHING` when nothing sounds."""
    sounding = levels[levels > NOTHING]
    return float(np.percentile(sounding, 90)) if len(sounding) else NOTHING


def noise_level(levels: Levels) -> float | None:
    """The level of the steady noise that fills the pauses; None when the quiet frames are no steady noise.

    Noise has one level in every pause, so the quietest tenth lies close together; dying syllables have many.
    """
    sounding = levels[levels > NOTHING]
    if len(sounding) < 10:
        return None
    lowest, tenth = np.percentile(sounding, (2, 10))
    return float(lowest) if tenth - lowest <= _STEADY else None


def longest_quiet(levels: Levels, noise: float) -> slice:
    """The samples of the longest stretch in which nothing but the noise of level *noise* sounds."""
    spans = true_runs((levels <= noise + _STEADY) & (levels > NOTHING))
    first, last = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
    return slice(first * FRAME, last * FRAME)


def phrases(levels: Levels, noise: float | None, least: float = 1.0) -> list[Phrase]:
    """The stretches of speech of at least *least* seconds that pauses of 0.3 s separate, in order."""
    threshold = max(speech_level(levels) - 35, NOTHING if noise is None else noise + 2 * _STEADY)
    active = levels > threshold
    bridge = round(_PAUSE * RATE / FRAME)
    merged: list[tuple[int, int]] = []
    for first, last in true_runs(active):
        if merged and first - merged[-1][1] < bridge:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    found = []
    for first, last in merged:
        inner = levels[first:last]
        level = 10 * np.log10(np.mean(10 ** (inner[inner > threshold] / 10)))
        found.append(Phrase(Span(first * FRAME / RATE, last * FRAME / RATE), float(level)))
    return [phrase for phrase in found if phrase.span.end - phrase.span.start >= least]


def true_runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches in which *mask* is true, as (first, one after the last)."""
    steps = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))
