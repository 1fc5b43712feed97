"""Which report is the newest: wrong clocks and late mail turn the page for one report at most."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.records import ClockState
from evidence.report import Report
from registry.fleet.intake import Arrival, newer
from registry.fleet.states import Link
from tests.registry.web.conftest import NOON, stamp

TRUSTED, UNKNOWN = ClockState.TRUSTED, ClockState.UNKNOWN


def said(boot, n, off=timedelta(), state=TRUSTED, now=NOON):
    return Report(unit="bt-mau-01", boot=boot, n=n, at=stamp(now + off, boot, state=state))


class Page:
    """The newest report of one unit, as what comes makes it."""

    def __init__(self):
        self.newest, self.heard, self.boots, self.now = None, None, set(), NOON

    def take(self, report, road=Link.NETWORK):
        if newer(report, self.newest, Arrival(self.now, self.heard, road, report.boot in self.boots)):
            self.newest = report
        self.boots.add(report.boot)
        self.heard = self.now
        return self.newest.boot


AHEAD = timedelta(days=400)
BEHIND = timedelta(days=-2)


def test_a_boot_whose_clock_was_ahead_does_not_stay_newest():
    page = Page()
    page.take(said("b1", 1, AHEAD))
    page.now += timedelta(minutes=10)
    assert page.take(said("b2", 2, now=page.now)) == "b2"


def test_a_boot_whose_clock_is_behind_becomes_newest():
    page = Page()
    page.take(said("b1", 1))
    for n in (2, 3):
        page.now += timedelta(minutes=15)
        page.take(said("b2", n, BEHIND, now=page.now))
    assert page.newest.boot == "b2"


def test_a_letter_of_an_older_boot_without_a_clock_turns_nothing_back():
    page = Page()
    page.take(said("b3", 10))
    assert page.take(said("b2", 5, timedelta(days=-9), UNKNOWN), Link.COURIER) == "b3"


def test_what_lay_about_in_a_unit_whose_clock_is_right_turns_nothing_back():
    page = Page()
    page.take(said("b3", 10))
    assert page.take(said("b2", 5, timedelta(days=-9))) == "b3"


@pytest.mark.parametrize("state", [TRUSTED, UNKNOWN])
def test_a_letter_by_a_clock_that_is_ahead_replaces_no_report_by_a_right_one(state):
    page = Page()
    page.take(said("b3", 10))
    assert page.take(said("b2", 5, AHEAD, state), Link.COURIER) == "b3"
    page = Page()
    page.take(said("b2", 5, AHEAD, state), Link.COURIER)
    assert page.take(said("b3", 10), Link.COURIER) == "b3"


mail = st.tuples(
    st.sampled_from(["b1", "b2", "b3", "live"]),
    st.integers(0, 50),
    st.sampled_from([timedelta(), AHEAD, BEHIND, timedelta(minutes=20), timedelta(minutes=-20)]),
    st.sampled_from([TRUSTED, UNKNOWN]),
    st.sampled_from(list(Link)),
    st.integers(0, 600),
)
CLOCKS = st.sampled_from([timedelta(), AHEAD, BEHIND, timedelta(minutes=3), timedelta(minutes=-20)])


@given(st.lists(mail, max_size=8), CLOCKS, st.sampled_from([TRUSTED, UNKNOWN]))
def test_whatever_came_in_whatever_order_the_unit_that_speaks_becomes_newest(before, off, state):
    """At once by a clock that is right or not believed; by one that is behind and taken for right, with its second report."""
    page = Page()
    for boot, n, wrong, how, road, minutes in before:
        page.now += timedelta(minutes=minutes)
        page.take(said(boot, n, wrong, how, page.now), road)
    page.now += timedelta(minutes=15)
    page.take(said("live", 100, off, state, page.now))
    at_once = page.newest.boot == "live"
    page.now += timedelta(minutes=15)
    assert page.take(said("live", 101, off, state, page.now)) == "live"
    assert at_once or (state is TRUSTED and off < timedelta())
