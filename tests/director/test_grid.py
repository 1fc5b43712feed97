"""Repetitions that keep to hours of the day: hourly from 07:00 to 20:00, and the first airing waits for nothing."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.alert import Daytime
from director.decision import Speak
from director.grid import due_within, inside
from director.happened import Happened
from director.sound import direct_sound
from evidence.records import ClockState, Outcome
from tests.director import village as v

DAY = Daytime(start=time(7), end=time(20))
HOURS = st.times().map(lambda found: found.replace(second=0, microsecond=0))
POINTS = st.integers(-48 * 3600, 48 * 3600).map(lambda seconds: v.at("12:00") + timedelta(seconds=seconds))


def hourly(sent="21:00", day=DAY, **fields):
    return v.alert("lu", sent, count=48, every=3600.0, between=day, expires=v.at("23:59", 3), **fields)


def heard(alert, *airings, seen="21:00", **clock):
    """The history after the first airings of *alert*, at these hours."""
    lines = [v.sounded(v.alert_key(alert, n), Outcome.COMPLETE, when, **clock) for n, when in enumerate(airings)]
    return v.after(v.seen(alert, seen, **clock), *lines)


def next_at(alert, moment, happened):
    """When the next airing comes if nothing else happens; None when time alone does not bring it within three days."""
    programme, last = v.programme(v.cell(alerts=[alert])), moment.wall + timedelta(days=3)
    while not isinstance((decision := direct_sound(programme, moment, happened)).what, Speak):
        if decision.until is None or decision.until > last:
            return None
        moment = moment.later((decision.until - moment.wall).total_seconds())
    return moment.wall


def test_the_first_airing_waits_for_nothing():
    lu = hourly("02:00")
    assert next_at(lu, v.moment("02:00"), Happened()) == v.at("02:00")


@pytest.mark.parametrize(
    ("first", "last", "now", "due"),
    [
        ("09:15", "09:16", "09:20", v.at("10:15")),
        ("18:15", "19:16", "19:20", v.at("07:15", 1)),
        ("02:30", "02:31", "03:00", v.at("07:30")),
        ("09:15", "11:16", "11:20", v.at("12:15")),
    ],
)
def test_repetitions_stand_on_their_grid_inside_the_hours(first, last, now, due):
    lu = hourly(first)
    assert next_at(lu, v.moment(now), heard(lu, last, seen=first)) == due


def test_a_repetition_missed_inside_the_hours_is_made_up_only_inside_them():
    lu = hourly("17:15")
    history = heard(lu, "17:16", "18:16", seen="17:15")
    assert next_at(lu, v.moment("19:50"), history) == v.at("19:50"), "due 19:15, the power was off"
    assert next_at(lu, v.moment("21:00"), history) == v.at("07:15", 1)


def test_what_is_due_inside_the_hours_is_no_longer_when_they_end():
    lu = hourly("17:15")
    world, history = v.programme(v.cell(alerts=[lu])), heard(lu, "17:16", "18:16", seen="17:15")
    decision = direct_sound(world, v.moment("19:50"), history)
    assert isinstance(decision.what, Speak)
    assert decision.until == v.at("20:00")
    assert not isinstance(direct_sound(world, v.moment("20:00"), history).what, Speak)


def test_a_repetition_that_was_cut_off_is_said_again_at_once_inside_the_hours_else_when_they_begin():
    lu = hourly("19:00")
    airings = [v.sounded(v.alert_key(lu, 0), Outcome.COMPLETE, "19:01"), v.sounded(v.alert_key(lu, 1), Outcome.INTERRUPTED, "19:59")]
    cut = v.after(v.seen(lu, "19:00"), *airings)
    assert next_at(lu, v.moment("19:59"), cut) == v.at("19:59")
    assert next_at(lu, v.moment("22:00"), cut) == v.at("07:00", 1)


def test_what_sounds_when_the_hours_end_is_said_to_its_end():
    lu = hourly("19:00")
    airings = [v.sounded(v.alert_key(lu, 0), Outcome.COMPLETE, "19:01"), v.sounded(v.alert_key(lu, 1), Outcome.STARTED, "19:59")]
    on_air = v.after(v.seen(lu, "19:00"), *airings)
    assert isinstance(direct_sound(v.programme(v.cell(alerts=[lu])), v.moment("20:00"), on_air).what, Speak)


def test_without_a_clock_a_repetition_with_hours_waits_and_the_first_airing_does_not():
    unknown = {"state": ClockState.UNKNOWN}
    for between, due in ((DAY, None), (None, v.at("09:00"))):
        lu = hourly("07:00", between)
        moment, history = v.moment("09:00", ClockState.UNKNOWN), heard(lu, "07:01", seen="07:00", **unknown)
        assert next_at(lu, moment, Happened()) == v.at("09:00")
        assert next_at(lu, moment, history) == due


def test_hours_too_short_for_the_grid_hold_one_repetition_at_their_beginning():
    lu = v.alert("lu", "02:00", count=3, every=24 * 3600.0, between=DAY, expires=v.at("23:59", 3))
    assert next_at(lu, v.moment("03:00"), heard(lu, "02:00", seen="02:00")) == v.at("07:00", 1)


@given(HOURS, HOURS, POINTS, st.sampled_from([60.0, 600.0, 3600.0, 86400.0]), POINTS)
def test_what_is_due_is_due_inside_the_hours_and_not_before_it(start, end, point, every, now):
    hours = Daytime(start=start, end=end)
    due = due_within(hours, point, every, now, v.ZONE)
    sounds = max(due, now)
    assert due >= point
    assert inside(hours, sounds, v.ZONE)
    clock = sounds.astimezone(v.ZONE).time()
    assert start <= clock < end if start < end else clock >= start or clock < end
    on_grid = (due - point) % timedelta(seconds=every) == timedelta(0)
    at_the_beginning = due.astimezone(v.ZONE).time().replace(second=0, microsecond=0) == start
    assert on_grid or at_the_beginning or due == now
    if due > now:
        assert due_within(hours, point, every, due, v.ZONE) <= due, "the promise is kept when the time has come"
