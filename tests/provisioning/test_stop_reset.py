"""Who may let a stopped unit go on: a named person, with a PIN of their own, at a released switch, and nobody by trying."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from device.clock import ManualClock, make_clock
from device.inputs import Contact, Inputs, read_reset
from device.settings import InputSettings, Settings, StopSwitch, load_settings
from device.status import write_volatile
from evidence.duties import Duty
from provisioning.commands import provision
from provisioning.holders import FREE_TRIES, LONGEST_PAUSE, Right, Tries, add, holders, pause, prove
from provisioning.probe import Verdict
from provisioning.probes.stop_switch import StopSwitchProbe
from provisioning.reset import reset_stop
from tests.simulators.publisher import START

PIN, OTHER = "480315", "917264"


@pytest.fixture
def clock():
    return ManualClock.at(START)


@pytest.fixture
def unit(paths, clock):
    """A unit that was stopped three times, its switch released; Mây looks after the equipment, Suối writes content."""
    add(paths, "Lò Thị Mây", (Duty.EQUIPMENT,), PIN)
    add(paths, "Hoàng Văn Suối", (Duty.CONTENT,), OTHER)
    say(paths, clock)
    return paths


def say(paths, clock, switch=Contact.RELEASED, stopped=True, count=3):
    inputs = Inputs(at=clock.now().stamp(), switch=switch, stopped=stopped, count=count)
    write_volatile(paths.inputs, inputs.model_dump_json().encode())


def test_the_right_person_lets_it_go_on_and_is_named(unit, clock):
    record = reset_stop(unit, " lò thị  mây", PIN, clock.now())
    assert (record.count, record.person) == (3, "Lò Thị Mây")
    assert read_reset(unit) == record


@pytest.mark.parametrize(
    ("name", "pin", "why"),
    [
        ("Lò Thị Mây", OTHER, "wrong"),
        ("Hoàng Văn Suối", OTHER, "does not hold this duty"),
        ("Hoàng Văn Suối", PIN, "wrong"),
        ("Ai Đó", PIN, "wrong"),
    ],
)
def test_nobody_else_does(unit, clock, name, pin, why):
    with pytest.raises(Refused, match=why):
        reset_stop(unit, name, pin, clock.now())
    assert read_reset(unit) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [({"switch": Contact.PRESSED}, "still pressed"), ({"switch": Contact.UNKNOWN}, "nobody knows"), ({"stopped": False}, "not stopped")],
)
def test_the_switch_must_surely_be_released(unit, clock, said, why):
    say(unit, clock, **said)
    with pytest.raises(Refused, match=why):
        reset_stop(unit, "Lò Thị Mây", PIN, clock.now())
    assert not unit.holder_tries.exists(), "no PIN was looked at"


def test_what_the_switch_said_long_ago_is_unknown(unit, clock):
    clock.advance(60)
    with pytest.raises(Refused, match="nobody knows"):
        reset_stop(unit, "Lò Thị Mây", PIN, clock.now())


def wrong(paths, clock):
    with pytest.raises(Refused, match="is wrong"):
        prove(paths, "Lò Thị Mây", "000111", clock.now(), Right.RESET)


def test_wrong_tries_slow_down_and_the_pause_outlives_a_power_cut_and_a_set_clock(unit, clock):
    for _ in range(FREE_TRIES):
        wrong(unit, clock)
    with pytest.raises(Refused, match="wait 30 s"):
        prove(unit, "Lò Thị Mây", PIN, clock.now(), Right.RESET)
    rebooted = ManualClock.at(START.replace(year=2030), boot="boot-2", mono=10.0)
    with pytest.raises(Refused, match="wait 20 s"):
        prove(unit, "Lò Thị Mây", PIN, rebooted.now(), Right.RESET)
    clock.advance(31)
    wrong(unit, clock)
    with pytest.raises(Refused, match="wait 60 s"):
        prove(unit, "Lò Thị Mây", PIN, clock.now(), Right.RESET)
    clock.advance(61)
    assert prove(unit, "Lò Thị Mây", PIN, clock.now(), Right.RESET).name == "Lò Thị Mây"
    wrong(unit, clock)
    wrong(unit, clock)  # the right PIN forgave the earlier ones


def test_trying_many_at_once_gives_no_more_tries(unit, clock):
    def guess(number):
        with pytest.raises(Refused) as refused:
            prove(unit, "Lò Thị Mây", f"{number:06d}", clock.now(), Right.RESET)
        return "is wrong" in str(refused.value)

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(guess, range(12))) == FREE_TRIES


def test_a_try_counts_although_the_power_is_cut_before_its_answer(unit, clock, monkeypatch):
    def cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr("provisioning.holders.digest", cut)
        for _ in range(FREE_TRIES):
            with pytest.raises(KeyboardInterrupt):
                prove(unit, "Lò Thị Mây", PIN, clock.now(), Right.RESET)
    with pytest.raises(Refused, match="wait"):
        prove(unit, "Lò Thị Mây", PIN, clock.now(), Right.RESET)


@given(st.integers(0, 2000), st.floats(0, 1e7), st.booleans())
def test_a_pause_grows_is_never_endless_and_ends(wrong_ones, later, rebooted):
    clock = ManualClock.at(START)
    tries = Tries(wrong=wrong_ones, at=clock.now().stamp())
    moment = ManualClock.at(START, boot="boot-2", mono=later).now() if rebooted else clock.advance(later)
    rest = pause(tries, moment)
    assert 0 <= rest <= LONGEST_PAUSE
    assert (rest > 0) <= (wrong_ones >= FREE_TRIES)
    assert rest <= max(0.0, LONGEST_PAUSE - later)
    assert pause(Tries(wrong=wrong_ones + 1, at=tries.at), moment) >= rest


@pytest.mark.parametrize("pin", ["", "12345", "123456", "654321", "777777", "abcdef"])
def test_a_pin_that_anybody_would_guess_is_refused(paths, pin):
    with pytest.raises(Refused, match="too easy"):
        add(paths, "Lò Thị Mây", (Duty.EQUIPMENT,), pin)


def test_a_pin_is_nowhere_on_the_card_and_two_persons_with_one_pin_do_not_look_alike(unit):
    add(unit, "Đinh Thị Gió", (Duty.REPAIR,), PIN)
    raw = unit.holders.read_bytes()
    assert PIN.encode() not in raw
    assert len({holder["digest"] for holder in json.loads(raw)["holders"]}) == 3
    assert unit.holders.stat().st_mode & 0o077 == 0


def type_in(paths, *words, answer=""):
    return CliRunner().invoke(provision, [*words, "--root", str(paths.root)], input=answer)


def test_the_commands_from_adding_a_holder_to_letting_the_unit_go_on(wired):
    assert type_in(wired, "holder", "add", "Lò Thị Mây", "--duty", "equipment", answer=f"{PIN}\n{PIN}\n").exit_code == 0
    assert type_in(wired, "holder", "list").output.strip() == "Lò Thị Mây: thiết bị · equipment"
    say(wired, make_clock(load_settings(wired.unit_toml), wired), count=1)
    done = type_in(wired, "reset-stop", "--holder", "Lò Thị Mây", answer=f"{PIN}\n")
    assert done.exit_code == 0, done.output
    assert PIN not in done.output
    assert read_reset(wired).person == "Lò Thị Mây"
    assert type_in(wired, "holder", "remove", "Lò Thị Mây").exit_code == 0
    assert holders(wired) == ()
    assert isinstance(type_in(wired, "holder", "remove", "Lò Thị Mây").exception, Refused)


def verdicts(paths, clock, breaks=True):
    switch = StopSwitch(pin=26, active_high=True, breaks_supply=breaks)
    found = StopSwitchProbe(paths, Settings(inputs=InputSettings(kill=switch)), clock).look()
    return [finding.verdict for finding in found]


def test_the_check_before_hand_over(unit, clock):
    good, warning, bad = Verdict.GOOD, Verdict.WARNING, Verdict.NOT_READY
    assert [each.verdict for each in StopSwitchProbe(unit, Settings(), clock).look()] == [warning], "a unit without a switch"
    assert verdicts(unit, clock) == [bad, good, good], "it is stopped now"
    say(unit, clock, stopped=False)
    assert verdicts(unit, clock) == [good, good, good]
    assert verdicts(unit, clock, breaks=False) == [good, warning, good], "it depends on software"
    say(unit, clock, switch=Contact.PRESSED)
    assert verdicts(unit, clock)[0] is bad
    clock.advance(60)
    assert verdicts(unit, clock)[0] is warning
    unit.holders.unlink()
    assert verdicts(unit, clock)[2] is warning
    unit.holders.write_text("{")
    assert verdicts(unit, clock)[2] is bad
