"""The services as systemd would run them: the unit files hold what the programs need, and the programs say what systemd waits for."""

import configparser
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from audio.amplifier.main import LOOK
from tests.audio.conftest import bench

__all__ = ["bench"]

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
PROGRAMS = {"bangtin-amplifier": "audio.amplifier.main", "bangtin-audio": "audio.main"}


def service(name):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / f"systemd/{name}.service", encoding="utf-8")
    return unit


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_service_is_started_again_for_ever_and_hangs_no_longer_than_its_watchdog(name):
    unit = service(name)
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert (unit["Service"]["Restart"], unit["Service"]["Type"], unit["Service"]["WatchdogSignal"]) == ("always", "notify", "SIGKILL")
    assert float(unit["Service"]["WatchdogSec"]) > 0
    assert not any(word in unit["Unit"] for word in ("Requires", "After", "BindsTo")), "no service waits for another or for the network"


def test_whatever_ends_the_amplifier_program_its_lines_are_claimed_inactive_after_it():
    unit = service("bangtin-amplifier")["Service"]
    assert LOOK < float(unit["WatchdogSec"]) < 1.0
    command = unit["ExecStopPost"].split()
    assert command[-2:] == ["-m", "audio.amplifier.safe"]
    assert not command[0].startswith("-"), "a failure to make them safe must be told"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="không có systemd / no systemd here")
@pytest.mark.parametrize("name", PROGRAMS)
def test_systemd_itself_understands_every_line(name, tmp_path):
    text = (DEPLOY / f"systemd/{name}.service").read_text(encoding="utf-8")
    (tmp_path / f"{name}.service").write_text(
        text.replace("/usr/lib/bangtin/current/bin/bangtin", "/bin/true").replace("/usr/lib/bangtin/current/bin/python", "/bin/true")
    )
    done = subprocess.run(["systemd-analyze", "verify", tmp_path / f"{name}.service"], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "Documentation" not in line and name in line]
    assert complaints == []


@pytest.mark.parametrize("module", PROGRAMS.values())
def test_a_program_says_that_it_works_and_stops_saying_so_when_it_hangs(bench, module):
    address = str(bench.paths.root / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(20)
        code = f"import sys; from device.paths import Paths; from {module} import run; sys.exit(run(Paths.from_environment()))"
        environment = {**os.environ, "BANGTIN_ROOT": str(bench.paths.root), "NOTIFY_SOCKET": address}
        program = subprocess.Popen([sys.executable, "-c", code], env=environment)
        bench.processes.append(program)
        assert manager.recv(100) == b"READY=1\nWATCHDOG=1"
        assert manager.recv(100) == b"WATCHDOG=1"
        program.send_signal(signal.SIGSTOP)
        os.waitpid(program.pid, os.WUNTRACED)
        manager.setblocking(False)
        while True:
            try:
                manager.recv(100)
            except BlockingIOError:
                break
        manager.settimeout(1.5)
        with pytest.raises(TimeoutError):
            manager.recv(100)
        program.send_signal(signal.SIGCONT)
