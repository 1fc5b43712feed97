"""A publisher and one unit with version 1.3.0, below a folder of its own in which a real dpkg works."""

from pathlib import Path

from bundle.software import Health, Release, Stage
from device.packages import read_debian
from device.paths import Paths
from evidence.signing import new_key
from tests.simulators.content import CHANNEL, release_of
from tests.simulators.debs import empty_debian, install, named
from tests.simulators.publisher import Publisher
from tests.simulators.upgrading import SimulatedUnit

REGISTRY, STRANGER = new_key(), new_key()
ONE_STAGE = (Stage(percent=100, hours=0),)
HEALTH = Health(quiet=60.0, settle=60.0, trial=120.0, report=600.0, restarts=1, cut_offs=2)


class Village:
    """A publisher and one unit with version 1.3.0; packages are made once for all tests of this file."""

    def __init__(self, folder: Path, debs: dict[str, bytes]) -> None:
        self.debs = debs
        self.publisher = Publisher(folder / "publisher", [CHANNEL])
        paths = Paths(folder / "unit")
        empty_debian(paths)
        install(paths, folder, debs["wheels-a"], debs["1.3.0"], debs["libdemo-1"])
        home = paths.versions
        for link in ("current", "good"):
            (home / link).symlink_to("1.3.0")
        self.unit = SimulatedUnit(folder / "unit", self.publisher, REGISTRY)

    def publish(self, number: str = "1.4.0", software: str | None = None, names: tuple[str, ...] = (), **other: object) -> Release:
        software = software or number
        packages = [named(self.debs[software], f"bangtin-{software}", software)]
        packages += [named(self.debs[name], *describe(name)) for name in names]
        fields = {"stages": ONE_STAGE, "health": HEALTH, "software": software, **other}
        release = release_of(self.publisher.now, *packages, number=number, **fields)  # type: ignore[arg-type]
        blobs = [self.debs[software], *(self.debs[name] for name in names)]
        self.publisher.release_software(CHANNEL, release, blobs)
        self.unit.shelve(*blobs)
        return release

    def offer(self, number: str = "1.4.0", n: int = 1, **other: object) -> Release:
        release = self.publish(number, **other)  # type: ignore[arg-type]
        self.unit.permit(number, n=n)
        return release

    @property
    def installed(self) -> set[str]:
        debian = read_debian(self.unit.paths)
        assert debian is not None
        return set(debian.installed) - {"dpkg"}


def describe(name: str) -> tuple[str, str]:
    return ("libdemo", name.removeprefix("libdemo-")) if name.startswith("libdemo") else (f"bangtin-{name}", "1")
