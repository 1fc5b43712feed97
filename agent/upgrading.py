"""What the agent does for an upgrade: it fetches the packages that are lacking, within the permit, and says when all of them are here."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from agent.permits import Permits
from agent.pull.blobs import stands
from agent.pull.floor import load_floor, reference_time
from agent.pull.shelving import held_pack, pack_path
from bundle.asset import Asset, blob_path
from bundle.base import BulletinClass
from bundle.software import Package, Release
from bundle.trust import Target
from bundle.trust.documents import Document, needed_by_class
from device.candidate import FileKey, key
from device.packages import read_debian
from device.paths import Paths
from device.status import write_volatile
from device.unit import UnitRecord
from device.upgrades import History, read_history
from director.moment import Moment
from evidence.permit import withheld

T = TypeVar("T")
EVERY = 60.0
"""Seconds, at most, between two looks at whether a release is ready: what the caretaker did is only told by the dates of its files."""


class _Reading(Generic[T]):
    """What *read* makes of the file at *path*; asked often, done again only when the file was replaced."""

    def __init__(self, path: Path, read: Callable[[], T]) -> None:
        self._path, self._read = path, read
        self._seen: FileKey | None = key(path)
        self._made = read()

    def now(self) -> T:
        """What it says now."""
        if (seen := key(self._path)) != self._seen:
            self._seen, self._made = seen, self._read()
        return self._made


class Upgrading:
    """The upgrades of the unit *record*, below the embedded *root*, as far as *permits* allow; *now* is the moment."""

    def __init__(self, paths: Paths, record: UnitRecord, root: bytes, permits: Permits, now: Callable[[], Moment]) -> None:
        self.permits = permits
        self._paths, self._unit, self._now = paths, record.unit, now
        self._debian = _Reading(paths.dpkg_status, lambda: read_debian(paths))
        self._history = _Reading(paths.upgrades, lambda: _history(paths))
        self._releases = [
            _Reading(pack_path(paths.shelf, channel, Target.SOFTWARE), partial(_release, paths, channel, root))
            for channel in record.channels
        ]

    def wanted(self, document: Document, free: bool) -> Mapping[BulletinClass, Mapping[str, Asset]]:
        """The blobs that this unit wants of *document*. Packages that cost money wait for their permit; by a *free* road they do not."""
        if not isinstance(document, Release):
            return needed_by_class(document)
        due = free or not self._withheld(document)
        return {BulletinClass.ROUTINE: {package.sha256: package for package in self._lacking(document) or ()} if due else {}}

    def kept(self, document: Document) -> dict[str, Asset]:
        """The blobs of *document* that a sweep leaves on the shelf."""
        return {name: asset for assets in self.wanted(document, True).values() for name, asset in assets.items()}

    def tell(self) -> None:
        """Leave the hint for the caretaker while a release waits to be installed, and take it away when none does."""
        ready = sorted(release.number for each in self._releases if (release := each.now()) and self._ready(release))
        told, path = "\n".join(ready).encode(), self._paths.upgrade_wanted
        if not ready:
            path.unlink(missing_ok=True)
        elif not path.exists() or path.read_bytes() != told:
            write_volatile(path, told)

    def _ready(self, release: Release) -> bool:
        lacking = self._lacking(release)
        if lacking is None or self._withheld(release):
            return False
        return all(stands(self._paths.shelf / blob_path(package.sha256), package) for package in lacking)

    def _lacking(self, release: Release) -> tuple[Package, ...] | None:
        """What is not installed yet; ``None`` when the release is none of this unit's business, or no more."""
        debian, history = self._debian.now(), self._history.now()
        build = debian.build(release) if debian else None
        if debian is None or build is None or history is None or history.settled(release.number):
            return None
        return debian.lacks(build)

    def _withheld(self, release: Release) -> str:
        surely = reference_time(self._now(), load_floor(self._paths.shelf))
        return withheld(release, self.permits.of(release.channel), self._unit, surely)


def _release(paths: Paths, channel: str, root: bytes) -> Release | None:
    held = held_pack(paths, channel, Target.SOFTWARE, root)
    return held.document if held is not None and isinstance(held.document, Release) else None


def _history(paths: Paths) -> History | None:
    """``None`` when it is damaged: the caretaker says so, and nothing is fetched for it meanwhile."""
    try:
        return read_history(paths)
    except ValidationError:
        return None
