"""Dark hours and brightness by the hour: local, over midnight, and never before an emergency or by a clock that nobody vouches for."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.policy import Hours, Weekday
from device.screen import Dimmed, Screen
from display.light.calendar import Lighting, lighting

MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
NIGHT = Screen(dark=(Hours(start=time(22), end=time(5)),))
EVENING = Screen(brightness=(Dimmed(start=time(18), end=time(22), percent=40), Dimmed(start=time(17), end=time(19), percent=70)))
CLOCKS = st.times()


@pytest.mark.parametrize(
    ("hour", "minute", "dark"), [(21, 59, False), (22, 0, True), (23, 59, True), (0, 0, True), (4, 59, True), (5, 0, False), (12, 0, False)]
)
def test_the_night_is_dark_over_midnight(hour, minute, dark):
    assert lighting(NIGHT, MONDAY.replace(hour=hour, minute=minute), wakes=False) == Lighting(dark, None)


@given(st.builds(Hours, start=CLOCKS, end=CLOCKS), CLOCKS)
def test_an_emergency_and_an_unknown_clock_pass_every_dark_hour(hours, now):
    screen = Screen(dark=(hours,))
    assert not lighting(
        screen, MONDAY.replace(hour=now.hour, minute=now.minute, second=now.second, microsecond=now.microsecond), wakes=True
    ).dark
    assert not lighting(screen, None, wakes=False).dark


@given(CLOCKS, CLOCKS, CLOCKS)
def test_hours_and_the_hours_between_them_are_never_dark_together(start, end, now):
    if start != end:
        moment = MONDAY.replace(hour=now.hour, minute=now.minute, second=now.second, microsecond=now.microsecond)
        there = lighting(Screen(dark=(Hours(start=start, end=end),)), moment, wakes=False).dark
        back = lighting(Screen(dark=(Hours(start=end, end=start),)), moment, wakes=False).dark
        assert there is not back


def test_a_night_belongs_to_the_weekday_on_which_it_began():
    screen = Screen(dark=(Hours(start=time(22), end=time(5), weekdays=(Weekday.SU,)),))
    sunday = MONDAY - timedelta(days=1)
    assert [
        lighting(screen, at.replace(hour=hour), wakes=False).dark for at, hour in ((sunday, 4), (sunday, 23), (MONDAY, 4), (MONDAY, 23))
    ] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("hour", "percent"), [(12, 100), (17, 70), (18, 40), (21, 40), (22, 100)])
def test_the_first_hours_that_hold_say_how_bright_and_all_others_are_full(hour, percent):
    assert lighting(EVENING, MONDAY.replace(hour=hour), wakes=False).percent == percent
    assert lighting(EVENING, MONDAY.replace(hour=hour), wakes=True).percent == 100
    assert lighting(Screen(), MONDAY.replace(hour=hour), wakes=False).percent is None, "without a calendar nobody touches the lamp"
