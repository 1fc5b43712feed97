"""Steps in which a hand, a plug or a clock answers: stop switch, power cut, and the time that comes back."""

import json

import pytest

from device.inputs import Contact
from evidence.duties import Duty
from evidence.records import ClockState, TimeSource
from provisioning.commissioning.run import apply
from provisioning.commissioning.state import read_state
from provisioning.commissioning.steps import hand, power_cut
from provisioning.holders import add, holders
from provisioning.probe import Verdict
from tests.provisioning.commissioning.hand import Hand, through


def test_a_switch_that_is_pressed_released_and_reset_is_right_and_its_holder_has_a_pin_from_then_on(switched):
    hand = through(switched)
    assert switched.found("stop switch").verdict is Verdict.GOOD
    assert "stop-switch" not in switched.left
    assert [each.name for each in holders(switched.paths)] == ["Vàng A Máy"]
    assert "pin" in hand.asked
    assert "482913" not in switched.paths.commissioning.read_text(), "a PIN is kept nowhere"


@pytest.mark.parametrize(("obeys", "verdict"), [((), Verdict.WARNING), (("press",), Verdict.NOT_READY)])
def test_a_switch_that_nobody_pressed_is_unknown_and_one_that_stays_pressed_is_wrong(switched, obeys, verdict):
    through(switched, obeys)
    assert switched.found("stop switch").verdict is verdict
    assert "stop-switch" in switched.left


def test_a_unit_that_does_not_go_on_after_its_reset_is_told(switched):
    switched.obeyed = False
    through(switched)
    assert "does not go on" in switched.found("stop switch").observed[1]


def test_whoever_already_has_a_pin_uses_that_one_and_a_wrong_one_is_refused(switched):
    add(switched.paths, "Vàng A Máy", (Duty.EQUIPMENT,), "913482")
    through(switched)
    assert "wrong" in switched.found("stop switch").observed[1]
    again = through(switched, pin="913482")
    assert switched.found("stop switch").verdict is Verdict.GOOD
    assert again.asked.count("pin") == 1
    assert "going-on" not in switched.left


def test_nobody_named_for_the_equipment_means_nobody_who_may_let_it_go_on(switched):
    through(switched, people=json.dumps({"technician": "Lê Văn Mẫu", "content": "Lò Thị Tin"}))
    assert "nobody may let it go on" in switched.found("stop switch").observed[1]


def test_a_holder_who_types_no_pin_leaves_the_step_open(switched):
    hand = Hand(switched, ("press", "release"))
    del hand.replies["pin"]
    apply(switched.paths, hand, switched.findings.extend, switched.horns, switched.clock)
    assert "stop-switch" in switched.left


BUTTON = "[inputs]\nservice = { pin = 6 }\n"


@pytest.fixture
def buttoned(unit, monkeypatch):
    """A unit with a service button and no stop switch."""
    monkeypatch.setattr(hand, "looks", lambda _seconds: range(3))
    unit.wire(BUTTON)
    unit.switch(Contact.NONE, stopped=False)
    return unit


def test_a_service_button_that_is_held_is_right_and_nothing_is_asked_about_it(buttoned):
    hand = through(buttoned, ("hold",))
    assert buttoned.found("service button").verdict is Verdict.GOOD
    assert "service-button" not in buttoned.left
    assert not [name for name in hand.asked if "button" in name]


def test_whoever_opened_the_page_with_the_button_is_not_sent_to_it_again(buttoned):
    buttoned.switch(Contact.NONE, stopped=False, service=20.0)
    hand = through(buttoned, ())
    assert buttoned.found("service button").verdict is Verdict.GOOD
    assert not [words for words in hand.told if "service button" in words[1]]


def test_a_service_button_that_nobody_holds_is_unknown_and_stays_to_be_done(buttoned):
    through(buttoned, ())
    found = buttoned.found("service button")
    assert (found.verdict, found.observed[1]) == (Verdict.WARNING, "unknown")
    assert "service-button" in buttoned.left


def test_a_button_held_before_the_power_cut_says_nothing_of_this_boot(buttoned):
    buttoned.switch(Contact.NONE, stopped=False, service=20.0)
    buttoned.power_cut()
    through(buttoned, ())
    assert buttoned.found("service button").observed[1] == "unknown"


def test_the_commissioning_waits_for_the_plug_and_is_taken_up_by_the_next_start(unit):
    first = unit.apply()
    assert "power-back" not in first.asked
    assert read_state(unit.paths).cut is not None
    assert any("PULL THE PLUG" in words[1] for words in first.told)
    unit.power_cut()
    assert unit.apply().asked[0] == "power-back"
    assert read_state(unit.paths).cut is None


def test_whoever_goes_on_without_pulling_the_plug_is_asked_and_may_leave_it(unit):
    unit.apply()
    again = unit.apply(**{"power-cut": "later"})
    assert again.asked[0] == "power-cut"
    assert "power-cut" in unit.left
    assert unit.found("power away and back").observed[1] == "unknown"


TIMES = [
    (ClockState.TRUSTED, TimeSource.RTC, False, Verdict.GOOD, "RTC"),
    (ClockState.TRUSTED, TimeSource.NTP, True, Verdict.GOOD, "network"),
    (ClockState.UNKNOWN, TimeSource.NONE, True, Verdict.WARNING, "nobody knows"),
    (ClockState.UNKNOWN, TimeSource.NONE, False, Verdict.NOT_READY, "no coverage"),
]


@pytest.mark.parametrize(("state", "source", "coverage", "verdict", "word"), TIMES)
def test_a_site_with_horns_and_without_coverage_fails_without_an_rtc(unit, monkeypatch, state, source, coverage, verdict, word):
    monkeypatch.setattr(power_cut, "reachable", lambda _record: coverage)
    unit.clock.simulated = False
    unit.apply()
    unit.power_cut()
    moment = unit.clock.now()
    unit.clock.moment, unit.clock.source = type(moment)(moment.wall, state, moment.boot, moment.mono), source
    unit.apply()
    found = unit.found("the time after a power cut")
    assert (found.verdict, word in found.observed[1]) == (verdict, True)
    assert ("power-cut" in unit.left) is (verdict is Verdict.NOT_READY)


def test_a_board_without_horns_may_do_without_an_rtc(unit, monkeypatch):
    monkeypatch.setattr(power_cut, "reachable", lambda _record: False)
    text = unit.paths.unit_toml.read_text()
    unit.paths.unit_toml.write_text(text[: text.index("[[amplifier]]")] + text[text.index("[clock]") :])
    unit.clock.simulated = False
    unit.apply()
    unit.power_cut()
    moment = unit.clock.now()
    unit.clock.moment = type(moment)(moment.wall, ClockState.UNKNOWN, moment.boot, moment.mono)
    unit.apply()
    assert unit.found("the time after a power cut").verdict is Verdict.WARNING
    assert unit.sounded == []
    assert unit.left == []
