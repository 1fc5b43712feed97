"""What the technician is told of the clock before leaving: in a sentence each, with what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from device.clock import SystemClock
from device.durable import replace
from device.kernel_time import ManualKernel
from device.rtc import ManualRtc, RtcReading, RtcRecord, Voltage
from device.settings import ClockSettings, RtcProof
from device.time_words import DISBELIEFS, DOUBTS, REMEDIES, SOURCES, STATES
from device.timekeeping import Disbelief, RtcDoubt
from evidence.records import ClockState, TimeSource
from provisioning.probe import Verdict
from provisioning.probes.clock import ClockProbe, chronyc, kept_by

NOON = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)
# Printed by chronyc 4.3: synchronised with a server on this machine, and with nobody.
WITH = (
    "7F000001,127.0.0.1,4,1795484987.939424249,-0.000001413,0.000000072,0.000000072,0.011,0.000,2.326,0.000005261,0.000009679,2.0,Normal\n"
)
ALONE = "00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised\n"


@pytest.fixture
def machine(paths):
    return SystemClock(paths, kernel=ManualKernel(NOON), rtc=ManualRtc())


def rtc(machine, voltage=None, millivolts=None, checked=NOON):
    machine.rtc.reading = RtcReading("rtc-pcf8523", NOON, machine.kernel.seconds, voltage, millivolts=millivolts)
    replace(machine.paths.rtc, RtcRecord(name="rtc-pcf8523", checked=checked).model_dump_json().encode())


def looked(machine, tracking=None):
    return {found.subject[1]: found for found in ClockProbe(machine, lambda: tracking).look()}


def test_a_unit_on_the_network_says_with_whom(machine):
    machine.kernel.in_step = True
    found = looked(machine, WITH)
    assert (found["clock"].verdict, found["time service"].verdict) == (Verdict.GOOD, Verdict.GOOD)
    assert "12:00 01/03/2027" in found["clock"].observed[0]
    assert "giờ mạng" in found["clock"].observed[0]
    assert found["time service"].observed == ("đồng bộ với 127.0.0.1, tầng 4", "synchronised with 127.0.0.1, stratum 4")
    assert found["RTC"].verdict is Verdict.WARNING, "it will know nothing after a power cut"
    assert "RTC battery" not in found


@pytest.mark.parametrize("said", [None, "", "506 Cannot talk to daemon\n", ALONE])
def test_the_unit_does_not_need_chronyc(said):
    assert kept_by(said)[1] == "synchronised (chrony does not say with whom)"


def test_a_unit_without_network_and_with_a_good_rtc_is_all_good(machine):
    rtc(machine, Voltage(0), checked=NOON - timedelta(days=9))
    found = looked(machine)
    assert {each.verdict for each in found.values()} == {Verdict.GOOD}
    assert found["RTC"].observed[1] == "rtc-pcf8523, it never stopped, checked on 20/02/2027"
    assert "battery-backed RTC" in found["clock"].observed[1]


def test_a_unit_without_anything_is_told_why_and_what_to_do(machine):
    found = looked(machine)
    assert {each.verdict for each in found.values()} == {Verdict.WARNING}
    assert "no source has vouched" in found["clock"].observed[1]
    assert found["RTC"].observed == DOUBTS[RtcDoubt.ABSENT]
    machine.kernel.time = NOON - timedelta(days=4000)
    assert "before the newest signed date" in looked(machine)["clock"].observed[1]


def test_holdover_is_a_warning(machine):
    machine.kernel.in_step = True
    machine.now()
    machine.kernel.in_step = False
    assert looked(machine)["clock"].verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("voltage", "millivolts", "verdict", "says"),
    [
        (Voltage(0), None, Verdict.GOOD, "good"),
        (Voltage.BACKUP_LOW, None, Verdict.WARNING, "low"),
        (Voltage.BACKUP_EMPTY, None, Verdict.WARNING, "empty or absent"),
        (None, 2987, Verdict.GOOD, "good (2.99 V)"),
        (None, 12, Verdict.WARNING, "empty or absent (0.01 V)"),
        (None, None, Verdict.WARNING, "the chip does not tell"),
    ],
)
def test_the_battery_is_a_finding_of_its_own(machine, voltage, millivolts, verdict, says):
    rtc(machine, voltage, millivolts)
    found = looked(machine)["RTC battery"]
    assert (found.verdict, found.observed[1]) == (verdict, says)


@pytest.mark.parametrize(
    ("voltage", "checked", "doubt"),
    [
        (Voltage.DATA_INVALID, NOON, RtcDoubt.STOPPED),
        (None, NOON, RtcDoubt.UNTOLD),
        (Voltage(0), NOON - timedelta(days=365), RtcDoubt.DRIFTED),
        (Voltage(0), NOON + timedelta(days=1), RtcDoubt.BEHIND),
    ],
)
def test_an_rtc_that_does_not_count_says_why_and_what_to_do(machine, voltage, checked, doubt):
    rtc(machine, voltage, checked=checked)
    found = looked(machine)["RTC"]
    assert (found.verdict, found.observed, found.do) == (Verdict.WARNING, DOUBTS[doubt], REMEDIES[doubt])


def test_the_technicians_word_on_the_chip_counts(machine):
    machine.settings = ClockSettings(rtc_proof=RtcProof.RESTART)
    rtc(machine, None, 2987)
    assert looked(machine)["RTC"].verdict is Verdict.GOOD


def test_there_are_words_for_everything():
    told = ((STATES, ClockState), (SOURCES, TimeSource), (DISBELIEFS, Disbelief), (DOUBTS, RtcDoubt), (REMEDIES, RtcDoubt))
    for words, kinds in told:
        assert set(words) == set(kinds)
        assert all(vietnamese and english and vietnamese != english for vietnamese, english in words.values())


def test_chronyc_that_is_not_there_or_fails_says_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chronyc() is None
    fake = tmp_path / "chronyc"
    fake.write_text("#!/bin/sh\necho 506 Cannot talk to daemon; exit 1\n")
    fake.chmod(0o755)
    assert chronyc() is None
    fake.write_text(f"#!/bin/sh\nprintf '%s' '{WITH.strip()}'\n")
    assert chronyc() == WITH.strip()
