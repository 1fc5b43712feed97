"""The guest's first files in RAM: busybox, the modules of the disk, and a start of ten lines, as a cpio archive."""

import lzma
from collections.abc import Iterable
from pathlib import Path

FOLDER, PROGRAM, FILE = 0o040755, 0o100755, 0o100644

START = b"""#!/bin/busybox sh
# Loads what the disk needs, waits for it, and hands over to the system on it.
b=/bin/busybox
$b mount -t devtmpfs dev /dev; $b mount -t proc proc /proc; $b mount -t sysfs sys /sys
for module in $($b cat /modules/order); do $b insmod /modules/$module; done
until [ -b /dev/vda ]; do $b usleep 50000; done
$b mount -t ext4 -o noatime /dev/vda /disk || exec $b sh
exec $b switch_root /disk /sbin/init
"""


def initramfs(modules: Path, files: Iterable[Path], busybox: Path) -> bytes:
    """The archive with *files* of the folder *modules* and the static *busybox*."""
    entries = [(name, FOLDER, b"") for name in ("bin", "dev", "proc", "sys", "modules", "disk")]
    entries += [("init", PROGRAM, START), ("bin/busybox", PROGRAM, busybox.read_bytes())]
    order = []
    for file in files:
        data = (modules / file).read_bytes()
        order.append(file.name.removesuffix(".xz"))
        entries.append((f"modules/{order[-1]}", FILE, lzma.decompress(data) if file.suffix == ".xz" else data))
    return _cpio([*entries, ("modules/order", FILE, " ".join(order).encode())])


def _cpio(entries: Iterable[tuple[str, int, bytes]]) -> bytes:
    """The format "newc" (Linux, Documentation/driver-api/early-userspace/buffer-format.rst): each part is filled up to four bytes."""
    out = bytearray()
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        path = name.encode() + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
        out += b"070701" + b"".join(b"%08x" % field for field in fields) + path
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return bytes(out)
