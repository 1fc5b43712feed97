"""Alarms: they open when it is bad for long, close when it is well for long, and a link that flaps neither opens nor closes one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.fleet.alarms import Kind, Level, Patience, Rules, Watch, commune_level, step, unit_patience
from registry.fleet.doubts import Doubt
from registry.fleet.states import State
from tests.registry.web.conftest import NOON

MINUTE = timedelta(minutes=1)
RULES = Rules()
PATIENCE = Patience(20 * MINUTE, 30 * MINUTE)


@pytest.mark.parametrize(
    ("down", "total", "level"),
    [
        (0, 12, Level.LOW),
        (1, 12, Level.LOW),
        (1, 1, Level.BETWEEN),
        (1, 5, Level.BETWEEN),
        (2, 12, Level.BETWEEN),
        (3, 12, Level.BETWEEN),
        (4, 12, Level.HIGH),
        (9, 40, Level.BETWEEN),
        (10, 40, Level.HIGH),
        (0, 0, Level.LOW),
    ],
)
def test_a_commune_is_judged_by_share_and_by_number(down, total, level):
    assert commune_level(down, total, RULES) is level


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_commune_in_which_one_more_is_down_never_stands_better(down, rest):
    order = [Level.LOW, Level.BETWEEN, Level.HIGH]
    total = down + rest + 1
    assert order.index(commune_level(down, total, RULES)) <= order.index(commune_level(down + 1, total, RULES))


def run(levels, patience=PATIENCE, every=MINUTE):
    """(minute, opened) of every change."""
    watch, changes, was = None, [], False
    for minute, level in enumerate(levels):
        watch = step(watch, level, patience, NOON + minute * every)
        if (watch is not None and watch.opened) is not was:
            was = not was
            changes.append((minute, was))
    return changes


def test_it_opens_after_its_time_and_closes_after_its_time():
    assert run([Level.LOW] * 5 + [Level.HIGH] * 40 + [Level.LOW] * 60) == [(25, True), (75, False)]


def test_what_is_a_little_better_closes_nothing_and_starts_the_time_anew():
    levels = [Level.HIGH] * 21 + [Level.LOW] * 29 + [Level.BETWEEN] + [Level.LOW] * 29 + [Level.HIGH] * 5 + [Level.LOW] * 31
    assert run(levels) == [(20, True), (len(levels) - 1, False)]


def test_what_is_well_is_not_watched():
    assert step(None, Level.LOW, PATIENCE, NOON) is None
    assert step(Watch(Level.HIGH, NOON), Level.BETWEEN, PATIENCE, NOON + MINUTE) is None


@given(st.lists(st.tuples(st.sampled_from(Level), st.integers(1, 19)), max_size=60))
def test_a_link_that_flaps_faster_than_our_patience_never_opens_one(stretches):
    levels, before = [], None
    for level, minutes in stretches:
        # Two stretches of the same level would be one longer one.
        level = Level.LOW if level is before else level
        before = level
        levels += [level] * minutes
    high = "".join("H" if level is Level.HIGH else "-" for level in levels)
    if "H" * 20 not in high:
        assert run(levels) == []


@given(st.lists(st.sampled_from(Level), max_size=800), st.integers(1, 40), st.integers(1, 40))
def test_between_opening_and_closing_lies_at_least_the_time_of_patience(levels, after, clear):
    changes = run(levels, Patience(after * MINUTE, clear * MINUTE))
    assert [opened for _, opened in changes] == [n % 2 == 0 for n in range(len(changes))]
    bounds = [0, *(minute for minute, _ in changes)]
    for index, (before, (minute, opened)) in enumerate(zip(bounds, changes, strict=False)):
        assert minute - before >= (after if opened else clear), index
    assert len(changes) <= 1 + 2 * len(levels) // (after + clear)


@given(st.lists(st.booleans(), min_size=60, max_size=400), st.integers(2, 30))
def test_one_unit_on_a_bad_link_opens_no_alarm_of_a_commune_that_is_well(flaps, total):
    assert run([commune_level(int(down), total + 6, RULES) for down in flaps]) == []


def test_each_state_that_is_a_fault_has_its_patience_and_the_others_none():
    for state in State:
        bad = state in (State.SILENT_FAULT, State.OVERDUE, State.DEGRADED)
        assert (unit_patience(state, RULES).after < timedelta(days=30)) is bad


def test_every_doubt_is_a_kind_of_alarm():
    assert {doubt.value for doubt in Doubt} <= {kind.value for kind in Kind}
