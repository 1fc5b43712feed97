"""The rule of stuck lines: command, reading and time go in, a fault or its end comes out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.amplifier.sense import Watch, deadline, look, proof
from device.settings import Pull, Sense

SENSE = Sense(pin=5, active_high=False, pull=Pull.UP, settle=0.5, steady=10.0)


def after(*steps, watch=None):
    """The watch after steps of (seconds, commanded, reading), looked at whenever it asks to be and at each change."""
    watch, now = watch or Watch(), 0.0
    for seconds, commanded, reading in steps:
        end = now + seconds
        watch = look(watch, SENSE, commanded, reading, now)
        while (due := deadline(watch, SENSE)) is not None and due <= end:
            before, now = watch, max(now, due)
            watch = look(watch, SENSE, commanded, reading, now)
            assert deadline(watch, SENSE) != due, f"it would look for ever: {before}"
        now = end
        watch = look(watch, SENSE, commanded, reading, now)
    return watch


def test_a_line_that_follows_within_its_settling_time_is_fine():
    watch = after((20, False, False), (0.45, True, False), (20, True, True), (0.45, False, True), (20, False, False))
    assert (watch.stuck_on, watch.stuck_off) == (False, False)


def test_power_after_the_line_was_told_off_is_stuck_on():
    assert after((5, True, True), (0.6, False, True)).stuck_on
    assert after((0.6, False, True)).stuck_on, "also before anything was ever commanded"


def test_no_power_after_the_line_was_told_on_is_stuck_off():
    assert after((5, False, False), (0.6, True, False)).stuck_off


def test_a_contact_that_chatters_is_a_fault_and_not_a_row_of_good_readings():
    chatter = [(0.1, True, bool(n % 2)) for n in range(12)]
    assert after((5, False, False), *chatter).stuck_off


def test_squeezeplay_30_a_transient_good_read_never_clears_a_fault():
    stuck = after((5, True, True), (1, False, True))
    for good in (0.01, 0.5, 5.0, 9.9):
        assert after((good, False, False), (0.1, False, True), watch=stuck).stuck_on
    assert after((10.1, False, False), watch=stuck).stuck_on is False


def test_that_a_line_is_off_does_not_show_that_it_can_go_on_nor_the_other_way():
    off = after((5, False, False), (1, True, False))
    assert after((600, False, False), watch=off).stuck_off
    assert after((9, True, True), watch=off).stuck_off
    assert after((11, True, True), watch=off).stuck_off is False
    on = after((5, True, True), (1, False, True))
    assert after((600, True, True), watch=on).stuck_on


def test_what_is_not_read_raises_nothing_and_clears_nothing():
    assert (after((600, True, None)).stuck_off, after((600, False, None)).stuck_on) == (None, None)
    stuck = after((5, True, True), (1, False, True))
    assert after((600, False, None), watch=stuck).stuck_on


def test_nothing_is_proven_before_it_settled_nor_by_a_sensor_that_also_says_yes_to_an_inactive_line():
    assert proof(after((0.4, True, True)), SENSE, 0.4) is None
    assert proof(after((0.6, True, True)), SENSE, 0.6) is True
    assert proof(after((0.6, True, False)), SENSE, 0.6) is False
    assert proof(Watch(), SENSE, 100.0) is None
    welded = after((1, False, True))
    assert proof(welded, SENSE, 1.0) is True
    assert proof(after((5, True, True), watch=welded), SENSE, 6.0) is None
    dead = after((5, False, False), (1, True, False))
    assert proof(after((5, True, True), watch=dead), SENSE, 11.0) is False, "not electrical before the fault is over"


steps = st.lists(st.tuples(st.sampled_from((0.05, 0.3, 0.6, 3.0, 12.0)), st.booleans(), st.sampled_from((True, False, None))), max_size=30)


@given(steps)
def test_a_fault_begins_with_a_lasting_disagreement_and_ends_with_a_longer_agreement_only(history):
    watch, now, agreed, disagreed = Watch(), 0.0, 0.0, 0.0
    for seconds, commanded, reading in history:
        end = now + seconds
        while now < end:
            before, now = watch, round(now + 0.05, 6)
            watch = look(watch, SENSE, commanded, reading, now)
            same = (commanded, reading) == (before.commanded, before.reading)
            agreed = agreed + 0.05 if same and reading == commanded else 0.0
            disagreed = disagreed + 0.05 if commanded == before.commanded and reading is not None else 0.0
            for name, mine in (("stuck_on", not commanded), ("stuck_off", commanded)):
                was, has = getattr(before, name), getattr(watch, name)
                assert was == has or mine, "only what is commanded now can be judged"
                assert not (has and not was) or disagreed > SENSE.settle - 0.06
                assert not (was and has is False) or agreed > SENSE.steady - 0.06


@pytest.mark.parametrize("settle", [0.02, 5.0, 30.0])
def test_a_steady_time_shorter_than_the_settling_time_counts_as_long_as_that(settle):
    sense = SENSE.model_copy(update={"settle": settle, "steady": 0.0})
    watch = look(replace(Watch(), stuck_on=True), sense, False, False, 0.0)
    assert look(watch, sense, False, False, 0.9 * settle).stuck_on
    assert look(watch, sense, False, False, settle).stuck_on is False
