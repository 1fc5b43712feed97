"""What systemd does for the amplifier program, small: its watchdog, the command after its death, and the next start.

The numbers are those of the service file; the real systemd over real lines is in the guest.
"""

import configparser
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from device.boottime import boottime

SERVICE = Path(__file__).parent.parent.parent / "deploy/systemd/bangtin-amplifier.service"
CODE = "import sys; from device.paths import Paths; from audio.amplifier.main import run; sys.exit(run(Paths.from_environment()))"


def service():
    """WatchdogSec and RestartSec, in seconds."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(SERVICE, encoding="utf-8")
    return float(unit["Service"]["WatchdogSec"]), float(unit["Service"]["RestartSec"].removesuffix("ms")) / 1000


class Supervisor:
    """Keeps the amplifier program of *paths* running; *ready* says when each run had its lines, all inactive, *ended* when it ended."""

    def __init__(self, paths):
        self._paths, self._end = paths, threading.Event()
        self._watchdog, self._pause = service()
        self.ready, self.ended, self.barked = [], [], 0
        self.program = None
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def close(self):
        self._end.set()
        self._thread.join()

    def _run(self):
        address = self._paths.root / "notify"
        environment = {**os.environ, "BANGTIN_ROOT": str(self._paths.root), "NOTIFY_SOCKET": str(address)}
        while not self._end.is_set():
            address.unlink(missing_ok=True)
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as words:
                words.bind(str(address))
                self.program = subprocess.Popen([sys.executable, "-c", CODE], env=environment)
                self._watch(words)
                self.ended.append(boottime())
            safe = [sys.executable, "-m", "audio.amplifier.safe"]
            subprocess.run(safe, env=environment, stderr=subprocess.DEVNULL, check=True)
            self._end.wait(self._pause)

    def _watch(self, words):
        words.settimeout(0.05)
        fed = None
        while self.program.poll() is None:
            with suppress(TimeoutError):
                if b"READY" in words.recv(100):
                    self.ready.append(boottime())
                fed = boottime()
            if self._end.is_set():
                self.program.terminate()
                self.program.wait(10)
            elif fed is not None and boottime() - fed > self._watchdog:
                self.barked += 1
                self.program.send_signal(signal.SIGKILL)
                self.program.wait()
