"""One unit in the guest: the services of deploy/ with their users, its wiring, and its journals fetched to be read out here."""

import io
import json
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from device.journal import RAM, JournalLine, read
from device.paths import Paths
from tests.guest.machine import Machine

CARRIED = Path(__file__).parent / "carried"
DEPLOY = "/opt/bangtin/deploy"
AMPLIFIER, AUDIO, DISPLAY = "bangtin-amplifier", "bangtin-audio", "bangtin-display"
CPUINFO = "/run/cpuinfo"
USERS = {AMPLIFIER: "gpio", AUDIO: "audio", DISPLAY: "video,render"}


class GuestUnit:
    """*folder* is where its files are made and its journals arrive; below it, paths are as on the unit."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine, self.paths, self._fetched = machine, Paths(folder / "unit"), folder / "fetched"

    def install(self) -> None:
        """The users, folders and services of a unit, as its package will make them; nothing is started or enabled."""
        lines = ["set -e", "getent group bangtin || groupadd --system bangtin"]
        for user, group in USERS.items():
            lines.append(f"id {user} || useradd --system --no-create-home --gid bangtin --groups {group} {user}")
        lines += [
            f"cp {DEPLOY}/systemd/bangtin-*.service /etc/systemd/system/",
            f"cp {DEPLOY}/tmpfiles.d/*.conf /etc/tmpfiles.d/",
            f"cp {DEPLOY}/udev/*.rules /etc/udev/rules.d/",
            "systemd-tmpfiles --create",
            f"mkdir -p /etc/systemd/system/{AMPLIFIER}.service.d",
            # Its sandbox lays a /proc of its own over the one in which the guest is called a Pi.
            f"printf '[Service]\\nBindReadOnlyPaths={CPUINFO}:/proc/cpuinfo\\n' > /etc/systemd/system/{AMPLIFIER}.service.d/guest.conf",
            "systemctl daemon-reload",
        ]
        self.machine.commands.run("\n".join(lines))

    def trust_clock(self) -> None:
        """The kernel is told that its clock is kept in step."""
        self.machine.commands.put("/root/in_step.py", (CARRIED / "in_step.py").read_bytes())
        self.machine.commands.run("python3 -S -E /root/in_step.py")

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
        """Carry everything in *folder*, a part of the unit's folder out here, into the guest, readable for its programs."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():  # no folder: unpacking would touch the rights of those that are there
                    archive.add(path, arcname=path.relative_to(self.paths.root), filter=_as_roots)
        self.machine.commands.put("/root/unit.tar", packed.getvalue())
        self.machine.commands.run("tar -x -f /root/unit.tar -C /")

    def start(self, *services: str) -> None:
        """Start them; they are up when they said so themselves."""
        self.machine.commands.run(f"systemctl start {' '.join(services)} || journalctl -b -n 40 --no-pager -u {services[0]}")

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


def _as_roots(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode |= 0o444
    return entry
