"""A unit's release from the registry to the programs, and back: real registry, agent, caretaker, dpkg and programs; each a process.

What stands in for systemd is small: a version's ``activate`` ends the programs of the one before and starts its own, and the test starts
the caretaker where the path unit would.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bundle.software import Health, Stage
from caretaker.software.trial import Phase, read_trial
from device.durable import replace
from device.journal import read
from device.paths import Paths
from device.status import read_status
from device.unit import UnitRecord, write_unit
from device.upgrades import read_history, running_version
from evidence.records import Upgraded
from registry.fleet.own_keys import own_keys
from registry.rollout.commands import _in, _lines
from tests.audio.conftest import until
from tests.caretaker.conftest import in_memory
from tests.simulators.content import CHANNEL, release_of
from tests.simulators.debs import deb, empty_debian, install, named, wheels_deb
from tests.simulators.live_registry import LiveRegistry
from tests.simulators.publisher import Publisher

__all__ = ["in_memory"]
pytestmark = pytest.mark.endtoend

HEALTH = Health(quiet=2.0, settle=5.0, trial=1.0, report=30.0, restarts=0, cut_offs=2)
ACTIVATE = """#!/bin/sh
set -e
version=$(basename "$(dirname "$(dirname "$(readlink -f "$0")")")")
home=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
ln -s "$version" "$home/.current.new" && mv -T "$home/.current.new" "$home/current"
if [ "$1" != --on-trial ]; then ln -s "$version" "$home/.good.new" && mv -T "$home/.good.new" "$home/good"; fi
if [ -e "$home/pid" ]; then kill "$(cat "$home/pid")" 2>/dev/null || true; fi
setsid {python} "$home/current/program.py" "$home/../../.." </dev/null >/dev/null 2>&1 &
echo $! > "$home/pid"
"""
PROGRAM = """import json, pathlib, signal, sys, threading, time
{first}
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
root = pathlib.Path(sys.argv[1]).resolve()
boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
while not stop.is_set():
    mono = time.clock_gettime(time.CLOCK_BOOTTIME)
    for name in ("display", "audio", "amplifier"):
        at = {{"wall": "2027-05-03T01:00:00Z", "state": "trusted", "boot": boot, "mono": mono}}
        file = root / "run/bangtin/status" / f"{{name}}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{{name}}.new")
        new.write_text(json.dumps({{"format": 1, "program": name, "at": at, "ready": True}}))
        new.rename(file)
    stop.wait(0.2)
"""


def version(folder: Path, number: str, first: str = "pass") -> bytes:
    home = f"usr/lib/bangtin/{number}"
    files = {f"{home}/bin/activate": ACTIVATE.replace("{python}", sys.executable), f"{home}/program.py": PROGRAM.format(first=first)}
    return deb(folder, f"bangtin-{number}", number, files, "bangtin-wheels-a")


class Site:
    """A registry, a publisher, and a unit with its agent."""

    def __init__(self, folder: Path, registry: LiveRegistry, publisher: Publisher) -> None:
        self.folder, self.registry, self.publisher = folder, registry, publisher
        self.paths = Paths(folder / "unit")
        self.processes: list[subprocess.Popen[bytes]] = []

    async def begin(self) -> None:
        empty_debian(self.paths)
        install(self.paths, self.folder, wheels_deb(self.folder, "a"), version(self.folder, "1.3.0"))
        key = await self.registry.enrol("loa-01", f"{CHANNEL}.ban-mau", (CHANNEL,))
        now = datetime.now(UTC)
        record = UnitRecord(
            unit="loa-01",
            registry=self.registry.url,
            content=f"{self.registry.url}/content",
            place=f"{CHANNEL}.ban-mau",
            place_name="Thôn Bản Mẫu",
            channels=(CHANNEL,),
            languages=("vi",),
            enrolled_at=now,
            confirmed=now,
            root_fingerprint="a" * 64,
            registry_keys=own_keys(self.folder / "data").public,
        )
        write_unit(self.paths, record)
        replace(self.paths.key, key, 0o600)
        replace(self.paths.root_json, self.publisher.root_bytes)
        replace(self.paths.unit_toml, b'[clock]\ndriver = "shifted"\n[agent]\npoll_seconds = 2\nsticks = []\n')
        await asyncio.to_thread(subprocess.check_call, [self.paths.versions / "1.3.0/bin/activate"])
        self.start("-m", "bangtin", "agent", "run")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "BANGTIN_ROOT": str(self.paths.root)}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([sys.executable, *words], env=environment, stderr=log)
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        os.kill(int((self.paths.versions / "pid").read_text()), signal.SIGKILL)

    def publish(self, number: str, first: str = "pass") -> None:
        blob = version(self.folder, number, first)
        package = named(blob, f"bangtin-{number}", number)
        now = datetime.now(UTC).replace(microsecond=0)
        stages = (Stage(percent=100, hours=0, good=100),)
        release = release_of(now - timedelta(hours=1), package, number=number, stages=stages, health=HEALTH)
        self.publisher.release_software(CHANNEL, release, [blob], now)

    async def offered(self, number: str) -> None:
        """Wait until the agent has fetched the release, and its permit."""
        await eventually(lambda: wanted_at(self.paths) == number, f"{number} to be here and permitted")

    @property
    def versions(self) -> tuple[str | None, str | None]:
        return running_version(self.paths), running_version(self.paths, "good")

    @property
    def told(self) -> list[str]:
        return [f"{line.release} {line.outcome.value}" for line in read(self.paths.journal("caretaker")) if isinstance(line, Upgraded)]

    async def rollout(self) -> str:
        return "\n".join(await _in(self.folder / "data", _lines))


@pytest.fixture
async def site(in_memory: Path) -> AsyncIterator[Site]:
    publisher = Publisher(in_memory / "publisher", [CHANNEL], datetime.now(UTC).replace(microsecond=0))
    registry = LiveRegistry(in_memory / "data", publisher.site)
    await registry.start()
    made = Site(in_memory, registry, publisher)
    await made.begin()
    yield made
    made.end()
    await registry.stop()


def wanted_at(paths: Paths) -> str:
    """What the agent's hint says."""
    return paths.upgrade_wanted.read_text() if paths.upgrade_wanted.exists() else ""


async def eventually(check: Callable[[], object], what: str) -> None:
    """Wait without holding up the registry, which lives in this loop."""
    await asyncio.to_thread(until, check, what, 60.0)


async def test_a_good_release_a_bad_one_and_one_whose_judge_is_killed(site: Site) -> None:
    await eventually(lambda: (said := read_status(site.paths, "agent")) and said.reported, "the first report")

    site.publish("1.4.0")
    await site.offered("1.4.0")
    caretaker = site.start("-m", "caretaker.software.main")
    assert await asyncio.to_thread(caretaker.wait, 60) == 0
    assert (site.versions, site.told) == (("1.4.0", "1.4.0"), ["1.4.0 begun", "1.4.0 good"])

    site.publish("1.5.0", first="sys.exit('a board that does not come up')")
    await site.offered("1.5.0")
    caretaker = site.start("-m", "caretaker.software.main")
    assert await asyncio.to_thread(caretaker.wait, 60) == 0
    assert (site.versions, site.told[-1]) == (("1.4.0", "1.4.0"), "1.5.0 reverted")
    assert "not ready" in (read_history(site.paths).failed[0].reason)
    await eventually(lambda: "1.5.0: ĐÃ DỪNG · HALTED, 0 %" in asyncio.run(site.rollout()), "the registry to halt")

    site.publish("1.6.0")
    await site.offered("1.6.0")
    caretaker = site.start("-m", "caretaker.software.main")
    await eventually(lambda: (trial := read_trial(site.paths)) and trial.phase is Phase.TRYING, "the trial")
    caretaker.kill()
    await asyncio.to_thread(caretaker.wait)
    assert running_version(site.paths, "good") == "1.4.0", "what is on trial judges nobody"
    caretaker = site.start("-m", "caretaker.software.main")
    assert await asyncio.to_thread(caretaker.wait, 60) == 0
    assert (site.versions, site.told[-1]) == (("1.6.0", "1.6.0"), "1.6.0 good")
    assert json.loads(site.paths.status("display").read_bytes())["ready"]
    await eventually(lambda: "1.6.0: đã xong · done, 100 %" in asyncio.run(site.rollout()), "the registry to hear that it arrived")
