"""The horn is heard, not heard, or nobody knows: in rooms with noise, echo, other tones and silence."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.driver.ring import RATE
from audio.heard.goertzel import levels
from audio.heard.hearing import BLOCK, FREQUENCIES, HOP, judge, read
from audio.mix.signals import signal
from device.ear import EarLimits
from director.decision import Attention

SIGNALS = [Attention.CHIME, Attention.PRIORITY, Attention.EMERGENCY, Attention.EXERCISE, Attention.ALL_CLEAR]
LEAD, TAIL = 1.0, 1.2
LIMITS = EarLimits()
AT = 500.0
"""Seconds since boot at which the signal leaves the driver."""


def room(attention, loss=-20.0, noise=-60.0, echo=0.0, late=0.1, tones=(), plays=True, seed=1):
    """What a microphone takes: the signal *loss* dB weaker, *late*, with one *echo*, in *noise* (dBFS RMS) with other *tones*."""
    chance = np.random.default_rng(seed)
    samples = signal(attention).astype(float)
    out = chance.normal(0, 32768 * 10 ** (noise / 20), round((LEAD + TAIL) * RATE) + len(samples))
    if plays:
        start = round((LEAD + late) * RATE)
        for delay, factor in ((0.0, 1.0), (0.12, echo), (0.27, echo**2)):
            piece = out[start + round(delay * RATE) :][: len(samples)]
            piece += samples[: len(piece)] * factor * 10 ** (loss / 20)
    at = np.arange(len(out)) / RATE
    for hertz, level in tones:
        out += 32768 * 10 ** (level / 20) * np.sin(2 * np.pi * hertz * at)
    return np.clip(out, -32768, 32767)


def looks(samples):
    """The rows that the ear would tell of *samples*."""
    return np.array(
        [
            [AT - LEAD + start / RATE, *levels(samples[start : start + BLOCK], FREQUENCIES, RATE)]
            for start in range(0, len(samples) - BLOCK, HOP)
        ]
    )


def reading(attention, **surroundings):
    return read(attention, looks(room(attention, **surroundings)), AT, LIMITS.latest)


@cache
def calibrated(attention):
    return reading(attention).tone


@pytest.mark.parametrize("attention", SIGNALS)
def test_in_a_quiet_place_every_signal_is_heard_and_its_absence_noticed(attention):
    usual = calibrated(attention)
    assert judge(reading(attention), usual, 0.0, LIMITS) is True
    assert judge(reading(attention, plays=False, seed=2), usual, 0.0, LIMITS) is False


@settings(deadline=None, max_examples=25)
@given(
    attention=st.sampled_from(SIGNALS),
    noise=st.floats(-80, -5),
    echo=st.floats(0, 0.7),
    late=st.floats(0, 0.9),
    weaker=st.floats(0, 8),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_horn_that_sounds_is_never_called_unheard(attention, noise, echo, late, weaker, seed):
    found = reading(attention, loss=-20.0 - weaker, noise=noise, echo=echo, late=late, seed=seed)
    assert judge(found, calibrated(attention), 0.0, LIMITS) is not False
    if noise < -50:
        assert judge(found, calibrated(attention), 0.0, LIMITS) is True


@settings(deadline=None, max_examples=25)
@given(
    attention=st.sampled_from(SIGNALS),
    noise=st.floats(-80, -5),
    tones=st.lists(st.tuples(st.sampled_from(FREQUENCIES) | st.floats(100, 3000), st.floats(-60, -10)), max_size=4),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_horn_that_is_silent_is_never_called_heard_whatever_else_sounds_there(attention, noise, tones, seed):
    found = reading(attention, noise=noise, tones=tones, plays=False, seed=seed)
    assert judge(found, calibrated(attention), 0.0, LIMITS) is not True
    if noise < -60 and not tones:
        assert judge(found, calibrated(attention), 0.0, LIMITS) is False


@pytest.mark.parametrize("other", SIGNALS)
def test_another_signal_than_the_one_that_was_played_is_not_taken_for_it(other):
    """A neighbour's horn says something else: its tones are the same, its pattern is not."""
    for attention in SIGNALS:
        if attention is not other and {attention, other} != {Attention.CHIME, Attention.PRIORITY}:
            heard = looks(room(other))
            rows = heard[heard[:, 0] < AT + len(signal(attention)) / RATE + TAIL]
            found = read(attention, rows, AT, LIMITS.latest)
            assert found is None or found.contrast < LIMITS.heard_db or judge(found, calibrated(attention), 0.0, LIMITS) is not True


def test_a_horn_turned_down_by_the_rules_of_the_hour_is_heard_all_the_same():
    usual = calibrated(Attention.CHIME)
    quieter = reading(Attention.CHIME, loss=-20.0 - 25.0, noise=-75.0)
    assert judge(quieter, usual, -25.0, LIMITS) is True
    assert judge(quieter, usual, 0.0, LIMITS) is not True, "at full level it would be another horn, or a broken one"


def test_nobody_knows_without_calibration_in_noise_or_with_a_microphone_that_came_late():
    attention = Attention.CHIME
    usual = calibrated(attention)
    assert judge(reading(attention), None, 0.0, LIMITS) is None
    assert judge(reading(attention, noise=-5.0, plays=False), usual, 0.0, LIMITS) is None
    all_of_it = looks(room(attention))
    late = read(attention, all_of_it[all_of_it[:, 0] > AT + 1.0], AT, LIMITS.latest)
    assert judge(late, usual, 0.0, LIMITS) is None
    assert judge(read(attention, all_of_it[:0], AT, LIMITS.latest), usual, 0.0, LIMITS) is None
    assert read(Attention.NONE, all_of_it, AT, LIMITS.latest) is None


@given(st.floats(200, 3000), st.floats(-60, 0), st.floats(0, 6.28))
def test_a_tone_is_as_loud_as_it_is_and_its_neighbours_are_not(hertz, level, phase):
    block = 32768 * 10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(BLOCK) / RATE + phase)
    own, above, below = levels(block, (hertz, hertz + 40, hertz - 40), RATE)
    assert own == pytest.approx(level, abs=0.2)
    assert max(above, below) < level - 30


def test_a_place_sets_how_much_weaker_a_horn_may_be_and_when_its_silence_means_anything():
    usual = calibrated(Attention.CHIME)
    far = reading(Attention.CHIME, loss=-20.0 - 18.0, noise=-80.0)
    silent = reading(Attention.CHIME, plays=False, noise=-40.0, seed=2)
    windy = LIMITS.model_copy(update={"weaker_db": 22.0, "sure_db": 20.0})
    assert [judge(far, usual, 0.0, limits) for limits in (LIMITS, windy)] == [None, True]
    assert [judge(silent, usual, 0.0, limits) for limits in (LIMITS, windy)] == [False, None]


def test_a_horn_so_far_away_that_its_sound_comes_late_is_heard_where_the_place_says_so():
    heard = looks(room(Attention.CHIME, late=1.15))
    near, far = (read(Attention.CHIME, heard, AT, latest) for latest in (LIMITS.latest, 1.5))
    assert judge(far, calibrated(Attention.CHIME), 0.0, LIMITS) is True
    assert judge(near, calibrated(Attention.CHIME), 0.0, LIMITS) is not True
