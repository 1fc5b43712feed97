"""The agent minds the clock: what it remembers of the RTC over a power cut, and when it complains."""

import errno
from datetime import UTC, datetime, timedelta

import pytest

from agent import clock_keeper
from agent.clock_keeper import EVERY, PATIENCE, ClockKeeper
from agent.session import status
from device.clock import ManualClock, SystemClock
from device.faults import Faults
from device.journal import JournalReader
from device.kernel_time import ManualKernel
from device.paths import Paths
from device.rtc import ManualRtc, RtcReading, RtcRecord, Voltage, read_record
from device.settings import ClockSettings
from evidence.records import ClockState, Fault, FaultCode, TimeSource
from tests.agent.unit_under_test import writer

NOON = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)
SETTINGS = ClockSettings()


class Rig:
    """An agent on a machine whose clocks move when told."""

    def __init__(self, folder):
        self.paths, self.kernel, self.rtc = Paths(folder), ManualKernel(NOON), ManualRtc()
        self.writer = writer(self.paths, "agent")
        self.restart()

    def restart(self, clock=None):
        self.clock = clock or SystemClock(self.paths, SETTINGS, kernel=self.kernel, rtc=self.rtc)
        self.keeper = ClockKeeper(self.paths, self.clock, SETTINGS, Faults(self.paths.journal("agent"), self.writer))

    def reboot(self, off):
        """The power is off for *off* seconds, and the RTC sets the system at boot."""
        for path in self.paths.run.rglob("trusted-*"):
            path.unlink()
        self.kernel.time += timedelta(seconds=off)
        self.kernel.seconds, self.kernel.name, self.kernel.in_step = 5.0, self.kernel.name + "x", False
        self.restart()

    def rtc_says(self, voltage=Voltage(0)):  # noqa: B008 (a flag is immutable)
        """The RTC stands where the system stands."""
        self.rtc.reading = RtcReading("rtc-pcf8523", self.kernel.time, self.kernel.seconds, voltage)

    def passes(self, seconds):
        self.kernel.advance(seconds)
        self.rtc_says()
        self.keeper.mind()

    def faults(self):
        lines = JournalReader(self.paths.journal("agent")).new()
        return [(line.code, line.active, line.detail) for line in lines if isinstance(line, Fault)]


@pytest.fixture
def rig(tmp_path):
    made = Rig(tmp_path)
    yield made
    made.writer.close()


def test_a_unit_that_was_once_connected_keeps_the_time_by_its_rtc(rig):
    rig.kernel.in_step = True
    rig.passes(700)
    assert read_record(rig.paths) == RtcRecord(name="rtc-pcf8523", checked=rig.kernel.time)
    rig.reboot(40 * 86400)
    rig.rtc_says()
    rig.keeper.mind()
    moment = rig.clock.now()
    assert (moment.wall, moment.state, rig.clock.source) == (rig.kernel.time, ClockState.TRUSTED, TimeSource.RTC)


def test_a_unit_that_never_was_connected_does_not_believe_its_rtc(rig):
    for _ in range(5):
        rig.passes(EVERY)
    rig.reboot(3600)
    rig.passes(EVERY)
    assert rig.clock.now().state is ClockState.UNKNOWN
    assert read_record(rig.paths) is None


def test_without_network_the_rtc_does_not_vouch_for_itself(rig):
    rig.kernel.in_step = True
    rig.passes(700)
    at = read_record(rig.paths).checked
    for _ in range(20):
        rig.reboot(8 * 86400)
        rig.passes(EVERY)
    assert read_record(rig.paths).checked == at
    assert rig.clock.now().state is ClockState.UNKNOWN, "160 days at 50 ppm are more than ten minutes"


def test_a_record_is_written_once_a_day(rig, monkeypatch):
    written = []
    monkeypatch.setattr(clock_keeper, "replace", lambda path, data: written.append(data) or path.write_bytes(data))
    rig.paths.rtc.parent.mkdir(parents=True, exist_ok=True)
    rig.kernel.in_step = True
    for _ in range(3 * 24 * 60):
        rig.passes(60)
    assert len(written) == 3


def test_an_empty_battery_voids_the_record_before_somebody_sets_the_clock_by_hand(rig):
    rig.kernel.in_step = True
    rig.passes(700)
    rig.reboot(3600)
    rig.rtc_says(voltage=Voltage.DATA_INVALID)
    rig.keeper.mind()
    assert read_record(rig.paths) is None
    rig.kernel.step(7200)  # by hand, and the RTC with it, which clears the flag
    rig.passes(EVERY)
    rig.reboot(3600)
    rig.passes(EVERY)
    assert rig.clock.now().state is ClockState.UNKNOWN


def test_a_hand_that_sets_system_and_rtc_gains_no_trust_by_a_reboot(rig):
    rig.kernel.in_step = True
    rig.passes(700)
    rig.kernel.in_step = False
    rig.passes(EVERY)
    rig.kernel.step(7200)
    rig.passes(EVERY)
    assert rig.clock.now().state is ClockState.UNKNOWN
    rig.reboot(60)
    rig.passes(EVERY)
    assert rig.clock.now().state is ClockState.UNKNOWN


def test_a_hand_that_sets_both_before_anything_was_trusted_gains_no_trust_either(rig):
    rig.kernel.in_step = True
    rig.passes(700)
    rig.reboot(3600)
    rig.rtc_says()
    rig.kernel.step(-1800)  # the RTC did not set the system at boot
    rig.keeper.mind()
    assert rig.clock.now().state is ClockState.UNKNOWN
    rig.kernel.step(5400)
    rig.passes(EVERY)
    assert read_record(rig.paths) is None
    rig.reboot(60)
    rig.passes(EVERY)
    assert rig.clock.now().state is ClockState.UNKNOWN


def test_a_card_that_takes_nothing_stops_nobody(rig, monkeypatch):
    def full(path, data):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(clock_keeper, "replace", full)
    rig.kernel.in_step = True
    rig.passes(700)
    assert read_record(rig.paths) is None
    monkeypatch.setattr(clock_keeper, "replace", lambda path, data: (_ for _ in ()).throw(OSError(errno.EBADF, "ours")))
    with pytest.raises(OSError, match="ours"):
        rig.passes(EVERY)


def test_an_unknown_clock_is_one_fault_until_it_is_known(rig):
    rig.keeper.mind()
    rig.kernel.advance(PATIENCE - 1)
    rig.keeper.mind()
    assert rig.faults() == [], "a time service needs a moment after each boot"
    for _ in range(3):
        rig.kernel.advance(60)
        rig.keeper.mind()
    ((code, active, detail),) = rig.faults()
    assert (code, active) == (FaultCode.CLOCK_UNKNOWN, True)
    assert "no source has vouched" in detail
    assert "there is no RTC" in detail
    rig.restart()
    rig.keeper.mind()
    rig.kernel.in_step = True
    rig.keeper.mind()
    rig.keeper.mind()
    assert [active for _, active, _ in rig.faults()] == [True, False]


def test_any_clock_that_is_unknown_is_told(rig):
    clock = ManualClock.at(NOON, ClockState.UNKNOWN)
    rig.restart(clock)
    rig.keeper.mind()
    clock.advance(PATIENCE)
    rig.keeper.mind()
    assert [code for code, _, _ in rig.faults()] == [FaultCode.CLOCK_UNKNOWN]


def test_the_agents_status_says_who_vouches_for_the_time(rig):
    rig.kernel.in_step = True
    assert status(rig.clock, True, ()).time_source is TimeSource.NTP
    rig.kernel.in_step = False
    assert status(rig.clock, True, ()).time_source is TimeSource.NONE
    assert status(ManualClock.at(NOON), True, ()).time_source is None
