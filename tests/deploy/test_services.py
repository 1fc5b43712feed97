"""The services as systemd would run them: the unit files hold what the programs need, and the programs say what systemd waits for."""

import os
import signal
import socket
import subprocess
import sys
from glob import glob

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


def patterns(path):
    """What starts a service for as long as it is there."""
    return [pattern for key in ("PathExists", "PathExistsGlob", "DirectoryNotEmpty") for pattern in values(path, key)]


STANDING = [path for path in sorted((DEPLOY / "systemd").glob("*.path")) if patterns(path)]


@pytest.mark.parametrize("path", STANDING, ids=lambda path: path.name)
def test_what_its_own_request_starts_again_cannot_start_without_end(path):
    assert all(last == "/bin/sleep 10" for last in values(path.with_suffix(".service"), "ExecStopPost")[-1:] or [""]), (
        "also after a failure"
    )
    assert values(path, "DirectoryNotEmpty") == [], "a file that its writer left half written is never taken away"


@pytest.mark.parametrize("name", ["bangtin-reboot", "bangtin-deaths", "bangtin-log"])
def test_a_half_written_request_starts_nobody_and_a_whole_one_does(name, tmp_path):
    (pattern,) = patterns(DEPLOY / f"systemd/{name}.path")

    def matching():
        # As systemd's own, and unlike that of Path, it leaves out names that begin with a dot.
        return glob(pattern.rpartition("/")[2], root_dir=tmp_path)  # noqa: PTH207

    (tmp_path / ".caretaker.json.new").touch()
    assert matching() == []
    (tmp_path / "caretaker.json").touch()
    assert matching() == ["caretaker.json"]
