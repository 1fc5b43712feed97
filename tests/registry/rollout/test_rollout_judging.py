"""A roll-out goes forward by single steps, never before its hours, and stands still once it is halted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.software import Stage
from registry.rollout.judging import Counts, Going, Rollout, judged, needed
from tests.simulators.content import CHANNEL, package_of, release_of

NOW = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)
RELEASE = release_of(NOW, package_of(b"ours"), stages=tuple(Stage(percent=p, hours=24, good=80, failures=f) for p, f in ((3, 0), (100, 2))))
BEGUN = Rollout(CHANNEL, RELEASE.number, NOW)
CHANCE = 0.001
ALL_GOOD = Counts(units=3, good=3, failed=0)


@pytest.mark.parametrize(
    ("hours", "counts", "stage", "going"),
    [
        (23.9, ALL_GOOD, 0, Going.RUNNING),
        (24, ALL_GOOD, 1, Going.RUNNING),
        (24, Counts(3, 2, 0), 0, Going.RUNNING),
        (24, Counts(0, 0, 0), 1, Going.RUNNING),
        (0, Counts(3, 3, 1), 0, Going.HALTED),
    ],
)
def test_a_first_stage(hours, counts, stage, going):
    after = judged(BEGUN, RELEASE, counts, NOW + timedelta(hours=hours), CHANCE)
    assert (after.stage, after.going) == (stage, going)


def test_the_last_stage_is_done_and_a_late_failure_still_halts_it():
    last = replace(BEGUN, stage=1, since=NOW + timedelta(hours=24))
    done = judged(last, RELEASE, Counts(100, 90, 2), NOW + timedelta(hours=49), CHANCE)
    assert (done.going, done.percent(RELEASE)) == (Going.DONE, 100)
    assert judged(done, RELEASE, Counts(100, 90, 3), NOW + timedelta(days=9), CHANCE).going is Going.HALTED


def test_somebody_who_looked_at_the_failures_lets_it_go_on_until_the_next_one():
    excused = replace(BEGUN, excused=1)
    assert judged(excused, RELEASE, Counts(3, 3, 1), NOW, CHANCE).going is Going.RUNNING
    assert judged(excused, RELEASE, Counts(3, 3, 2), NOW, CHANCE).going is Going.HALTED


COUNTS = st.builds(Counts, units=st.integers(0, 200), good=st.integers(0, 200), failed=st.integers(0, 5))


@given(st.lists(st.tuples(st.floats(0, 60), COUNTS), max_size=20))
def test_whatever_is_counted_it_goes_one_step_at_a_time_and_never_ahead_of_the_signed_hours(looks):
    now, rollout = NOW, BEGUN
    for hours, counts in looks:
        now += timedelta(hours=hours)
        after = judged(rollout, RELEASE, counts, now, CHANCE)
        assert after.stage - rollout.stage in (0, 1)
        assert now >= RELEASE.opens(after.stage)
        if rollout.going is Going.HALTED:
            assert after == rollout
        if counts.failed > RELEASE.stages[rollout.stage].failures:
            assert after.percent(RELEASE) == 0
        rollout = after


@given(st.integers(0, 100), st.integers(0, 10_000))
def test_so_many_are_enough_and_one_less_is_not(percent, units):
    enough = needed(percent, units)
    assert enough * 100 >= units * percent
    assert enough == 0 or (enough - 1) * 100 < units * percent
