"""The rung *heard* with real processes and a real sound card: calibrated by a technician, lost when the horn is out of earshot."""

from datetime import time

import pytest

from bundle.policy import QuietHours
from evidence.records import Outcome, Rung
from tests.guest.hearing import TECHNICIAN, WORDS, HearingUnit


@pytest.fixture(scope="module")
def unit(machine, tmp_path_factory):
    """Its ear is not calibrated before the test that does it; the tests below follow each other."""
    made = HearingUnit(machine, tmp_path_factory.mktemp("u"))
    made.ready()
    return made


def rungs(receipts):
    assert {line.outcome for line in receipts} == {Outcome.COMPLETE}
    return [line.rung for line in receipts]


def test_without_calibration_it_never_claims_to_have_heard(unit):
    assert rungs(unit.announce(1)) == [Rung.LEFT_DRIVER]
    reading = unit.reading()
    print(f"\nuncalibrated: {reading}")
    assert reading.whole
    assert reading.heard is None


def test_a_technician_calibrates_the_ear_with_the_test_tone(unit):
    assert unit.calibration() is None
    told = unit.calibrate()
    kept = unit.calibration()
    print(f"\n{told}{kept}")
    assert kept is not None
    assert kept.person == TECHNICIAN
    assert kept.tone > kept.noise + 60.0, "a loopback adds no noise"
    assert f"{kept.tone:.0f} dBFS" in told


def test_what_the_calibrated_ear_hears_is_on_the_receipt(unit):
    with unit.watched() as seen:
        assert rungs(unit.announce(1)) == [Rung.HEARD]
    print(f"\nheard: {unit.reading()}, {len(seen)} looks at an open microphone")
    assert {"ear", "RUNNING"} <= set(seen)


def test_three_unheard_in_a_row_are_a_fault_which_two_heard_ones_end(unit):
    with unit.out_of_earshot():
        assert rungs(unit.announce(2)) == [Rung.LEFT_DRIVER] * 2
        assert unit.not_heard() == []
        assert rungs(unit.announce(1)) == [Rung.LEFT_DRIVER]
        print(f"\nnot heard: {unit.reading()}")
        assert unit.not_heard() == [True]
    assert rungs(unit.announce(1)) == [Rung.HEARD]
    assert unit.not_heard() == [True], "one may be a chance"
    assert rungs(unit.announce(1)) == [Rung.HEARD]
    assert unit.not_heard() == [True, False]


def test_in_quiet_hours_the_microphone_stays_closed(unit):
    unit.rule(QuietHours(start=time(0, 0), end=time(23, 59)))
    with unit.watched() as seen:
        unit.tell_time()
        unit.village.raise_alert(WORDS)
        unit.bring(unit.paths.shelf)
        receipt = unit.receipt("alert:")
    print(f"\nin quiet hours: {receipt}, {len(seen)} looks at an open microphone")
    assert receipt.rung is Rung.LEFT_DRIVER, "its signal sounded, and the ear would have had its chance"
    assert seen == []
