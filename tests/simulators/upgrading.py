"""A unit that takes releases: the real decisions and the real files, by a driven clock, with programs that are as well as told.

``Dpkg`` below a folder of its own is the real machine; a *paper* machine keeps dpkg's list by itself, for a hundred units at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent.pull.shelving import pack_path
from bundle.asset import blob_path
from bundle.software import Package, Release, own_package
from bundle.trust import Target
from caretaker.software.diary import JournalDiary
from caretaker.software.machine import CommandFailed, Machine
from caretaker.software.surroundings import Surroundings
from caretaker.software.upgrade import Upgrade
from device.clock import ManualClock
from device.durable import replace as put
from device.journal import read
from device.packages import read_debian
from device.paths import PROGRAMS, Paths
from device.status import write_status
from device.unit import UnitRecord, write_unit
from device.upgrades import keep_permits, kept_permits, running_version
from evidence.keys import RegistryKeys
from evidence.permit import Permit, sealed_permit
from evidence.records import Upgraded
from evidence.report import ProgramStatus, Sounding
from evidence.signing import new_key, public_jwk
from tests.simulators.content import CHANNEL
from tests.simulators.debian import debian_at
from tests.simulators.publisher import Publisher

Well = Callable[[str, float], bool]
"""Whether a program is ready, so many seconds after its version became current."""


def always(_: str, __: float) -> bool:
    """Ready at once and for ever."""
    return True


def never(program: str, _: float) -> bool:
    """A version whose board does not come up."""
    return program != "display"


class PowerCut(BaseException):
    """The power went: whatever stood in memory is gone."""


class SimulatedUnit:
    """The unit *name* with version 1.3.0; *well* says how each version is, *restarts* how often its services died."""

    def __init__(self, folder: Path, publisher: Publisher, registry: bytes, name: str = "loa-1", machine: type[Machine] = Machine) -> None:
        self.paths, self.publisher, self.registry, self.name = Paths(folder), publisher, registry, name
        self.clock = ManualClock.at(publisher.now)
        self.well: dict[str, Well] = {}
        self.restarts: dict[str, int] = {}
        self.linked, self.meanwhile = True, dict[float, Callable[[], None]]()
        self.sounding: Sounding | None = None
        self.key = new_key()
        self._machine = machine
        self._since = (self.version, self.clock.now().mono)
        put(self.paths.root_json, publisher.root_bytes)
        self.record = UnitRecord(
            unit=name,
            registry="http://127.0.0.1:9",
            content="http://127.0.0.1:9/content",
            place=f"{CHANNEL}.ban-mau",
            place_name="Thôn Bản Mẫu",
            channels=(CHANNEL,),
            languages=("vi",),
            enrolled_at=publisher.now,
            confirmed=publisher.now,
            root_fingerprint="a" * 64,
            registry_keys=RegistryKeys(sealing={}, signing=public_jwk(registry)),
        )
        write_unit(self.paths, self.record)

    @property
    def version(self) -> str | None:
        """The version of ours that is current."""
        return running_version(self.paths)

    @property
    def good(self) -> str | None:
        """The version that judges."""
        return running_version(self.paths, "good")

    def shelve(self, *blobs: bytes, target: Target = Target.SOFTWARE) -> None:
        """What the agent does: the pack that is released now, and blobs."""
        put(pack_path(self.paths.shelf, CHANNEL, target), self.publisher.pack(CHANNEL, target))
        for blob in blobs:
            self.shelve_blob(blob)

    def shelve_blob(self, blob: bytes, sha256: str | None = None) -> None:
        """One blob, under its own hash or another's."""
        import hashlib

        put(self.paths.shelf / blob_path(sha256 or hashlib.sha256(blob).hexdigest()), blob)

    def permit(self, release: str, percent: int = 100, n: int = 1, key: bytes | None = None) -> None:
        """What the agent does with the registry's permit."""
        permit = Permit(channel=CHANNEL, release=release, percent=percent, n=n, until=self.clock.now().wall + timedelta(days=14))
        self.take(sealed_permit(permit, key or self.registry))

    def take(self, token: str) -> None:
        """Any token at all, as a captured agent could leave it."""
        keep_permits(self.paths, kept_permits(self.paths) | {CHANNEL: token})

    def say(self) -> None:
        """Every program writes its status, as well as the current version is."""
        now = self.clock.now()
        if self._since[0] != self.version:
            self._since = self.version, now.mono
        well = self.well.get(self.version or "", always)
        for program in PROGRAMS:
            told = ProgramStatus(program=program, at=now.stamp(), ready=well(program, now.mono - self._since[1]))
            told = told.model_copy(update={"sounding": self.sounding} if program == "audio" else {})
            told = told.model_copy(update={"reported": now.stamp()} if program == "agent" and self.linked else {})
            write_status(self.paths, told)

    def pause(self, seconds: float) -> None:
        """Time passes."""
        self.clock.advance(seconds)
        for at in sorted(self.meanwhile):
            if self.clock.now().mono >= at:
                self.meanwhile.pop(at)()
        self.say()

    def boot(self) -> None:
        """The power comes back: another boot, and what was in RAM is gone."""
        self.clock.moment = replace(self.clock.moment.later(30.0), boot=f"{self.clock.moment.boot}+", mono=20.0)
        self.restarts.clear()
        for program in PROGRAMS:
            self.paths.status(program).unlink(missing_ok=True)
        self._since = (self.version, 20.0)
        self.pause(5.0)

    def machine(self) -> Machine:
        """The machine, with the deaths that systemd would have counted."""
        made = self._machine(self.paths)
        made.restarts = lambda: dict(self.restarts)  # type: ignore[method-assign]
        return made

    def surroundings(self) -> Surroundings:
        """What the caretaker sees of it."""
        return Surroundings(self.paths, self.record, self.publisher.root_bytes, self.clock)

    def upgrade(self, machine: Machine | None = None) -> str:
        """What the caretaker does when systemd starts it."""
        self.say()
        diary = JournalDiary(self.paths, self.clock)
        return Upgrade(self.paths, self.surroundings(), machine or self.machine(), diary, self.pause).run()

    @property
    def told(self) -> list[str]:
        """What went into the journal, without what a power cut wrote twice."""
        lines = [f"{line.release} {line.outcome.value}" for line in read(self.paths.journal("caretaker")) if isinstance(line, Upgraded)]
        return [line for place, line in enumerate(lines) if place == 0 or lines[place - 1] != line]

    @property
    def why(self) -> str:
        """The reason in the last line of the journal."""
        return [line.reason or "" for line in read(self.paths.journal("caretaker")) if isinstance(line, Upgraded)][-1]


class Paper(Machine):
    """A machine without dpkg: its list of packages is kept here, and each version is a folder with nothing in it."""

    def __init__(self, paths: Paths) -> None:
        super().__init__(paths)
        self._at = paths
        if not paths.dpkg_status.exists():
            debian_at(paths, {"bangtin-1.3.0": "1.3.0"})
            self.activate("1.3.0", on_trial=False)

    def unpacked(self, files: object) -> int:
        return 0

    def mend(self, patience: float) -> None:
        pass

    def described(self, file: Path) -> tuple[str, str, str]:
        name, _, version = file.name.removesuffix(".deb").partition("_")
        return name, version, "amd64"

    def install(self, files: Sequence[Path], patience: float, back: bool = False) -> None:
        self._write({**self._installed, **{name: version for name, version, _ in map(self.described, files)}})

    def purge(self, names: Sequence[str]) -> None:
        self._write({name: version for name, version in self._installed.items() if name not in names})

    def activate(self, version: str, on_trial: bool, insist: bool = False) -> None:
        if own_package(version) not in self._installed:
            raise CommandFailed(f"{version} is not there")
        for name in ("current", *(() if on_trial else ("good",))):
            link = self._at.versions / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(version)

    @property
    def _installed(self) -> Mapping[str, str]:
        debian = read_debian(self._at)
        assert debian is not None
        return debian.installed

    def _write(self, installed: Mapping[str, str]) -> None:
        debian_at(self._at, {name: version for name, version in installed.items() if name != "dpkg"})


def packages_of(release: Release) -> tuple[Package, ...]:
    """The packages of its first build."""
    return release.builds[0].packages
