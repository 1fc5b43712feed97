"""A card whose power can be cut: a small ext4 on a loop device, shut down without writing its log, and mounted again."""

import fcntl
import os
import shutil
import struct
import subprocess
from pathlib import Path

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2


class Card:
    """*folder* holds the image and the mount point; everything not synced when :meth:`cut` comes is lost."""

    def __init__(self, folder: Path) -> None:
        self._image = folder / "card.img"
        self.mount_point = folder / "card"
        self.mount_point.mkdir()
        with self._image.open("wb") as file:
            file.truncate(512 * 1024 * 1024)
        # The blocks of a real card; without a size mkfs takes 1 KB for a small image, and nothing is written behind our back later.
        options = ("-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0")
        subprocess.run(["mkfs.ext4", "-q", "-F", *options, str(self._image)], check=True)

    def mount(self) -> Path:
        subprocess.run(["mount", "-o", "loop", str(self._image), str(self.mount_point)], check=True)
        return self.mount_point

    def cut(self) -> None:
        """From now on nothing reaches the card."""
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def empty(self) -> None:
        """Make it fit for another cut."""
        for path in self.mount_point.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        self.unmount()

    def unmount(self) -> None:
        if self.mount_point.is_mount():
            subprocess.run(["umount", str(self.mount_point)], check=True)

    def abandon(self) -> None:
        """Unmount it also when a failed test still holds files of it open."""
        if self.mount_point.is_mount():
            subprocess.run(["umount", "--lazy", str(self.mount_point)], check=True)
