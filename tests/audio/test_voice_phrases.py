"""An alert of several recordings through the real voice: the phrases at once, its own recording when it has come, no gap between."""

from itertools import pairwise

import pytest

from audio.driver.ring import RATE
from device.journal import read
from evidence.records import Fault, FaultCode, Outcome
from tests.audio.rig import Rig, runs
from tests.director import village

PHRASES = ("lu-len", "di-tan")
SECONDS = {"lu-lenvi": 8.0, "di-tanvi": 8.0, "luvi": 5.0, "lu lúc vi": 4.0}
LEVELS = {"lu": 1} | {village.clip(name).sha256: level for level, name in zip((1100, 2200, 3300, 4400), SECONDS, strict=True)}
OWN = village.clip("luvi").sha256


@pytest.fixture
def rig(tmp_path):
    made = Rig(tmp_path, village.programme(village.bundle()), LEVELS, minimum_off=0.3)
    yield made
    made.close()


def alarm(rig, **fields):
    lu = village.alert("lu", sent="05:59:50", seconds=SECONDS["luvi"], phrases=PHRASES, issued=True, **{"count": 1, **fields})
    rig.publish(alerts=village.cell(alerts=[lu]).alerts)


def heard(rig):
    """(name, first, last) of each recording that was heard whole, in order."""
    found = [(name, *run) for name, seconds in SECONDS.items() for run in runs(rig.tape == LEVELS[village.clip(name).sha256])]
    return sorted(found, key=lambda each: each[1])


def faults(rig):
    return [line for line in read(rig.paths.journal("audio")) if isinstance(line, Fault)]


def names(rig):
    return [name for name, first, last in heard(rig) if last - first + 1 == round(SECONDS[name] * RATE)]


def test_the_parts_are_heard_whole_one_after_the_other_without_a_sample_between(rig):
    alarm(rig)
    rig.run(90.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    assert names(rig) == ["lu-lenvi", "di-tanvi", "luvi"]
    stretches = heard(rig)
    assert [later[1] - earlier[2] for earlier, later in pairwise(stretches)] == [1, 1]
    assert rig.records()[-1].samples == stretches[-1][2] - stretches[0][1] + 1, "one airing, one receipt"


def test_the_phrases_are_heard_although_the_recording_never_comes(rig):
    rig.absent = {OWN}
    alarm(rig)
    rig.run(90.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    assert names(rig) == ["lu-lenvi", "di-tanvi"]


def test_a_phrase_that_is_missing_here_is_told_in_the_receipt_and_by_a_fault_until_it_is_spoken(rig):
    """The bundle of this unit is older than the alert: nobody may believe that everything was said."""
    absent = village.clip("lu-lenvi").sha256
    rig.absent = {absent}
    alarm(rig, count=2, every=60.0)
    rig.run(90.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    assert names(rig) == ["di-tanvi", "luvi"]
    (receipt,) = (line for line in rig.records() if line.outcome is Outcome.COMPLETE)
    (fault,) = faults(rig)
    assert f"1/3 (sha256 {absent[:16]}" in receipt.reason
    assert (fault.code, fault.active, fault.detail) == (FaultCode.CLIP_UNPLAYABLE, True, receipt.reason)
    rig.absent.clear()
    rig.run(90.0, until=lambda: rig.lines().count(("lu", Outcome.COMPLETE)) == 2)
    assert rig.records()[-1].reason == ""
    assert [line.active for line in faults(rig)] == [True, False]


def test_a_recording_that_comes_while_the_phrases_are_said_follows_them_in_this_airing(rig):
    rig.absent = {OWN}
    alarm(rig)
    rig.run(60.0, until=lambda: bool(heard(rig)))
    rig.absent.clear()
    rig.run(60.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    assert names(rig) == ["lu-lenvi", "di-tanvi", "luvi"]


def test_one_that_comes_later_is_heard_in_the_next_airing(rig):
    rig.absent = {OWN}
    alarm(rig, count=2, every=60.0)
    rig.run(90.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    rig.absent.clear()
    rig.run(90.0, until=lambda: rig.lines().count(("lu", Outcome.COMPLETE)) == 2)
    assert names(rig) == ["lu-lenvi", "di-tanvi"] * 2 + ["luvi"]


def test_an_alert_that_is_nothing_but_its_recording_sounds_as_soon_as_that_has_come(rig):
    rig.absent = {OWN, *(village.clip(f"{name}vi").sha256 for name in PHRASES)}
    alarm(rig)
    rig.run(20.0)
    assert rig.lines() == []
    assert not any(pin.value for pin in rig.pins.values())
    rig.absent.remove(OWN)
    rig.run(60.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    assert names(rig) == ["luvi"]


def test_a_killed_voice_says_it_again_with_its_hour_first(rig):
    alarm(rig)
    rig.run(60.0, until=lambda: bool(heard(rig)))
    rig.crash()
    rig.run(90.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    assert [outcome for _, outcome in rig.lines()] == [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.STARTED, Outcome.COMPLETE]
    assert names(rig) == ["lu lúc vi", "lu-lenvi", "di-tanvi", "luvi"]
