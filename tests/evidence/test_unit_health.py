"""What a unit tells of itself: what nobody senses is absent, and what only trembles is no news."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.health import MB, STEPS, BootReason, Health, settled


def test_a_machine_that_senses_nothing_tells_nothing():
    assert Health().known() == {}
    assert Health().model_dump_json(exclude_defaults=True) == "{}"


def test_a_false_and_a_zero_are_told():
    assert Health(sags=False, errors=0, boot=BootReason.POWER).known() == {"boot": BootReason.POWER, "sags": False, "errors": 0}


@pytest.mark.parametrize(
    ("name", "before", "still", "news"),
    [
        ("celsius", 50, 54, 55),
        ("celsius", 50, 46, 45),
        ("free", 20_000 * MB, 19_100 * MB, 19_000 * MB),
        ("free", 200 * MB, 140 * MB, 136 * MB),
        ("received", 0, 999_999, MB),
        ("sent", 80 * MB, 87 * MB, 88 * MB),
    ],
)
def test_only_a_whole_step_is_news(name, before, still, news):
    told = Health(**{name: before})
    assert settled(told, Health(**{name: still})) == told
    assert settled(told, Health(**{name: news})) == Health(**{name: news})


@given(st.sampled_from(sorted(STEPS)), st.integers(0, 300), st.lists(st.integers(-3, 3), max_size=60))
def test_a_value_that_creeps_is_told_in_the_end(name, start, moves):
    """Steps are measured from what was told, so many small ones are not missed."""
    told = now = Health(**{name: start})
    for move in moves:
        now = Health(**{name: min(300, max(0, getattr(now, name) + move))})
        told = settled(told, now)
        assert abs(getattr(told, name) - getattr(now, name)) < STEPS[name](getattr(told, name))


@given(st.none() | st.integers(0, 300), st.none() | st.integers(0, 300))
def test_what_was_not_known_or_is_not_known_any_more_is_never_smoothed(before, now):
    found = settled(Health(celsius=before), Health(celsius=now)).celsius
    assert found in (before, now)
    if before is None or now is None:
        assert found == now
