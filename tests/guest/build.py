"""``python -m tests.guest.build`` makes the guest's kernel and disk in build/guest/, once for each recipe, and says what it does."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.guest import root
from tests.guest.debian import kernel_version
from tests.guest.initramfs import initramfs
from tests.guest.kernel import fetch_kernel, plain_image, with_needs
from tests.guest.recipe import BUILT, START_MODULES, digest

BEGAN = time.monotonic()


@dataclass(frozen=True)
class Image:
    """The files that QEMU boots from."""

    folder: Path

    @property
    def kernel(self) -> Path:
        """The kernel, an ELF file."""
        return self.folder / "kernel"

    @property
    def initramfs(self) -> Path:
        """Its first files in RAM."""
        return self.folder / "initramfs"

    @property
    def disk(self) -> Path:
        """The first disk, raw; never written to, machines lay their own layer over it."""
        return self.folder / "disk.ext4"


def present() -> Image:
    """The image of today's recipe; ``FileNotFoundError`` when it was not built."""
    image = Image(BUILT / digest(kernel_version()))
    if not image.disk.exists():
        raise FileNotFoundError(f"{image.folder}: máy khách chưa dựng / the guest is not built; make guest")
    return image


def build() -> Image:
    """The image of today's recipe, built if it is not there; older ones are removed."""
    try:
        return present()
    except FileNotFoundError:
        pass
    if os.getuid() != 0:
        raise SystemExit("dựng máy khách cần quyền root / building the guest needs root")
    version = kernel_version()
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    shutil.rmtree(BUILT, ignore_errors=True)
    work = BUILT / "work"
    say(f"nhân Debian {version} và gpio-sim / Debian's kernel, and gpio-sim from its source")
    modules = fetch_kernel(version, work / "kernel")
    say("hệ Debian nhỏ / a small Debian")
    root.debian(work / "root")
    say("thư viện Python / the Python libraries")
    root.libraries(work / "root")
    root.kernel_modules(work / "root", modules)
    root.settle(work / "root")
    say("ảnh đĩa / the disk image")
    image = Image(BUILT / digest(version))
    image.folder.mkdir()
    image.kernel.write_bytes(plain_image(work / "kernel"))
    image.initramfs.write_bytes(initramfs(modules, with_needs(modules, START_MODULES), Path("/bin/busybox")))
    part = image.disk.with_suffix(".part")
    root.image(work / "root", part)
    part.rename(image.disk)
    shutil.rmtree(work)
    say(f"xong / done: {image.folder}, {sum(file.stat().st_blocks for file in image.folder.iterdir()) >> 11} MB")
    return image


def say(what: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"== {time.monotonic() - BEGAN:6.1f} s  {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    build()
