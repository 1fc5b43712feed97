"""The unit's clock on a machine whose clocks are stepped, lost and found again: what it tells, and what outlives what."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bundle.trust import ChannelMarks, Marks, Target
from bundle.trust.marks import TargetMark
from device import clock
from device.clock import BUILT, RTC_AGAIN, RTC_EVERY, ManualClock, ShiftedClock, SystemClock, make_clock
from device.durable import replace
from device.kernel_time import EARLIEST, LATEST, LinuxKernel, ManualKernel, instant
from device.paths import Paths
from device.rtc import ManualRtc, RtcReading, RtcRecord, Voltage
from device.settings import ClockDriver, ClockSettings, RtcProof, Settings
from evidence.records import ClockState, TimeSource

NOON = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)
WELL = Voltage(0)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
TRUSTED, HOLDOVER, UNKNOWN = ClockState.TRUSTED, ClockState.HOLDOVER, ClockState.UNKNOWN


class Machine:
    """A unit with clocks that move when told; `clock` is one program's."""

    def __init__(self, folder: Path, wall: datetime = NOON) -> None:
        self.paths, self.kernel, self.rtc = Paths(folder), ManualKernel(wall), ManualRtc()
        self.restart()

    def restart(self) -> None:
        """The program starts again; the boot goes on."""
        self.clock = SystemClock(self.paths, kernel=self.kernel, rtc=self.rtc)

    def reboot(self, wall: datetime, boot: str = "boot-2") -> None:
        """The power goes and comes back: RAM is empty, the time is what the machine makes of it."""
        for path in self.paths.run.rglob("trusted-*"):
            path.unlink()
        self.kernel.time, self.kernel.seconds, self.kernel.name, self.kernel.in_step = wall, 5.0, boot, False
        self.restart()

    def check_rtc(self, when: datetime) -> None:
        replace(self.paths.rtc, RtcRecord(name="rtc-pcf8523", checked=when).model_dump_json().encode())

    def rtc_says(self, time: datetime | None, voltage: Voltage | None = WELL) -> None:
        self.rtc.reading = RtcReading("rtc-pcf8523", time, self.kernel.seconds, voltage)

    @property
    def told(self) -> tuple[datetime, ClockState, TimeSource]:
        moment = self.clock.now()
        return moment.wall, moment.state, self.clock.source


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_octoprint_3266_time_does_not_run_backwards_after_a_power_cut(machine: Machine) -> None:
    """A Pi without RTC wakes up in 1970: the wall stays at the newest signed date and is not believed."""
    machine.kernel.in_step = True
    assert machine.told == (NOON, TRUSTED, TimeSource.NTP)
    machine.reboot(EARLIEST)
    assert machine.told == (BUILT, UNKNOWN, TimeSource.NONE)


def test_a_clock_that_loses_its_network_runs_on(machine: Machine) -> None:
    machine.kernel.in_step = True
    assert machine.told == (NOON, TRUSTED, TimeSource.NTP)
    machine.kernel.in_step = False
    machine.kernel.advance(30 * DAY)
    assert machine.told == (later(30 * DAY), HOLDOVER, TimeSource.NONE)


def test_trust_of_this_boot_survives_a_restart_of_the_program_and_not_a_reboot(machine: Machine) -> None:
    machine.kernel.in_step = True
    machine.clock.now()
    machine.kernel.in_step = False
    machine.restart()
    assert machine.told == (NOON, HOLDOVER, TimeSource.NONE)
    machine.reboot(later(HOUR))
    assert machine.told[1] is UNKNOWN


@pytest.mark.parametrize(
    "mark", [b"", b"boot-1", b"{}", b'{"boot":"boot-1","began":7}', b'{"boot":"boot-1","began":"2027-03-01T04:00:00"}']
)
def test_a_mark_that_cannot_be_read_claims_nothing(machine: Machine, mark: bytes) -> None:
    machine.kernel.in_step = True
    machine.clock.now()
    (path,) = machine.paths.run.rglob("trusted-*")
    path.write_bytes(mark)
    machine.kernel.in_step = False
    machine.restart()
    assert machine.told[1] is UNKNOWN


def test_a_mark_of_another_boot_claims_nothing(machine: Machine) -> None:
    machine.kernel.in_step = True
    machine.clock.now()
    machine.kernel.in_step, machine.kernel.name = False, "boot-2"
    machine.restart()
    assert machine.told[1] is UNKNOWN


@pytest.mark.parametrize("step", [-3 * HOUR, 3 * HOUR])
def test_a_time_service_that_steps_the_clock_is_followed_both_ways(machine: Machine, step: float) -> None:
    """It was wrong before: an hour that stands still until it is right again would be wrong for three hours more."""
    machine.kernel.in_step = True
    before = machine.clock.now()
    machine.kernel.advance(10)
    machine.kernel.step(step)
    after = machine.clock.now()
    assert (after.wall, after.state) == (later(step + 10), TRUSTED)
    assert after.mono - before.mono == 10, "durations come from the clock that nobody can set"
    machine.kernel.in_step = False
    machine.kernel.advance(10)
    assert machine.told == (later(step + 20), HOLDOVER, TimeSource.NONE)
    machine.restart()
    assert machine.told[1] is HOLDOVER, "the mark followed the step"


def test_a_time_service_thirteen_years_ahead_is_not_believed_and_its_successor_is(machine: Machine) -> None:
    machine.kernel.in_step = True
    machine.clock.now()
    machine.kernel.step(13 * 365.25 * DAY)
    assert machine.told == (BUILT, UNKNOWN, TimeSource.NONE)
    machine.kernel.step(-13 * 365.25 * DAY)
    assert machine.told == (NOON, TRUSTED, TimeSource.NTP)


@pytest.mark.parametrize("step", [-3 * HOUR, -3.0, 3.0, HOUR, 13 * 365.25 * DAY, -100 * 365.25 * DAY])
def test_a_clock_that_a_hand_set_is_unknown_until_it_is_put_back(machine: Machine, step: float) -> None:
    machine.kernel.in_step = True
    machine.clock.now()
    machine.kernel.in_step = False  # the kernel says so itself when somebody sets the time
    machine.kernel.step(step)
    assert machine.told[1] is UNKNOWN
    machine.restart()
    assert machine.told[1] is UNKNOWN
    machine.kernel.time = later(0)
    assert machine.told == (NOON, HOLDOVER, TimeSource.NONE)


def test_a_small_step_does_not_turn_holdover_back(machine: Machine) -> None:
    machine.kernel.in_step = True
    machine.clock.now()
    machine.kernel.in_step = False
    machine.kernel.advance(1)
    machine.kernel.step(-1.9)
    assert machine.told == (later(1), HOLDOVER, TimeSource.NONE)


def test_the_mark_is_written_only_when_the_clock_was_stepped(machine: Machine) -> None:
    machine.kernel.in_step = True
    machine.clock.now()
    (path,) = machine.paths.run.rglob("trusted-*")
    path.unlink()
    machine.kernel.advance(DAY)
    machine.clock.now()
    assert not path.exists()
    machine.kernel.step(1)
    machine.clock.now()
    assert path.exists()


def test_a_good_rtc_carries_the_time_over_a_power_cut(machine: Machine) -> None:
    machine.check_rtc(NOON - timedelta(days=30))
    machine.reboot(later(DAY))
    machine.rtc_says(later(DAY))
    assert machine.told == (later(DAY), TRUSTED, TimeSource.RTC)
    machine.kernel.advance(40 * MINUTE)
    machine.rtc_says(later(DAY + 40 * MINUTE))
    assert machine.told == (later(DAY + 40 * MINUTE), TRUSTED, TimeSource.RTC)
    machine.rtc_says(None)
    machine.kernel.advance(RTC_EVERY)
    assert machine.told == (later(DAY + 40 * MINUTE + RTC_EVERY), HOLDOVER, TimeSource.NONE)


def test_an_rtc_that_stopped_or_never_told_carries_nothing(machine: Machine) -> None:
    machine.check_rtc(NOON - timedelta(days=30))
    for time, voltage in ((None, None), (NOON, Voltage.DATA_INVALID), (NOON, None)):
        machine.reboot(NOON)
        machine.rtc_says(time, voltage)
        assert machine.told[1] is UNKNOWN
    machine.clock = SystemClock(machine.paths, ClockSettings(rtc_proof=RtcProof.RESTART), kernel=machine.kernel, rtc=machine.rtc)
    assert machine.told == (NOON, TRUSTED, TimeSource.RTC), "the technician says how this chip shows it"


def test_an_rtc_is_asked_seldom_when_good_often_when_not_and_never_when_nobody_needs_it(machine: Machine) -> None:
    asked: list[float] = []

    def read() -> RtcReading | None:
        asked.append(machine.kernel.seconds)
        return machine.rtc.reading

    clock = SystemClock(machine.paths, kernel=machine.kernel, rtc=type("Asked", (), {"read": staticmethod(read)})())
    machine.kernel.in_step = True
    clock.now()
    assert asked == []
    clock.look(closely=True)
    assert len(asked) == 1
    machine.kernel.in_step = False
    for _ in range(4):
        machine.kernel.advance(RTC_AGAIN)
        clock.now()
        clock.now()
    assert len(asked) == 5
    machine.check_rtc(NOON)
    machine.kernel.advance(RTC_AGAIN)
    machine.rtc_says(machine.kernel.time)
    clock.now()
    machine.kernel.advance(RTC_EVERY - 1)
    clock.now()
    assert len(asked) == 6
    machine.kernel.advance(1)
    clock.now()
    assert len(asked) == 7


def test_a_network_corrects_an_rtc_that_was_wrong(machine: Machine) -> None:
    machine.check_rtc(NOON)
    machine.reboot(later(3 * HOUR))
    machine.rtc_says(later(3 * HOUR))
    assert machine.told == (later(3 * HOUR), TRUSTED, TimeSource.RTC)
    machine.kernel.step(-3 * HOUR)
    machine.kernel.in_step = True
    assert machine.told == (NOON, TRUSTED, TimeSource.NTP)


def test_a_signed_date_that_arrives_lifts_the_clock_at_once(machine: Machine) -> None:
    signed = NOON + timedelta(days=300)
    assert machine.told[0] == NOON
    marks = Marks(channels={"vn": ChannelMarks(targets={Target.STOP: TargetMark(root=1, targets=1, version=1, snapshot=1, issued=signed)})})
    replace(machine.paths.marks("audio"), marks.model_dump_json().encode())
    assert machine.told == (signed, UNKNOWN, TimeSource.NONE)
    machine.paths.marks("audio").write_bytes(b"{damaged")
    assert machine.told[0] == signed, "a damaged file takes nothing back"


def signed_in(epoch: int, date: datetime) -> bytes:
    mark = TargetMark(epoch=epoch, root=epoch, targets=1, version=1, snapshot=1, issued=date)
    return Marks(channels={"vn": ChannelMarks(targets={Target.STOP: mark})}).model_dump_json().encode()


def test_a_date_of_revoked_keys_lets_go_of_the_clock_when_any_program_knows_better(machine: Machine) -> None:
    far = NOON + timedelta(days=3000)
    machine.kernel.in_step = True
    for program in ("display", "audio"):
        replace(machine.paths.marks(program), signed_in(1, far))
    assert machine.told == (far, UNKNOWN, TimeSource.NONE)
    replace(machine.paths.marks("display"), signed_in(2, NOON))
    assert machine.told == (NOON, TRUSTED, TimeSource.NTP)
    replace(machine.paths.marks("display"), signed_in(1, far))
    assert machine.told[0] == NOON, "and it does not come back"
    machine.restart()
    assert machine.told[0] == far, "only a unit that lost its own marks would have to be told again"


@pytest.mark.parametrize("wall", [EARLIEST, datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC), datetime(2106, 2, 8, tzinfo=UTC), LATEST])
@pytest.mark.parametrize("synchronised", [True, False])
def test_no_date_crashes_a_record(machine: Machine, wall: datetime, synchronised: bool) -> None:
    machine.kernel.time, machine.kernel.in_step = wall, synchronised
    machine.rtc_says(wall)
    moment = machine.clock.now()
    assert moment.state is UNKNOWN
    assert moment.stamp().wall >= BUILT
    assert moment.local("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(("seconds", "year"), [(-1e30, 1970), (0, 1970), (2**31 + 0.5, 2038), (9.3e9, 2200), (1e300, 2200)])
def test_any_number_of_seconds_is_a_date(seconds: float, year: int) -> None:
    assert instant(seconds).year == year


def test_the_kernel_answers(tmp_path: Path) -> None:
    moment = SystemClock(Paths(tmp_path)).now()
    assert moment.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert abs(moment.mono - float(Path("/proc/uptime").read_text().split()[0])) < 5
    assert isinstance(LinuxKernel().synchronised(), bool)
    assert abs((LinuxKernel().wall() - datetime.now(UTC)).total_seconds()) < 5


def test_a_shifted_clock_is_simulated_and_follows_its_file(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    shifted = make_clock(Settings(clock=ClockSettings(driver=ClockDriver.SHIFTED)), paths)
    assert isinstance(shifted, ShiftedClock)
    assert (shifted.simulated, shifted.source) == (True, None)
    before = shifted.now().wall
    paths.run.mkdir(parents=True)
    paths.clock_offset.write_text("86400")
    assert timedelta(days=1) <= shifted.now().wall - before < timedelta(days=1, minutes=1)


def test_the_system_clock_is_the_default_and_has_the_settings_of_its_rtc(tmp_path: Path) -> None:
    settings = Settings(clock=ClockSettings(rtc_drift_ppm=5))
    found = make_clock(settings, Paths(tmp_path))
    assert isinstance(found, SystemClock)
    assert (found.simulated, found.settings) == (False, settings.clock)


def test_a_manual_clock_moves_only_when_told() -> None:
    found = ManualClock.at(NOON)
    assert found.now() == found.now()
    found.advance(60)
    assert found.now().wall == NOON + timedelta(minutes=1)
    assert found.now().mono == 160.0


def test_a_command_that_may_not_write_can_still_look(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(clock, "write_volatile", refused)
    machine.kernel.in_step = True
    assert machine.told == (NOON, TRUSTED, TimeSource.NTP)
    machine.kernel.in_step = False
    assert machine.told[1] is HOLDOVER


def test_programs_of_one_user_may_find_the_time_at_the_same_instant(tmp_path: Path) -> None:
    """From a checkout all programs run as one user; none may stumble over another's half-written mark."""
    code = (
        "import sys\nfrom datetime import datetime, UTC, timedelta\nfrom pathlib import Path\n"
        "from device.clock import SystemClock\nfrom device.kernel_time import ManualKernel\nfrom device.paths import Paths\n"
        "kernel = ManualKernel(datetime(2027, 3, 1, tzinfo=UTC), in_step=True)\n"
        "clock = SystemClock(Paths(Path(sys.argv[1])), kernel=kernel)\n"
        "for _ in range(1500):\n    kernel.step(1)\n    clock.now()\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in running] == [("", 0)] * 3
