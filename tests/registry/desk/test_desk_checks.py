"""What would not sound is refused with an hour that would; what was silent before holds nobody up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.items import Session
from bundle.policy import Policy
from bundle.schedule import VIETNAM, Schedule
from director.programme import Cell
from registry.desk.change import Change, applied
from registry.desk.checks import check_sounds, is_late, nearest
from registry.making.permitted import refused_on
from tests.registry.desk.test_desk_change import announcement, released
from tests.simulators.content import CHANNEL, PROVENANCE
from tests.simulators.publisher import START

NOW = START


def session(name, start, *order, rule=None):
    at = Schedule(start=datetime.fromisoformat(start), rule=rule)
    return Session(id=name, provenance=PROVENANCE, title="Buổi", schedule=at, order=order, maximum=600.0)


def asked(start, rule=None):
    return Change(announcements=(announcement("moi"),), sessions=(session("moi-buoi", start, "moi", rule=rule),))


def cells(**rules):
    return (Cell(CHANNEL, START, policy=Policy(format=1, channel=CHANNEL, **rules)),)


def told(change, before, held=()):
    with pytest.raises(Refused) as refused:
        check_sounds(change, applied(change, before, None, None, NOW), before, held, NOW)
    return " ".join(map(str, refused.value.complaints))


@settings(max_examples=25)
@given(st.integers(0, 23), st.integers(0, 59))
def test_the_hour_that_is_named_sounds(hour, minute):
    change = asked(f"2027-05-06T{hour:02d}:{minute:02d}:00")
    bundle = applied(change, released(), None, None, NOW)
    if "moi-buoi" not in refused_on(bundle, (), change.sessions[0].schedule.start.date()):
        check_sounds(change, bundle, released(), (), NOW)
        return
    start = nearest(change.sessions[0], bundle, (), NOW)
    moved = asked(start.isoformat())
    check_sounds(moved, applied(moved, released(), None, None, NOW), released(), (), NOW)
    assert start > NOW.astimezone(ZoneInfo(VIETNAM)).replace(tzinfo=None)


def test_a_full_day_is_told_with_another_day_as_the_way_out():
    daily = session("cu-buoi", "2027-05-01T06:00:00", "cu", rule="FREQ=DAILY")
    before = released(announcements=(announcement("cu"),), sessions=(daily,))
    assert "choose another day" in told(asked("2027-05-06T09:00:00"), before, cells(sessions_per_day=1))


def test_what_would_not_have_sounded_before_holds_nobody_up():
    before = released(announcements=(announcement("cu"),), sessions=(session("cu-buoi", "2027-05-06T23:00:00", "cu", rule="FREQ=DAILY"),))
    change = asked("2027-05-06T09:00:00")
    check_sounds(change, applied(change, before, None, None, NOW), before, (), NOW)


def test_a_session_that_pushes_another_off_the_air_is_to_blame_for_it():
    before = released(announcements=(announcement("cu"),), sessions=(session("cu-buoi", "2027-05-06T09:00:00", "cu"),))
    long = announcement("moi")
    (spoken,) = long.versions
    hours = spoken.model_copy(update={"clip": spoken.clip.model_copy(update={"duration": 590.0})})
    change = Change(
        announcements=(long.model_copy(update={"versions": (hours,)}),),
        sessions=(session("moi-buoi", "2027-05-06T08:55:00", "moi"),),
    )
    assert "cu-buoi" in told(change, before)


def test_a_session_with_nothing_left_to_say_is_refused():
    ended = announcement("cu").model_copy(update={"valid_until": NOW + timedelta(hours=12)})
    change = Change(sessions=(session("cu-buoi", "2027-05-06T09:00:00", "cu"),))
    assert "nothing in it is for this village" in told(change, released(announcements=(ended,)))


@pytest.mark.parametrize("hour", ["09:00:00", "23:30:00"])
def test_a_first_run_after_the_end_of_the_bundle_is_refused_with_that_day(hour):
    found = told(asked(f"2027-06-20T{hour}"), released())
    assert ("first run comes later" in found, "20/06/2027" in found) == (True, True)


def test_a_first_run_that_is_far_away_is_looked_at():
    before = released().model_copy(update={"valid_until": START + timedelta(days=300)})
    change = asked("2027-09-20T23:30:00")
    assert "gần nhất: 21:" in told(change, before), "more than two months ahead"


def test_an_hour_that_has_passed_is_told_as_that_and_not_with_another():
    change = asked("2027-05-02T09:00:00")
    assert "its time has passed" in told(change, released())
    assert is_late(change, NOW)
    assert not is_late(asked("2027-05-02T09:00:00", rule="FREQ=DAILY"), NOW)
    assert not is_late(Change(), NOW + timedelta(days=900))
