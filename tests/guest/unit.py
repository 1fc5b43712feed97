"""One unit in the guest, as its package installed it: its wiring, its services, and its journals fetched to be read out here."""

import io
import json
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from device.journal import RAM, JournalLine, read
from device.paths import Paths
from tests.guest.machine import Machine
from tests.guest.recipe import HOUSE

CARRIED = Path(__file__).parent / "carried"
UNITS = HOUSE / "deploy/systemd"
AMPLIFIER, AUDIO, DISPLAY = "bangtin-amplifier", "bangtin-audio", "bangtin-display"
AGENT, PROVISIONING = "bangtin-agent", "bangtin-provisioning"
SERVICES = (AGENT, DISPLAY, AUDIO, AMPLIFIER, PROVISIONING)
"""The programs that run all the time."""
CURRENT = "/usr/lib/bangtin/current"
"""The release in force."""


def all_but(*services: str) -> list[str]:
    """Our units without *services*: for a machine on which nothing else of ours shall run."""
    ours = {path.name for path in UNITS.glob("bangtin*.*") if path.suffix != ".md"}
    return sorted(ours - {f"{service}.service" for service in services})


def until_up(machine: Machine, *services: str) -> None:
    """Wait until systemd calls *services* active: they said themselves that they work."""
    for service in services:
        machine.commands.run(f"until systemctl -q is-active {service}; do sleep 0.2; done")


class GuestUnit:
    """*folder* is where its files are made and its journals arrive; below it, paths are as on the unit."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine, self.paths, self._fetched = machine, Paths(folder / "unit"), folder / "fetched"

    def trust_clock(self) -> None:
        """The kernel is told that its clock is kept in step, instead of chrony, which has no network here."""
        self.machine.commands.put("/root/in_step.py", (CARRIED / "in_step.py").read_bytes())
        self.machine.commands.run("systemctl stop chrony && python3 -S -E /root/in_step.py")

    def wall_and_boottime(self) -> tuple[datetime, float]:
        """The guest's two clocks at one moment."""
        said = self.machine.commands.run("python3 -S -E -c 'import time; print(time.time(), time.clock_gettime(time.CLOCK_BOOTTIME))'")
        wall, boottime = map(float, said.split())
        return datetime.fromtimestamp(wall, UTC), boottime

    def status(self, program: str) -> dict[str, object]:
        """What the program last said of itself."""
        told: dict[str, object] = json.loads(self.machine.commands.get(self.paths_there.status(program)))
        return told

    def wire(self, toml: str) -> None:
        """The technician's settings."""
        self.machine.commands.put(self.paths_there.unit_toml, toml.encode())

    @property
    def paths_there(self) -> Paths:
        """The unit's files in the guest."""
        return Paths()

    def bring(self, folder: Path) -> None:
        """Carry everything in *folder*, a part of the unit's folder out here, into the guest, as the files of those who write them."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():  # no folder: unpacking would touch the rights of those that are there
                    archive.add(path, arcname=path.relative_to(self.paths.root), filter=_as_its_writer_s)
        self.machine.commands.put("/root/unit.tar", packed.getvalue())
        self.machine.commands.run("tar -x -f /root/unit.tar -C /")

    def start(self, *services: str) -> None:
        """Start them anew; they are up when they said so themselves."""
        self.machine.commands.run(f"systemctl restart {' '.join(services)} || journalctl -b -n 40 --no-pager -u {services[0]}")

    def stop(self, *services: str) -> None:
        """Stop them, as at a shutdown."""
        self.machine.commands.run(f"systemctl stop {' '.join(services)}")

    def pid(self, service: str) -> int:
        """The process that systemd watches, 0 while there is none."""
        return int(self.machine.commands.run(f"systemctl show -P MainPID {service}"))

    def log(self, service: str) -> str:
        """What the service and systemd said of it in this boot."""
        return self.machine.commands.run(f"journalctl -b --no-pager -o short-monotonic -u {service}")

    def journal(self, program: str) -> Iterator[JournalLine]:
        """The program's journal as it lies in the guest now."""
        there, here = self.paths_there, Paths(self._fetched)
        folders = [str(folder) for folder in (there.journal(program), there.journal_ram(program))]
        # The link from the one to the other names a place in the guest.
        options = f"--exclude={RAM} --ignore-failed-read"
        self.machine.commands.run(f"tar -c -f /root/journal.tar -C / {options} {' '.join(folders)} 2>/dev/null || true")
        with tarfile.open(fileobj=io.BytesIO(self.machine.commands.get("/root/journal.tar"))) as archive:
            archive.extractall(self._fetched, filter="data")
        link = here.journal(program) / RAM
        if here.journal_ram(program).exists() and not link.exists():
            link.symlink_to(here.journal_ram(program))
        return read(here.journal(program))


def _as_its_writer_s(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    writer = AGENT if "/shelf/" in f"/{entry.name}" else "bangtin-provision"
    entry.uname, entry.gname = writer, "bangtin"
    entry.mode |= 0o444
    return entry
