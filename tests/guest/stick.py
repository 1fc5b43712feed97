"""A courier's USB stick: a file with a FAT file system that is written out here and plugged into the guest while it runs."""

import shutil
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
        self._format()

    @contextmanager
    def here(self) -> Iterator[Path]:
        """Its folder while it is plugged in out here; by mtools, because not every kernel out here knows FAT."""
        folder = self._file.with_suffix(".here")
        folder.mkdir()
        if self._listed():
            self._mtools("mcopy", "-s", "-n", "::/*", folder)
        yield folder
        self._format()
        self._mtools("mcopy", "-s", "-Q", *folder.iterdir(), "::/")
        shutil.rmtree(folder)

    def plug_into(self, machine: Machine) -> None:
        """Into the guest, as a hand does."""
        machine.monitor.do("blockdev-add", **{"node-name": "stick"}, driver="raw", file={"driver": "file", "filename": str(self._file)})
        machine.monitor.do("device_add", driver="usb-storage", id="usbstick", bus="xhci.0", drive="stick", removable=True)

    def pull_out_of(self, machine: Machine) -> None:
        """Out of the guest, whatever it does with it just then."""
        machine.monitor.do("device_del", id="usbstick")
        machine.monitor.until("DEVICE_DELETED")
        machine.monitor.do("blockdev-del", **{"node-name": "stick"})

    def _format(self) -> None:
        subprocess.run(["mkfs.vfat", "-n", "USB", self._file], check=True, capture_output=True)

    def _listed(self) -> str:
        return self._mtools("mdir", "-b", "::/").strip()

    def _mtools(self, command: str, *words: str | Path) -> str:
        return subprocess.run([command, "-i", self._file, *words], check=True, capture_output=True, text=True).stdout
