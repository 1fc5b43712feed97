"""Commissioning from beginning to end: what is asked, what is kept, what is left, and what a power cut takes away."""

import json
import threading

import pytest
from click.testing import CliRunner

from bundle.errors import Refused, refuse
from device.durable import replace
from device.journal import read
from evidence.records import Commissioned, Photo
from provisioning import supply
from provisioning.commands import provision
from provisioning.commissioning.run import apply
from provisioning.commissioning.state import read_state, writing
from provisioning.probe import Verdict
from provisioning.technicians import Scripted
from tests.provisioning.commissioning.conftest import RIGHT

ORDER = ["people", "picture", "legible", "horn-horn-1", "horn-horn-2", "together", "power-cut", "photo", "confirm"]


def journal(unit):
    return list(read(unit.paths.journal("provisioning")))


def test_a_new_unit_has_everything_to_do_in_an_order_that_a_person_walks(unit):
    assert unit.left == ORDER


def test_after_all_is_done_there_is_nothing_to_do_and_nobody_is_asked_again(unit):
    first, second = unit.through()
    assert unit.left == []
    assert len(first.asked + second.asked) <= 12
    assert unit.apply().asked == []
    assert unit.record.confirmed is not None


def test_a_supply_that_sags_in_the_midst_of_the_tone_is_wrong_although_it_is_well_afterwards(unit, monkeypatch):
    alarm, look, seen, sound = unit.paths.root / "sys/class/hwmon/hwmon0/in0_lcrit_alarm", supply.low, threading.Event(), unit.horns
    alarm.parent.mkdir(parents=True)
    alarm.with_name("name").write_text("rpi_volt")
    alarm.write_text("0")

    def low(paths):
        if found := look(paths):
            seen.set()
        return found

    def sags(technician, line):
        alarm.write_text("1")
        assert line is not None or seen.wait(10)
        alarm.write_text("0")
        return sound(technician, line)

    for place, name, value in ((supply, "low", low), (supply, "EVERY", 0.01), (supply, "AFTER", 0.01), (unit, "horns", sags)):
        monkeypatch.setattr(place, name, value)
    unit.apply()
    assert unit.found("power supply under load").verdict is Verdict.NOT_READY
    assert "together" in unit.left


@pytest.mark.parametrize("measured", [True])
def test_the_results_are_in_the_journal_with_people_serials_and_photograph(unit):
    unit.through()
    photo, results = journal(unit)
    assert isinstance(photo, Photo)
    assert isinstance(results, Commissioned)
    assert (results.technician, results.place, results.photos) == ("Lê Văn Mẫu", "vn.20.06001.03", (photo.sha256,))
    assert len(results.duties) == 5
    assert results.simulated, "nothing here was real, and the record says so"
    by = {(each.step, each.subject[1]): each for each in results.checked}
    assert by["together", "loudness"].observed[1] == "92.5 dBA"
    assert by["legible", "the board's letters from the street"].wanted[1] == "from 10 m"
    assert any(step == "measured" for step, _ in by)


def test_a_changed_pin_has_that_horn_heard_again_and_the_site_confirmed_again_and_nothing_else(unit):
    unit.through()
    unit.paths.unit_toml.write_text(unit.paths.unit_toml.read_text().replace("pin = 27", "pin = 22"))
    assert unit.left == ["horn-horn-2", "together", "power-cut", "confirm"]


def test_another_machine_has_everything_looked_at_again_but_its_people(unit):
    unit.through()
    (unit.paths.root / "etc/machine-id").write_text("another\n")
    assert unit.left == [step for step in ORDER if step != "people"]


@pytest.mark.parametrize("open_question", ["people", "picture", "legible", "may-sound", "horn-horn-1", "power-back", "confirm"])
def test_a_question_left_open_stays_to_be_done_and_is_never_good(unit, open_question):
    unit.through(**{open_question: None})
    step = {"may-sound": "horn-horn-1", "power-back": "power-cut"}.get(open_question, open_question)
    assert step in unit.left
    marks = {each.mark.value for each in read_state(unit.paths).done[step].checked}
    assert "good" not in marks


@pytest.mark.parametrize("open_question", ["volume", "photo"])
def test_what_is_no_duty_may_be_left_open_and_is_told_as_unknown(unit, open_question):
    unit.through(**{open_question: None})
    assert unit.left == []
    assert any(each.verdict is Verdict.WARNING for each in unit.findings)


WRONG = {
    "picture": ["cut", "turned", "colours", "nothing"],
    "legible": ["9"],
    "horn-horn-2": ["weak", "other", "click", "nothing"],
    "power-back": ["relay", "board"],
    "confirm": ["no"],
}


@pytest.mark.parametrize(("question", "answer"), [(name, answer) for name, answers in WRONG.items() for answer in answers])
def test_what_is_wrong_is_told_with_object_expectation_and_remedy_and_stays_to_be_done(unit, question, answer):
    unit.through(**{question: answer})
    bad = [each for each in unit.findings if each.verdict is Verdict.NOT_READY]
    assert bad
    for finding in bad:
        assert all(part[side] for part in (finding.subject, finding.observed, finding.wanted, finding.do) for side in (0, 1))
    assert {"power-back": "power-cut"}.get(question, question) in unit.left
    unit.power_cut()
    unit.apply(**{"power-cut": "now"})
    unit.power_cut()
    unit.apply()
    assert unit.left == [], "mended and asked again, all is right"


def test_horns_sound_one_by_one_and_then_together_and_only_after_somebody_allowed_it(unit):
    unit.apply(**{"may-sound": "no"})
    assert unit.sounded == []
    unit.power_cut()
    unit.apply()
    assert unit.sounded == ["horn-1", "horn-2", None]


def test_the_tone_is_played_again_for_who_did_not_listen(unit):
    unit.apply(**{"horn-horn-1": ["again", "right"]})
    assert unit.sounded == ["horn-1", "horn-1", "horn-2", None]


def test_a_duty_without_a_holder_is_a_fault_of_the_unit(unit):
    people = json.loads(RIGHT["people"]) | {"repair": ""}
    unit.through(people=json.dumps(people))
    assert "nobody for: repair" in unit.found("duty holders").observed[1]
    assert "people" in unit.left


def test_a_meter_that_reads_more_than_the_settings_allow_is_a_fault(unit):
    unit.wire("[limits]\nloudest_dba = 90\n")
    unit.through()
    assert unit.found("loudness").verdict is Verdict.NOT_READY
    assert "together" in unit.left


def test_a_dark_board_and_a_dead_loudspeaker_are_told_and_nobody_is_asked_about_them(unit):
    unit.shows(ready=False, showing=None, reasons=("không có màn hình / no screen is connected",))

    def silent(_technician, _line):
        raise refuse("loa", "chương trình loa không chạy / the voice does not run", "bangtin audio run")

    unit.horns = silent
    asked = unit.apply().asked
    assert not {"picture", "legible", "horn-horn-1", "volume"} & set(asked)
    assert unit.found("the board's picture").observed[1] == "no screen is connected"
    assert unit.found("horn horn-1").observed[1] == "the voice does not run"


class PowerGone(BaseException):
    """Not an error that anybody could catch."""


def cutting(unit, monkeypatch, at, torn):
    """The power goes at the *at*th write of the state, *torn* "before" it or "after"."""
    writes = iter(range(1_000_000))

    def write(path, data, mode=0o644):
        number = next(writes)
        if number != at or torn == "after":
            replace(path, data, mode)
        if number == at:
            raise PowerGone

    monkeypatch.setattr("provisioning.commissioning.state.replace", write)


@pytest.mark.parametrize("torn", ["before", "after"])
@pytest.mark.parametrize("at", range(11))
def test_a_power_cut_at_any_durable_write_loses_at_most_the_question_on_the_screen(unit, monkeypatch, at, torn):
    cutting(unit, monkeypatch, at, torn)
    asked = []
    while unit.left:
        before = set(read_state(unit.paths).done)
        technician = Scripted(RIGHT)
        try:
            apply(unit.paths, technician, unit.findings.extend, unit.horns, unit.clock)
        except PowerGone:
            assert before <= set(read_state(unit.paths).done)
        asked += technician.asked
        unit.power_cut()
        assert len(asked) < 30
    assert unit.record.confirmed is not None
    again = [name for name in asked if asked.count(name) > 1 and name != "may-sound"]
    assert len(set(again)) <= 1, "only what was on the screen is asked twice"


def test_the_card_cannot_be_written_and_that_is_said(unit, monkeypatch):
    def full(path, data, mode=0o644):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("provisioning.commissioning.state.replace", full)
    with pytest.raises(Refused) as refused:
        unit.apply()
    (complaint,) = refused.value.complaints
    assert "No space left" in complaint.what
    assert "card" in complaint.do


def test_two_at_once_are_one_too_many(unit):
    with writing(unit.paths), pytest.raises(Refused) as refused:
        unit.apply()
    assert "somebody is at it" in str(refused.value)


def test_a_damaged_state_is_refused_and_not_taken_for_a_new_one(unit):
    unit.apply()
    unit.paths.commissioning.write_text("{")
    with pytest.raises(Refused):
        unit.apply()


def test_the_plan_is_read_by_people_and_its_exit_code_by_scripts(unit):
    def plan():
        return CliRunner().invoke(provision, ["plan", "--root", str(unit.paths.root)])

    before = plan()
    assert before.exit_code in (1, 2)
    assert "nhìn hình thử trên bảng" in before.output
    unit.through()
    after = plan()
    assert "nothing to do" in after.output
    assert after.exit_code == 1, "simulated hardware is a warning for ever"


def test_a_unit_that_is_not_enrolled_is_told_how(unit):
    unit.paths.unit_json.unlink()
    done = CliRunner().invoke(provision, ["apply", "--root", str(unit.paths.root)])
    assert isinstance(done.exception, Refused)
    assert "enrol: scan the code on the board" in str(done.exception)


FAULTS = {
    "wrong pin table": ("pin = 27", "pin = 9", "GPIO9 (horn-2)"),
    "no screen": ('driver = "headless"', 'driver = "sdl"', "cannot be opened"),
    "no sound": ('driver = "disk"', 'driver = "alsa"\ndevice = "Loa không có"', "sound device"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_hardware_is_told_by_the_plan_with_object_expectation_and_remedy(unit, fault, monkeypatch):
    before, after, told = FAULTS[fault]
    # X11 without a server: the real driver, which really cannot open.
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":4711")
    unit.paths.unit_toml.write_text(unit.paths.unit_toml.read_text().replace(before, after))
    done = CliRunner().invoke(provision, ["plan", "--root", str(unit.paths.root)])
    output = done.output + str(done.exception or "")
    assert done.exit_code != 0
    assert told in output
    assert "cần:" in output[output.index(told) :]
    assert "→" in output[output.index(told) :]


def test_a_card_that_takes_no_record_leaves_the_site_unconfirmed(unit, monkeypatch):
    def fails(*_records):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("provisioning.commissioning.steps.handing_over.note", fails)
    with pytest.raises(Refused, match="No space"):
        unit.through()
    assert unit.record.confirmed is None
