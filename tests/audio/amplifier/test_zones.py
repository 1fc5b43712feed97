"""Lines in zones: who joins, who leaves and who starts when, through the lease rules to the pins' own history."""

from itertools import pairwise

import pytest

from audio.amplifier.bank import Bank
from audio.amplifier.lease import LEASE, Cause
from audio.amplifier.request import Ask, Request, pack, request
from audio.amplifier.senses import Senses
from device.settings import Amplifier, Pins, Settings

MARKET, SCHOOL = "cho", "truong"


class Line:
    """A pin that remembers when it was driven."""

    def __init__(self, clock):
        self.clock, self.value, self.history = clock, 0, []

    def on(self):
        self._drive(1)

    def off(self):
        self._drive(0)

    def _drive(self, value):
        self.value = value
        self.history.append((round(self.clock[0], 6), value))


class Unit:
    """Three lines in two zones on one supply; `now` only moves when a test says so, and no deadline is missed on the way."""

    def __init__(self, supplies=("main",) * 3, **limits):
        lines = (("market", MARKET), ("gate", MARKET), ("school", SCHOOL))
        limits = {"active_high": True, "minimum_off": 10.0, "maximum_on": 60.0, **limits}
        self.settings = Settings(
            pins=Pins(stagger=0.2),
            amplifier=tuple(
                Amplifier(line=name, zone=zone, supply=supply, pin=pin, **limits)
                for pin, ((name, zone), supply) in enumerate(zip(lines, supplies, strict=True), 4)
            ),
        )
        self.clock, self.changes = [100.0], []
        self.restart()

    def restart(self, rested=None):
        self.lines = {amplifier.line: Line(self.clock) for amplifier in self.settings.amplifier}
        self.bank = Bank(self.settings, dict(self.lines), self.changes.append, rested or {}, Senses({}, {}, lambda stuck: None))

    def renew(self, activation, *zones, emergency=False):
        lines = tuple(line.line for line in self.settings.amplifier if line.zone in zones)
        return self.bank.answer(Request(Ask.RENEW, activation, emergency, lines), self.clock[0], True).lines

    def pass_time(self, seconds, activation=None, *zones, emergency=False):
        """*seconds* pass; with *activation* it is renewed on the way."""
        end = self.clock[0] + seconds
        renew_at = self.clock[0]
        while self.clock[0] < end:
            due = self.bank.deadline(self.clock[0])
            self.clock[0] = min(end, renew_at + LEASE / 4 if activation else end, max(due, self.clock[0]) if due is not None else end)
            self.bank.tick(self.clock[0])
            if activation and self.clock[0] >= renew_at + LEASE / 4:
                renew_at = self.clock[0]
                self.renew(activation, *zones, emergency=emergency)

    def on(self):
        return {name for name, line in self.lines.items() if line.value}

    def starts(self):
        return sorted(at for line in self.lines.values() for at, value in line.history if value)


def test_only_the_zones_that_were_asked_for_are_on():
    unit = Unit()
    answer = unit.renew(1, MARKET)
    unit.pass_time(0.5, 1, MARKET)
    assert unit.on() == {"market", "gate"}
    assert answer["school"].verdict == "for other lines"
    assert unit.lines["school"].history == []


def test_no_zones_means_the_whole_village():
    unit = Unit()
    unit.pass_time(1.0, 1)
    assert unit.on() == {"market", "gate", "school"}


def test_a_zone_added_to_a_running_activation_starts_by_itself_and_says_since_when():
    unit = Unit()
    unit.pass_time(3.0, 1, MARKET)
    before = unit.clock[0]
    unit.pass_time(1.0, 1, MARKET, SCHOOL)
    assert unit.on() == {"market", "gate", "school"}
    state = unit.renew(1, MARKET, SCHOOL)["school"]
    assert state.since >= before, "the voice counts this line's warm-up from here"
    assert unit.lines["market"].history == [(100.25, 1)], "those that sound already are not touched"


def test_a_zone_that_is_not_named_any_more_falls_inactive_and_the_others_go_on():
    unit = Unit()
    unit.pass_time(2.0, 1)
    unit.pass_time(1.0, 1, SCHOOL)
    assert unit.on() == {"school"}
    assert {change.cause for change in unit.changes if not change.active} == {Cause.ZONE}


def test_a_zone_may_join_again_after_its_minimum_off_and_an_emergency_at_once():
    unit = Unit()
    unit.pass_time(2.0, 1)
    unit.pass_time(1.0, 1, SCHOOL)
    assert unit.renew(1)["market"].verdict == "resting"
    unit.pass_time(10.0, 1)
    assert unit.on() == {"market", "gate", "school"}
    unit.pass_time(1.0, 1, SCHOOL)
    unit.pass_time(0.5, 1, emergency=True)
    assert unit.on() == {"market", "gate", "school"}


def test_going_in_and_out_of_a_zone_never_carries_a_line_over_its_maximum():
    unit = Unit(maximum_on=20.0, minimum_off=0.0)
    for _ in range(40):
        unit.pass_time(0.75, 1, emergency=True)
        unit.pass_time(0.25, 1, SCHOOL, emergency=True)
    first = unit.lines["market"].history[0][0]
    assert max(at for at, value in unit.lines["market"].history if value) < first + 20.0
    assert unit.on() == set()
    assert unit.renew(1)["market"].verdict == "overrun"


def test_an_older_activation_cannot_slip_in_where_a_newer_one_left():
    unit = Unit()
    unit.pass_time(1.0, 5)
    unit.pass_time(0.5, 5, SCHOOL)
    unit.clock[0] += 30.0
    assert unit.renew(4)["market"].verdict == "old"
    assert not unit.on()


def test_a_line_that_left_is_over_too_when_its_activation_is_given_up():
    unit = Unit(minimum_off=0.0)
    unit.pass_time(1.0, 5)
    unit.pass_time(0.5, 5, SCHOOL)
    unit.bank.answer(Request(Ask.RELEASE, 5), unit.clock[0], True)
    assert {state.verdict for state in unit.renew(5).values()} == {"old"}
    assert not unit.on()


@pytest.mark.parametrize("restarted", [False, True])
def test_simultaneous_amplifier_starts_on_one_supply_are_staggered(restarted):
    """Also between zones that come at the same time, or a moment after each other, and after a restart of the program."""
    unit = Unit()
    if restarted:
        unit.pass_time(1.0, 1)
        unit.restart()
    unit.pass_time(0.25, 2, SCHOOL, emergency=True)
    unit.pass_time(2.0, 2, emergency=True)
    assert unit.on() == {"market", "gate", "school"}
    starts = unit.starts()
    assert len(starts) == 3
    assert all(later - sooner >= 0.2 - 1e-6 for sooner, later in pairwise(starts))


def test_an_amplifier_on_a_supply_of_its_own_waits_for_nobody():
    unit = Unit(supplies=("main", "main", "school"))
    states = unit.renew(1)
    assert [states[name].active for name in ("market", "gate", "school")] == [True, False, True]


def test_lines_travel_in_the_request_and_a_request_without_them_is_none():
    asked = Request(Ask.RENEW, 3, True, ("market", "school"))
    assert request(pack(asked)) == asked
    assert request(b'{"ask": "renew", "activation": 3, "emergency": true}') is None
    assert request(b'{"ask": "renew", "activation": 3, "emergency": true, "lines": [1]}') is None
