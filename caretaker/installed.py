"""What one version of the product lays into the system: which links, as a reading of its folder. Changes nothing."""

import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

HOME = PurePosixPath("/usr/lib/bangtin")
CURRENT = HOME / "current"
GOOD = HOME / "good"
"""The last version that was found good: while another is on trial, it is this one that judges."""
JUDGES = frozenset(("bangtin-upgrade.service", "bangtin-upgrade.path", "bangtin-upgrade.timer"))
COPIED = frozenset((PurePosixPath("/etc/chrony/bangtin.conf"),))
"""Debian's AppArmor profile lets chronyd read in its own folder only, and looks where a link leads."""
UNITS = PurePosixPath("/etc/systemd/system")


@dataclass(frozen=True)
class Installed:
    """The version in *folder* (``…/usr/lib/bangtin/0.1.0``), below the root folder *root*, which is ``/`` on a unit."""

    folder: Path
    root: Path

    @property
    def version(self) -> str:
        """Its name."""
        return self.folder.name

    @property
    def files(self) -> tuple[PurePosixPath, ...]:
        """Where its settings belong, as paths on the unit."""
        system = self.folder / "system"
        return tuple(PurePosixPath("/", path.relative_to(system)) for path in sorted(system.rglob("*")) if path.is_file())

    @property
    def links(self) -> dict[PurePosixPath, PurePosixPath]:
        """Every link and where it leads: through ``current``, so that exchanging that one exchanges all; the judges' through ``good``."""
        through = {path: GOOD if path.name in JUDGES else CURRENT for path in self.files if path not in COPIED}
        made = {path: version / "system" / path.relative_to("/") for path, version in through.items()}
        made |= {UNITS / f"{target}.wants" / unit: made[UNITS / unit] for unit, target in self.wanted}
        return made | {PurePosixPath("/usr/bin/bangtin"): CURRENT / "bin/bangtin"}

    @property
    def wanted(self) -> tuple[tuple[str, str], ...]:
        """Units with the target that starts them, by the ``WantedBy=`` of their own files."""
        return tuple(
            (path.name, target)
            for path in self.files
            if path.parent == UNITS
            for target in _wanted_by(self.folder / "system" / path.relative_to("/"))
        )

    def read(self, folder: str) -> dict[str, bytes]:
        """The content of its settings below ``/etc``/*folder*, to be compared with another version's."""
        found = self.folder / "system/etc" / folder
        return {str(path.relative_to(found)): path.read_bytes() for path in sorted(found.rglob("*")) if path.is_file()}


def ours(root: Path, folders: Iterator[Path]) -> Iterator[Path]:
    """The links in *folders* that lead into the product, those that lead nowhere any more among them."""
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_symlink() and PurePosixPath(path.readlink()).is_relative_to(HOME) and path != root / CURRENT.relative_to("/"):
                yield path


def _wanted_by(unit: Path) -> tuple[str, ...]:
    words = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    words.read(unit, encoding="utf-8")
    return tuple(words.get("Install", "WantedBy", fallback="").split())
