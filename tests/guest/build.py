"""``python -m tests.guest.build [arm64]`` makes the guest's kernel and clean disk in build/guest/, once a recipe, and says what it does."""

import os
import shutil
import sys
import time
from pathlib import Path

from tests.guest import root
from tests.guest.architecture import AMD64, KNOWN, Architecture
from tests.guest.debian import Apt, kernel_version
from tests.guest.debs import Debs, debs
from tests.guest.image import Image
from tests.guest.initramfs import initramfs
from tests.guest.kernel import fetch_kernel, plain_image, with_needs
from tests.guest.recipe import BUILT, START_MODULES, digest

BEGAN = time.monotonic()


def present(architecture: Architecture) -> Image:
    """The clean image of today's recipe; ``FileNotFoundError`` when it was not built."""
    image = _image(architecture, kernel_version(architecture), debs(architecture))
    if not image.disk.exists():
        raise FileNotFoundError(f"{image.folder}: máy khách chưa dựng / the guest is not built; make guest")
    return image


def build(architecture: Architecture) -> Image:
    """The clean image of today's recipe, built if it is not there; older ones are removed."""
    try:
        return present(architecture)
    except FileNotFoundError:
        pass
    if os.getuid() != 0:
        raise SystemExit("dựng máy khách cần quyền root / building the guest needs root")
    version, packages = kernel_version(architecture), debs(architecture)
    image = _image(architecture, version, packages)
    shutil.rmtree(image.folder.parent, ignore_errors=True)
    work = image.folder / "work"
    say(f"nhân Debian {version} và gpio-sim / Debian's kernel, and gpio-sim from its source")
    apt = Apt(architecture, work / "apt")
    modules = fetch_kernel(apt, architecture, version, work / "kernel")
    apt.unpack("busybox-static", work / "busybox")
    say("hệ Debian sạch / a clean Debian")
    root.debian(architecture, work / "root", packages.needs)
    root.kernel_modules(work / "root", modules)
    root.settle(work / "root")
    say("ảnh đĩa / the disk image")
    image.kernel.write_bytes(plain_image(architecture, work / "kernel"))
    image.initramfs.write_bytes(initramfs(modules, with_needs(modules, START_MODULES), work / "busybox/bin/busybox"))
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


def _image(architecture: Architecture, version: str, packages: Debs) -> Image:
    folder: Path = BUILT / architecture.name / digest(architecture, version, packages.needs)
    return Image(architecture, folder, folder / "disk.ext4")


if __name__ == "__main__":
    build(KNOWN[sys.argv[1]] if len(sys.argv) > 1 else AMD64)
