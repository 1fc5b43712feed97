"""Real processes for the loudspeaker's tests: the amplifier program and the sound process in a folder of their own."""

import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from device.journal import JournalReader
from device.paths import Paths
from evidence.records import Switched

UNIT = """
[sound]
driver = "disk"
tape = "{tape}"
[pins]
factory = "mock"
[clock]
driver = "shifted"
[[amplifier]]
line = "horn"
pin = 17
active_high = false
warm_up = {warm_up}
tail = 1.0
hold = {hold}
minimum_off = {minimum_off}
maximum_on = {maximum_on}
"""

PATIENCE = 20.0
T = TypeVar("T")


def until(condition: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Wait for *condition* to give something true; the 10 ms are a selector's, which also wakes for nothing else."""
    selector = selectors.DefaultSelector()
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := condition():
            return found
        selector.select(0.01)
    raise AssertionError(f"waited {patience} s for {what}")


class Bench:
    """One unit's folder, its running programs, and the amplifier's journal as it grows."""

    def __init__(self, root: Path, runs_here: bool = True, **wiring: Any) -> None:
        self.paths = Paths(root)
        self.tape = root / "speaker.raw"
        self.wiring = {"tape": self.tape, "warm_up": 0.5, "hold": 1.0, "minimum_off": 1.0, "maximum_on": 60.0, **wiring}
        self.paths.unit_toml.parent.mkdir(parents=True)
        self.paths.unit_toml.write_text(UNIT.format(**self.wiring))
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment: dict[str, str] = {}
        self.within: tuple[str, ...] = ()
        self._reader = JournalReader(self.paths.journal("amplifier"))
        self.switched: list[Switched] = []
        self._ram = tempfile.TemporaryDirectory(prefix="bangtin-", dir="/dev/shm") if runs_here else None
        if self._ram is not None:
            # As on a unit: a ring on a disk would make the sound wait for that disk.
            (root / "run").symlink_to(self._ram.name)

    def start(self, module: str) -> subprocess.Popen[bytes]:
        code = f"import sys; from device.paths import Paths; from {module} import run; sys.exit(run(Paths.from_environment()))"
        environment = {**os.environ, **self.environment, "BANGTIN_ROOT": str(self.paths.root)}
        process = subprocess.Popen([*self.within, sys.executable, "-c", code], env=environment)
        self.processes.append(process)
        return process

    def start_amplifier(self) -> subprocess.Popen[bytes]:
        process = self.start("audio.amplifier.main")
        until(self.paths.amplifier_socket.exists, "the amplifier's socket")
        return process

    def look(self) -> list[Switched]:
        """The amplifier's journal so far."""
        self.switched += [line for line in self._reader.new() if isinstance(line, Switched)]
        return self.switched

    def switched_to(self, active: bool, after: int = 0) -> Switched:
        """The first switch to *active* among those from index *after* on, as soon as it is written."""
        return until(lambda: next((s for s in self.look()[after:] if s.active is active), None), f"a line active={active}")

    def close(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._ram is not None:
            self._ram.cleanup()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()
