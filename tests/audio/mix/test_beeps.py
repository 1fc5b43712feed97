"""Beeps that say a number can be counted, are low and quiet, and are silent for no number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.driver.ring import RATE
from audio.mix.beeps import GROUP, HERTZ, beeps


def starts(samples):
    """Where each beep begins: loud after at least a tenth of a second of silence."""
    loud = np.flatnonzero(np.abs(samples) > 20)
    return loud[np.flatnonzero(np.diff(loud, prepend=-RATE) > RATE // 10)]


@given(st.integers(1, 9), st.floats(-50, -20))
def test_there_are_as_many_as_the_number_and_never_louder_than_asked(number, dbfs):
    samples = beeps(number, dbfs)
    assert len(starts(samples)) == number
    assert np.abs(samples).max() <= 10 ** (dbfs / 20) * 32767 + 1
    assert samples[-1] == 0


def test_no_number_is_silence():
    assert len(beeps(0, -30.0)) == 0


def test_they_are_counted_in_groups():
    between = np.diff(starts(beeps(8, -30.0)))
    longer = np.flatnonzero(between > 1.5 * between.min())
    assert list(longer) == [GROUP - 1, 2 * GROUP - 1]


def test_they_are_lower_than_every_signal():
    samples = beeps(1, -30.0).astype(float)
    found = np.fft.rfftfreq(len(samples), 1 / RATE)[np.abs(np.fft.rfft(samples)).argmax()]
    assert found == pytest.approx(HERTZ, abs=5)
