"""The block device below a folder, and what the kernel tells of it: the file system's errors, and how worn its card says it is."""

import os
from pathlib import Path

from device.paths import Paths
from device.sysfs import text, whole_number


def block_device(paths: Paths, folder: Path) -> Path | None:
    """The kernel's folder of the partition on which *folder* lies; None for RAM and file systems of several devices."""
    number = folder.stat().st_dev
    link = paths.root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    return link.resolve() if link.exists() else None


def card_folder(device: Path | None) -> Path | None:
    """Where the kernel tells about the card of a partition."""
    if device is None:
        return None
    for folder in (device / "device", device.parent / "device"):
        if (folder / "date").exists() or (folder / "name").exists():
            return folder
    return None


def file_system_errors(paths: Paths, device: Path | None) -> int | None:
    """The errors that ext4 has counted since it was last checked; None where nobody counts."""
    return None if device is None else whole_number(paths.root / "sys/fs/ext4" / device.name / "errors_count")


def reserve_level(card: Path | None) -> int | None:
    """``pre_eol_info`` of eMMC and some cards: 1 normal, 2 consumed 80 % of its reserve, 3 urgent (JEDEC JESD84-B51, EXT_CSD 267)."""
    return None if card is None else whole_number(card / "pre_eol_info")


def life_used(card: Path | None) -> int | None:
    """The per cent of its life that an eMMC has used, in tens and rounded up, the worse of its two kinds of memory; 110 is beyond its end.

    ``life_time``, JEDEC JESD84-B51, EXT_CSD 268 and 269; 0 there is not told. An SD card has no such file.
    """
    words = text(card / "life_time").split() if card is not None else []
    try:
        steps = [int(word, 16) for word in words]
    except ValueError:
        return None
    told = [step for step in steps if 1 <= step <= 11]
    return max(told) * 10 if told else None
