"""The service as a process: the next step is known at once, whatever the registry takes its time for, and it rests when all is done."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing

import psutil
import pytest

from device.boottime import boottime
from device.clock import SystemClock
from device.first_boot import Step, read_first_boot
from device.status import write_status
from device.unit import UnitRecord, write_unit
from evidence.report import ProgramStatus
from provisioning.supply import watched
from tests.audio.conftest import until
from tests.provisioning.first_boot.conftest import tell
from tests.provisioning.first_boot.cutting import NOW

WITHIN = 15.0
"""Seconds on a busy machine; the field allows 60 on a Pi."""
RESTED = 4.0
RECORD = UnitRecord(
    unit="bt-1",
    registry="http://127.0.0.1:9",
    content="http://127.0.0.1:9/content",
    place="vn.20.06001.03",
    place_name="Thôn Bản Mẫu",
    channels=("vn.20.06001",),
    languages=("vi",),
    enrolled_at=NOW,
    confirmed=NOW,
    root_fingerprint="0" * 64,
)


@pytest.fixture
def start(wired):
    """The service below *wired*, with whatever systemd would listen to."""
    started = []

    def begin(**environment):
        command = [sys.executable, "-c", "from bangtin.main import main; main()", "provision", "run", "--root", str(wired.root)]
        started.append(subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL))
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def step(paths):
    told = read_first_boot(paths)
    return told.step if told else None


def test_a_registry_that_never_answers_keeps_nobody_waiting_for_the_next_step(wired, start):
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        tell(wired, f'registry = "http://127.0.0.1:{deaf.getsockname()[1]}"\n')
        start()
        until(lambda: step(wired) is Step.NETWORK, "the next step", WITHIN)
        told = read_first_boot(wired)
        assert told.progress[1] == "Asking the registry…"
        assert told.unit.startswith("bt-")


def waits(paths, seconds):
    """How long its first self-test waits for the others at most."""
    paths.unit_toml.write_text(f"{paths.unit_toml.read_text()}\n[first_boot]\nothers = {seconds}\n")


def test_the_first_self_test_waits_until_those_who_hold_screen_and_pins_have_spoken(wired, start):
    waits(wired, 600)
    start()
    until(lambda: step(wired) is Step.BOOT_FILE, "the next step", WITHIN)
    for program in ("display", "amplifier"):
        assert not read_first_boot(wired).tests, f"{program} has said nothing yet"
        write_status(wired, ProgramStatus(program=program, at=SystemClock(wired).now().stamp(), ready=True, showing="set-up", versions={}))
    until(lambda: (told := read_first_boot(wired)) and told.tests, "the self-test", 30.0)
    (screen,) = [test for test in read_first_boot(wired).tests if test.subject[1] == "screen"]
    assert screen.observed[1] == "it shows set-up"


def test_it_is_up_and_alive_for_systemd_tests_the_hardware_and_ends_cleanly(wired, start, tmp_path):
    waits(wired, 0)
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(WITHIN)
        process = start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert systemd.recv(100) == b"READY=1\nWATCHDOG=1"
        assert systemd.recv(100) == b"WATCHDOG=1"
    until(lambda: (told := read_first_boot(wired)) and told.tests, "the self-test", 30.0)
    marks = {test.subject[1]: test.mark.value for test in read_first_boot(wired).tests}
    assert marks["storage"] == "good"
    assert step(wired) is Step.BOOT_FILE
    process.send_signal(signal.SIGTERM)
    assert process.wait(WITHIN) == 0


def test_it_watches_the_power_supply_from_its_start_on(wired, start):
    alarm = wired.root / "sys/class/hwmon/hwmon0/in0_lcrit_alarm"
    alarm.parent.mkdir(parents=True)
    alarm.with_name("name").write_text("rpi_volt")
    alarm.write_text("1")
    start()
    until(lambda: (told := watched(wired)) and told.low, "the sag to be told", WITHIN)


def test_a_confirmed_unit_is_left_alone_and_costs_next_to_nothing(wired, start):
    write_unit(wired, RECORD)
    wired.root_json.write_text("{}")
    process = start()
    until(lambda: step(wired) is Step.DONE, "the end of its way", WITHIN)
    seen, watched = wired.first_boot.stat().st_mtime_ns, psutil.Process(process.pid)
    begun, since = watched.cpu_times(), boottime()
    until(lambda: boottime() > since + RESTED, "some rest", 60.0)
    share = (sum(watched.cpu_times()[:2]) - sum(begun[:2])) / (boottime() - since)
    assert share < 0.03, f"{share:.1%} of a core"
    assert wired.first_boot.stat().st_mtime_ns == seen, "and nothing is written"
