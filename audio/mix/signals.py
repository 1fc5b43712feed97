"""The attention signals before speech, made of sines: one per kind of message, all short, ramped and well below full scale."""

from functools import cache

import numpy as np
import numpy.typing as npt

from audio.driver.ring import RATE, Samples
from director.decision import Attention

LEVEL = 0.35
"""Peak of every signal against full scale: about −9 dBFS, so that a signal is never louder than the speech it announces."""
PAUSE = 0.25
"""Seconds of silence between a signal and the speech."""
_RAMP = 0.02

Wave = npt.NDArray[np.float64]


@cache
def signal(attention: Attention) -> Samples:
    """The samples of *attention* at 48 kHz mono, at most 4 s; empty for none."""
    match attention:
        case Attention.NONE:
            wave = np.empty(0)
        case Attention.CHIME:  # three falling tones of a bell
            wave = np.concatenate([_bell(tone) for tone in (659.3, 523.3, 392.0)])
        case Attention.PRIORITY:  # the chime's tones rising, twice
            wave = np.concatenate([_bell(tone, 0.3) for tone in (392.0, 523.3, 659.3) * 2])
        case Attention.EMERGENCY:  # two tones in turn, like a siren
            wave = np.concatenate([_tone(tone, 0.45) for tone in (660.0, 880.0) * 4])
        case Attention.EXERCISE:  # three long beeps with pauses: no one takes them for a siren
            wave = np.concatenate([piece for _ in range(3) for piece in (_tone(523.3, 0.4), np.zeros(round(0.25 * RATE)))])
        case Attention.ALL_CLEAR:  # one long tone that sinks and fades, where the siren turned: it is over
            wave = _sinking(660.0, 330.0, 3.4)
    return (wave * LEVEL * 32767).astype(np.int16)


def length(attention: Attention) -> float:
    """Seconds from the first sample of the signal to the first sample of speech."""
    frames = len(signal(attention))
    return frames / RATE + PAUSE if frames else 0.0


def _tone(hertz: float, seconds: float) -> Wave:
    at = np.arange(round(seconds * RATE)) / RATE
    ramp = np.minimum(1.0, np.minimum(at, seconds - at) / _RAMP)
    # A little of the third harmonic carries far through a horn.
    wave: Wave = ramp * (0.85 * np.sin(2 * np.pi * hertz * at) + 0.15 * np.sin(6 * np.pi * hertz * at))
    return wave


def _sinking(first: float, last: float, seconds: float) -> Wave:
    at = np.arange(round(seconds * RATE)) / RATE
    # The phase is the integral of a frequency that goes evenly from *first* to *last*.
    turns = first * at + (last - first) * at**2 / (2 * seconds)
    ramp = np.minimum(1.0, np.minimum(at / _RAMP, (seconds - at) / seconds))
    wave: Wave = ramp * (0.85 * np.sin(2 * np.pi * turns) + 0.15 * np.sin(6 * np.pi * turns))
    return wave


def _bell(hertz: float, seconds: float = 0.55) -> Wave:
    at = np.arange(round(seconds * RATE)) / RATE
    return _tone(hertz, seconds) * np.exp(-2.5 * at / seconds)


def longest() -> float:
    """Seconds of the longest signal."""
    return max(length(attention) for attention in Attention)
