"""The services as systemd would run them: the unit files hold what the programs need, and the programs say what systemd waits for."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from audio.amplifier.main import LOOK
from tests.audio.conftest import bench
from tests.deploy.units import DEPLOY, value, values

__all__ = ["bench"]

PROGRAMS = ("audio.amplifier.main", "audio.main")
AMPLIFIER = DEPLOY / "systemd/bangtin-amplifier.service"


def test_whatever_ends_the_amplifier_program_its_lines_are_claimed_inactive_before_anything_else():
    assert LOOK < float(value(AMPLIFIER, "WatchdogSec")) < 1.0
    command = values(AMPLIFIER, "ExecStopPost")[0].split()
    assert command[-2:] == ["-m", "audio.amplifier.safe"]
    assert not command[0].startswith("-"), "a failure to make them safe must be told"


@pytest.mark.parametrize("module", PROGRAMS)
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
