"""Whether a horn was heard: the levels at the microphone against what its attention signal should have made of them; pure.

The rules:
1. Each tone of the signal is held against its own silence, and against a control frequency beside it: what is loud there too is noise.
2. The pattern in time must be the signal's: a tone that goes on, or comes at another time, is somebody else's.
3. It is heard when tones stand out by `HEARD` dB and are about as loud as when this horn and this microphone were calibrated.
4. It is not heard only where it surely would have been: in a noise that may hide it nobody knows.
5. Without calibration, or with part of the signal missed by the microphone, nobody knows either.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from audio.driver.ring import RATE
from audio.heard.goertzel import Wave, levels
from audio.mix.signals import signal
from director.decision import Attention

BLOCK, HOP = RATE // 10, RATE // 20
"""Samples in which tones are looked for, and from one look to the next: 100 and 50 ms."""
TONES = (392.0, 523.3, 659.3, 880.0)
CONTROLS = tuple(round(tone * 2 ** (2 / 12), 1) for tone in TONES)
"""Two semitones above each tone: no signal has one there, and a room treats both alike."""
FREQUENCIES = TONES + CONTROLS
LATEST = 1.0
"""Seconds by which the sound may reach the microphone late: devices, air, and an uncalibrated output."""
HEARD = 8.0
"""dB by which tones stand out of their silence more than their controls do; noise alone reaches half of it."""
WEAKER = 15.0
"""dB by which the tone may be weaker than calibrated: wind, rain and leaves, but another horn far away is weaker still."""
HIDDEN = WEAKER + HEARD + 2.0
"""dB that the calibrated tone must be above the noise at its frequency, for not hearing it to mean anything."""
_ON, _OFF = 12.0, 30.0
"""dB below its loudest within which a tone counts as sounding, and beyond which it counts as silent."""
_WHOLE = 0.8


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


def read(attention: Attention, looks: Wave, starts: float) -> Reading | None:
    """What *looks* say of the signal *attention*, which left the driver at *starts* (seconds since boot).

    *looks* are rows of the moment at which each began and the levels at `FREQUENCIES`, in order. None when nothing can be said.
    """
    wanted = reference(attention)
    if not len(wanted) or not len(looks):
        return None
    during = (looks[:, 0] >= starts) & (looks[:, 0] < starts + len(wanted) * HOP / RATE)
    whole = bool(during.sum() >= _WHOLE * len(wanted))
    best: Reading | None = None
    for late in np.arange(0.0, LATEST, HOP / RATE):
        found = _at(wanted, looks, starts + late, whole)
        if found is not None and (best is None or found.contrast > best.contrast):
            best = found
    return best


def judge(reading: Reading | None, calibrated: float | None, gain: float) -> bool | None:
    """Whether the horn was heard; None when nobody knows. *calibrated* is the tone's level then, *gain* what was taken off since, in dB."""
    if reading is None or calibrated is None or not reading.whole:
        return None
    expected = calibrated + gain
    if reading.contrast >= HEARD and reading.tone >= expected - WEAKER:
        return True
    perhaps = reading.contrast >= HEARD / 2 and reading.tone >= expected - 2 * WEAKER
    return None if perhaps or expected - reading.noise < HIDDEN else False


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
