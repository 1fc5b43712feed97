"""Which file systems are sticks: a reading of the kernel's list of mounts. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

REMOVABLE = frozenset(("vfat", "exfat", "ntfs3", "fuseblk", "ext2", "ext3", "ext4", "btrfs", "f2fs", "udf", "iso9660"))
"""What people format sticks with. A network share or a bind of the unit's own card is none of these, or lies elsewhere."""

_ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Mount:
    """One line of ``/proc/self/mountinfo``; *number* tells two sticks apart that were plugged into the same place one after another."""

    number: int
    device: str
    point: str
    kind: str
    read_only: bool


def read_mounts(text: str) -> tuple[Mount, ...]:
    """Every mount in *text*; where several lie on one point, the last one is what is seen there."""
    found: dict[str, Mount] = {}
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if dash and len(fields) >= 6 and kinds and fields[0].isdigit():
            options = {*fields[5].split(","), *(kinds[2].split(",") if len(kinds) > 2 else ())}
            point = _plain(fields[4])
            found[point] = Mount(int(fields[0]), fields[2], point, kinds[0], "ro" in options)
    return tuple(found.values())


def sticks(mounts: Iterable[Mount], folders: Iterable[str], kinds: frozenset[str] = REMOVABLE) -> tuple[Mount, ...]:
    """The mounts below one of *folders* with a file system of *kinds*."""
    places = [PurePosixPath(folder) for folder in folders]
    return tuple(mount for mount in mounts if mount.kind in kinds and any(place in PurePosixPath(mount.point).parents for place in places))


def _plain(text: str) -> str:
    # The kernel writes a space in a name as \040.
    return (
        _ESCAPE.sub(lambda found: chr(int(found[1], 8)), text).encode("latin-1", "replace").decode("utf-8", "replace")
        if "\\" in text
        else text
    )
