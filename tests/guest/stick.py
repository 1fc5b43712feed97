"""A courier's USB stick: a file with a FAT file system that is written out here and plugged into the guest while it runs."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.guest.machine import Machine

MEGABYTES = 64


class Stick:
    """*file* is its memory; it is formatted as shops sell it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with file.open("wb") as memory:
            memory.truncate(MEGABYTES << 20)
        subprocess.run(["mkfs.vfat", "-n", "USB", file], check=True, capture_output=True)

    @contextmanager
    def here(self) -> Iterator[Path]:
        """Its folder while it is plugged in out here."""
        folder = self._file.with_suffix(".mounted")
        folder.mkdir(exist_ok=True)
        subprocess.run(["mount", "-o", "loop", self._file, folder], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)

    def plug_into(self, machine: Machine) -> None:
        """Into the guest, as a hand does."""
        machine.monitor.do("blockdev-add", **{"node-name": "stick"}, driver="raw", file={"driver": "file", "filename": str(self._file)})
        machine.monitor.do("device_add", driver="usb-storage", id="usbstick", bus="xhci.0", drive="stick", removable=True)

    def pull_out_of(self, machine: Machine) -> None:
        """Out of the guest, whatever it does with it just then."""
        machine.monitor.do("device_del", id="usbstick")
        machine.monitor.until("DEVICE_DELETED")
        machine.monitor.do("blockdev-del", **{"node-name": "stick"})
