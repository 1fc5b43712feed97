"""One unit in a folder, and a real registry in a process of its own beside it."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from device.paths import Paths
from registry.web.commands import registry

TRUST = json.dumps({"signed": {"_type": "root", "version": 1}})
WIRING = """
[screen]
driver = "headless"
width = 320
height = 240
[sound]
driver = "disk"
tape = "{tape}"
[pins]
factory = "mock"
[[amplifier]]
line = "horn-1"
pin = 17
active_high = true
[clock]
driver = "shifted"
"""


@dataclass
class Central:
    """A running registry, and what its own command prints."""

    url: str
    folder: Path

    def grant(self, root=TRUST, **named):
        (self.folder / "root.json").write_text(root)
        options = {"place": "vn.20.06001.03", "place-name": "Thôn Bản Mẫu", "languages": "vi,km", "url": self.url, **named}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return run("grant", "--data", self.folder / "data", "--root", self.folder / "root.json", *words).strip()


COMMAND = [sys.executable, "-c", "from registry.web.commands import registry; registry()"]


def run(*words):
    """What the registry's own command prints: in a thread, because it has a loop of its own and so has who asks."""
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(CliRunner().invoke, registry, [*map(str, words)], catch_exceptions=False).result()
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="session")
def central(tmp_path_factory):
    folder = tmp_path_factory.mktemp("central")
    words = ["serve", "--port", "0", "--port-file", folder / "port", "--site", folder / "site", "--data", folder / "data"]
    process = subprocess.Popen([*COMMAND, *map(str, words)], stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    assert process.stdout.readline()
    watchdog.cancel()
    yield Central(f"http://127.0.0.1:{(folder / 'port').read_text()}", folder)
    process.terminate()
    assert process.wait(20) == 0
    process.stdout.close()


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path / "unit")


@pytest.fixture
def wired(paths):
    paths.unit_toml.parent.mkdir(parents=True)
    paths.unit_toml.write_text(WIRING.format(tape=paths.unit_toml.with_name("tape.raw")))
    return paths


def in_machine(paths, number):
    """Put the card of *paths* into the Pi with this serial *number*."""
    place = paths.root / "proc/device-tree/serial-number"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(number + "\0")
