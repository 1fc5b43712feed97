"""The image of a unit as ``apt install`` leaves it on the clean Debian: made by emulation once for each set of packages, and kept."""

import fcntl
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.guest import root
from tests.guest.debs import Debs, digest_of
from tests.guest.image import Image
from tests.guest.machine import Machine

INSTALL = "cd /mnt && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ./*.deb"
PATIENCE = 3600.0
"""Seconds out here: emulation compiles every module of Python."""


def installed(clean: Image, packages: Debs) -> Image:
    """*clean* with *packages* installed: the libraries first, because they take long and most versions share them."""
    with (clean.folder / "installing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        libraries = _with(clean, [packages.wheels], "libraries")
        return _with(libraries, [packages.product], "installed")


def said(image: Image) -> str:
    """What apt and the packages said while they were installed."""
    return image.disk.with_suffix(".log").read_text(encoding="utf-8")


def disk_of(files: Sequence[Path], folder: Path) -> Path:
    """A disk with *files*, made in *folder*, that a machine can be given."""
    work, disk = folder / "files", folder / "files.ext4"
    work.mkdir(parents=True)
    for file in files:
        shutil.copy(file, work)
    root.image(work, disk, sum(file.stat().st_size for file in files) // 1_000_000 + 32, "packages")
    shutil.rmtree(work)
    return disk


def drive(disk: Path) -> list[str]:
    """What QEMU is told to plug *disk* in, read only; it is ``/dev/vdb``."""
    return ["-drive", f"file={disk},if=none,id=packages,format=raw,readonly=on", "-device", "virtio-blk-pci,drive=packages"]


def _with(image: Image, files: Sequence[Path], name: str) -> Image:
    """A layer over *image* on which *files* are installed; those of that *name* which are not of today are removed."""
    disk = image.folder / f"{name}-{digest_of(files)}.qcow2"
    if not disk.exists():
        for old in image.folder.glob(f"{name}-*"):
            old.unlink()
        _install(image, files, disk)
    return replace(image, disk=disk)


def _install(image: Image, files: Sequence[Path], disk: Path) -> None:
    folder = image.folder / "installing"
    shutil.rmtree(folder, ignore_errors=True)
    machine = Machine(image, folder / "m", datetime.now(UTC), more=drive(disk_of(files, folder)))
    try:
        machine.commands.run("mount -o ro /dev/vdb /mnt")
        words = machine.commands.run(INSTALL, PATIENCE)
        machine.commands.run("umount /mnt && sync")
        machine.power_off()
    except BaseException:
        machine.close()
        raise
    disk.with_suffix(".log").write_text(words, encoding="utf-8")
    machine.layer.rename(disk)
    shutil.rmtree(folder)
