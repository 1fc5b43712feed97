"""Whether a horn was heard: the levels at the microphone against what its attention signal should have made of them; pure.

The rules:
1. Each tone of the signal is held against its own silence, and against a control frequency beside it: what is loud there too is noise.
2. The pattern in time must be the signal's: a tone that goes on, or comes at another time, is somebody else's.
3. It is heard when tones stand out and are about as loud as when this horn and this microphone were calibrated.
4. It is not heard only where it surely would have been: in a noise that may hide it nobody knows.
5. Without calibration, or with part of the signal missed by the microphone, nobody knows either.

What depends on the place is in its settings (`EarLimits`); the constants here belong to the signals and to how they are measured, which
are the same everywhere.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from audio.driver.ring import RATE
from audio.heard.goertzel import Wave, levels
from audio.mix.signals import signal
from device.ear import EarLimits
from director.decision import Attention

BLOCK, HOP = RATE // 10, RATE // 20
"""Samples in which tones are looked for, and from one look to the next: 100 and 50 ms."""
TONES = (392.0, 523.3, 659.3, 880.0)
CONTROLS = tuple(round(tone * 2 ** (2 / 12), 1) for tone in TONES)
"""Two semitones above each tone: no signal has one there, and a room treats both alike."""
FREQUENCIES = TONES + CONTROLS
_ON, _OFF = 12.0, 30.0
"""dB below its loudest within which a tone of the signal itself, without any room, counts as sounding, and beyond which as silent."""
_WHOLE = 0.8
"""Share of the looks that must be there: devices lose some, and a signal of which less was taken in proves nothing."""
_NOISE_REACHES = 0.5
"""Of what counts as heard: as much stands out by chance in noise alone, whatever the place."""


@dataclass(frozen=True)
class Reading:
    """What came of listening: *tone* is the mean level while tones sounded, *noise* at the same frequencies while they did not, in dBFS.

    *contrast* is by how much tones stood out more than their controls, in dB, at the delay that suits best; *whole* is whether the
    microphone ran all the time.
    """

    tone: float
    noise: float
    contrast: float
    whole: bool


@cache
def reference(attention: Attention) -> Wave:
    """The levels (looks, tones) of the signal itself, without any room."""
    samples = signal(attention).astype(np.float64)
    padded = np.concatenate([samples, np.zeros(BLOCK)])
    return np.array([levels(padded[at : at + BLOCK], TONES, RATE) for at in range(0, len(samples), HOP)])


def read(attention: Attention, looks: Wave, starts: float, latest: float) -> Reading | None:
    """What *looks* say of the signal *attention*, which left the driver at *starts* (seconds since boot) and arrives within *latest* s.

    *looks* are rows of the moment at which each began and the levels at `FREQUENCIES`, in order. None when nothing can be said.
    """
    wanted = reference(attention)
    if not len(wanted) or not len(looks):
        return None
    during = (looks[:, 0] >= starts) & (looks[:, 0] < starts + len(wanted) * HOP / RATE)
    whole = bool(during.sum() >= _WHOLE * len(wanted))
    best: Reading | None = None
    for late in np.arange(0.0, latest, HOP / RATE):
        found = _at(wanted, looks, starts + late, whole)
        if found is not None and (best is None or found.contrast > best.contrast):
            best = found
    return best


def judge(reading: Reading | None, calibrated: float | None, gain: float, limits: EarLimits) -> bool | None:
    """Whether the horn was heard; None when nobody knows. *calibrated* is the tone's level then, *gain* what was taken off since, in dB."""
    if reading is None or calibrated is None or not reading.whole:
        return None
    expected = calibrated + gain
    if reading.contrast >= limits.heard_db and reading.tone >= expected - limits.weaker_db:
        return True
    perhaps = reading.contrast >= limits.heard_db * _NOISE_REACHES and reading.tone >= expected - 2 * limits.weaker_db
    return None if perhaps or expected - reading.noise < limits.hidden_db else False


def _at(wanted: Wave, looks: Wave, starts: float, whole: bool) -> Reading | None:
    """The reading if the signal arrived at *starts*."""
    index = np.rint((looks[:, 0] - starts) / (HOP / RATE)).astype(int)
    inside = (index >= 0) & (index < len(wanted))
    # Beyond the signal's ends lies its pause, and before it the hush of a warm amplifier.
    around = inside | ((index >= -20) & (index < 0))
    tones, noises, contrasts = [], [], []
    for number in range(len(TONES)):
        loud = wanted[:, number]
        if loud.max() < -30.0:
            continue
        due = np.where(inside, loud[np.clip(index, 0, len(loud) - 1)], -200.0)
        on, off = due > loud.max() - _ON, around & (due < loud.max() - _OFF)
        if not on.any() or not off.any():
            return None
        tone, control = looks[:, 1 + number], looks[:, 1 + len(TONES) + number]
        tones.append(tone[on].mean())
        noises.append(tone[off].mean())
        contrasts.append((tone[on].mean() - tone[off].mean()) - (control[on].mean() - control[off].mean()))
    if not tones:
        return None
    return Reading(float(np.mean(tones)), float(np.mean(noises)), float(np.mean(contrasts)), whole)
