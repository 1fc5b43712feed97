"""The jitter buffer: every sample once and in order, a start with enough in hand, and never far behind the present."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audio.driver.ring import RATE
from audio.live.jitter import MOST, Jitter


def samples(first, count):
    return (np.arange(first, first + count) % 30000).astype(np.int16)


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 3000)), max_size=60))
def test_what_goes_in_comes_out_once_and_in_order(steps):
    jitter, pushed, taken = Jitter(0.05), 0, []
    for came, wanted in steps:
        jitter.push(samples(pushed, came))
        pushed += came
        taken.append(jitter.take(wanted))
        assert len(taken[-1]) <= wanted
    out = np.concatenate([np.empty(0, np.int16), *taken])
    assert np.array_equal(out, samples(0, len(out)))
    assert len(out) + jitter.frames == pushed


def test_nothing_leaves_before_enough_is_in_hand_and_after_a_gap_not_either():
    jitter = Jitter(1.0)
    jitter.push(samples(0, RATE - 1))
    assert not len(jitter.take(100))
    jitter.push(samples(0, 1))
    assert len(jitter.take(2 * RATE)) == RATE, "the rest, then it fills again"
    jitter.push(samples(0, RATE // 2))
    assert not len(jitter.take(100))
    jitter.push(samples(0, RATE // 2))
    assert len(jitter.take(100)) == 100


def test_what_comes_all_at_once_after_a_gap_does_not_make_the_programme_late():
    jitter = Jitter(1.0)
    for second in range(120):
        jitter.push(samples(second * RATE, RATE))
    assert jitter.frames <= MOST * RATE
    assert jitter.take(10)[0] == (120 * RATE - MOST * RATE) % 30000, "the oldest was dropped"
