"""How far the clock is believed (FIELD, rules of time and power), as a table."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bundle.trust import ChannelMarks, Marks, Target
from bundle.trust.marks import TargetMark
from device import clock
from device.clock import SKEW, ManualClock, Reading, ShiftedClock, SystemClock, judge, make_clock
from device.durable import replace
from device.paths import Paths
from device.settings import ClockDriver, ClockSettings, Settings
from evidence.records import ClockState

NOON = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("synchronised", "trusted_boot", "floor", "state", "wall"),
    [
        (True, None, NOON - DAY, ClockState.TRUSTED, NOON),
        (True, "this", NOON - DAY, ClockState.TRUSTED, NOON),
        (False, "this", NOON - DAY, ClockState.HOLDOVER, NOON),
        (False, "that", NOON - DAY, ClockState.UNKNOWN, NOON),
        (False, None, NOON - DAY, ClockState.UNKNOWN, NOON),
        (False, None, NOON, ClockState.UNKNOWN, NOON),  # however recent the floor
        (True, None, NOON + SKEW, ClockState.TRUSTED, NOON + SKEW),  # the publisher's clock runs ahead a little
        (True, None, NOON + DAY, ClockState.UNKNOWN, NOON + DAY),  # whoever vouches for it, it is wrong
        (False, "this", NOON + DAY, ClockState.UNKNOWN, NOON + DAY),
    ],
)
def test_the_state_follows_the_table(
    synchronised: bool, trusted_boot: str | None, floor: datetime, state: ClockState, wall: datetime
) -> None:
    assert judge(Reading(NOON, synchronised, "this", trusted_boot), floor) == (wall, state)


def test_octoprint_3266_time_does_not_run_backwards_after_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Pi without RTC wakes up in the past: the wall stays at the newest signed date and is not believed."""
    monkeypatch.setattr(clock, "synchronised", lambda: False)
    signed = datetime.now(UTC) + timedelta(days=40)
    moment = SystemClock(Paths(tmp_path), floor=signed).now()
    assert (moment.wall, moment.state) == (signed, ClockState.UNKNOWN)


def test_trust_of_this_boot_survives_a_restart_of_the_program_and_not_a_reboot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = Paths(tmp_path)
    monkeypatch.setattr(clock, "synchronised", lambda: True)
    assert SystemClock(paths).now().state is ClockState.TRUSTED
    monkeypatch.setattr(clock, "synchronised", lambda: False)
    assert SystemClock(paths).now().state is ClockState.HOLDOVER
    monkeypatch.setattr(clock, "boot_id", lambda: "another-boot")
    rebooted = SystemClock(paths)
    rebooted._boot = "another-boot"
    assert rebooted.now().state is ClockState.UNKNOWN


def test_a_signed_date_that_arrives_lifts_the_clock_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "synchronised", lambda: False)
    paths, signed = Paths(tmp_path), datetime.now(UTC) + timedelta(days=300)
    found = SystemClock(paths)
    assert found.now().wall < signed
    marks = Marks(channels={"vn": ChannelMarks(targets={Target.STOP: TargetMark(root=1, targets=1, version=1, snapshot=1, issued=signed)})})
    replace(paths.marks("audio"), marks.model_dump_json().encode())
    assert found.now().wall == signed
    paths.marks("audio").write_bytes(b"{damaged")
    assert found.now().wall == signed, "a damaged file takes nothing back"


def test_the_build_date_is_the_first_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "synchronised", lambda: False)
    assert SystemClock(Paths(tmp_path), floor=NOON + 400 * DAY).now().wall == NOON + 400 * DAY


def test_the_kernel_answers(tmp_path: Path) -> None:
    moment = SystemClock(Paths(tmp_path)).now()
    assert moment.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert abs(moment.mono - float(Path("/proc/uptime").read_text().split()[0])) < 5
    assert isinstance(clock.synchronised(), bool)


def test_a_shifted_clock_is_simulated_and_follows_its_file(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    shifted = make_clock(Settings(clock=ClockSettings(driver=ClockDriver.SHIFTED)), paths)
    assert isinstance(shifted, ShiftedClock)
    assert shifted.simulated
    before = shifted.now().wall
    paths.run.mkdir(parents=True)
    paths.clock_offset.write_text("86400")
    assert DAY <= shifted.now().wall - before < DAY + timedelta(minutes=1)


def test_the_system_clock_is_the_default(tmp_path: Path) -> None:
    found = make_clock(Settings(), Paths(tmp_path))
    assert isinstance(found, SystemClock)
    assert not found.simulated


def test_a_manual_clock_moves_only_when_told() -> None:
    found = ManualClock.at(NOON)
    assert found.now() == found.now()
    found.advance(60)
    assert found.now().wall == NOON + timedelta(minutes=1)
    assert found.now().mono == 160.0
