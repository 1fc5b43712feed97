"""The pulse: even frames without drift, late ones counted, and a screen's own refresh followed."""

from itertools import pairwise
from math import floor
from random import Random

import pytest

from display.showing.pulse import Pulse


def test_frames_are_due_at_even_distances_for_hours_whatever_each_one_took():
    pulse = Pulse(60.0)
    moment = 5.0
    for n in range(200_000):
        pulse.beat(moment, running=True)
        # Waking up takes up to a millisecond.
        moment = pulse.due() + 0.0005 * (n % 3)
    assert pulse.due() == pytest.approx(5.0 + 200_000 / 60, abs=1e-3)
    assert pulse.intervals().missed == 0


def test_a_late_frame_is_caught_up_without_a_burst_and_counted_once():
    pulse, evens = Pulse(60.0), []
    for moment in (1.0, 1 + 1 / 60, 1 + 2 / 60, 1 + 5.1 / 60, 1 + 6 / 60, 1 + 7 / 60):
        evens.append(round(pulse.beat(moment, running=True) * 60))
    assert [after - before for before, after in pairwise(evens)] == [1, 1, 3, 1, 1]
    found = pulse.intervals()
    assert (found.count, found.missed) == (5, 2)
    assert found.longest == pytest.approx(3.1 / 60)
    assert found.p50 == pytest.approx(1 / 60, abs=1e-3)


def test_two_frames_for_one_refresh_are_counted_as_one():
    pulse = Pulse(60.0)
    for n in range(1, 11):
        assert pulse.beat(n / 60, running=True) == pulse.beat(n / 60 + 0.004, running=True)
    found = pulse.intervals()
    assert (found.count, found.missed) == (9, 0)
    assert found.p50 == pytest.approx(1 / 60, abs=1e-3)


def test_after_a_long_stop_nothing_is_made_up_for():
    pulse = Pulse(60.0)
    pulse.beat(1.0, running=True)
    pulse.beat(1000.0, running=False)
    assert 1000 < pulse.due() <= 1000 + 1.5 / 60
    assert pulse.intervals().count == 0, "nothing ran"


@pytest.mark.parametrize("real", [59.94, 60.06])
def test_a_screen_that_makes_each_frame_wait_for_its_own_refresh_is_followed(real):
    pulse = Pulse(60.0)
    evens = [round(pulse.beat(n / real, running=True) * 60) for n in range(60, 20_000)]
    assert {after - before for before, after in pairwise(evens)} == {1}


def test_time_that_stands_still_or_goes_back_moves_nothing_back():
    pulse = Pulse(60.0)
    first = pulse.beat(10.0, running=True)
    assert pulse.beat(10.0, running=True) == first
    assert pulse.beat(9.9, running=True) == first


def on_the_glass(real, phase, held, ahead):
    """From one frame to the next: how many refreshes of a screen that runs at *real*, how many of the pulse; frames begin up to 2 ms late.

    A frame waits for the refresh that shows it, or, where another buffer is free (*ahead*), for the one that shows the frame before.
    """
    pulse, dice, shown = Pulse(60.0), Random(3), {}
    moment, before = 1.0 + phase / real, 0
    while moment < 60:
        even = pulse.beat(moment, running=True)
        drawn = moment + 0.0005
        refresh = floor(max(drawn, before / real) * real + 1e-9) + 1
        shown[refresh] = round(even * 60)
        back = max(drawn, before / real) if ahead else refresh / real
        if held:
            pulse.held(back)
        moment, before = max(back, pulse.due()) + abs(dice.gauss(0, 0.0007)), refresh
    settled = sorted(refresh for refresh in shown if refresh > 4 * real)
    return {(after - before, shown[after] - shown[before]) for before, after in pairwise(settled)}


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("real", [59.94, 59.999, 60.0, 60.001, 60.06])
@pytest.mark.parametrize("phase", [0.0, 0.02, 0.5, 0.97])
def test_a_screen_that_makes_frames_wait_gets_one_with_every_refresh_and_each_moves_alike(real, phase, ahead):
    assert on_the_glass(real, phase, True, ahead) == {(1, 1)}


@pytest.mark.parametrize("ahead", [False, True])
def test_without_knowing_when_a_refresh_came_some_are_missed(ahead):
    assert on_the_glass(60.06, 0.5, False, ahead) != {(1, 1)}


def test_a_screen_that_says_it_waits_and_does_not_is_only_a_little_too_fast():
    pulse, moment = Pulse(60.0), 1.0
    for _ in range(600):
        pulse.beat(moment, running=True)
        pulse.held(moment + 0.0005)
        moment = pulse.due()
    assert 600 / 66 < moment - 1.0 < 600 / 60
