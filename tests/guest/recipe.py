"""What the guest consists of before ours is installed: Debian's packages, the kernel's modules; its digest says when to build anew."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from tests.guest.architecture import Architecture

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent
BUILT = HOUSE / "build/guest"

SYSTEM = ("systemd-sysv", "udev", "dbus", "kmod", "procps", "e2fsprogs", "iproute2", "apt", "python3")
"""A Debian that can be booted, told to install something, and watched: what we need beyond it is what our own packages ask for."""

LOOKING = ("alsa-utils", "gpiod")
"""To look at it by hand."""

START_MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic")
"""What the first disk needs, loaded before there is one."""

MODULES = (
    *START_MODULES,
    "virtio_console",
    "virtio_rng",
    "virtio_net",
    "configfs",
    "gpio-sim",
    "snd_hda_intel",
    "snd_hda_codec_generic",
    "snd_usb_audio",
    "snd_aloop",
    "xhci_pci",
    "usb_storage",
    "uas",
    "sd_mod",
    "vfat",
    "nls_cp437",
    "nls_ascii",
    "nls_iso8859_1",
    "nls_utf8",
    "i6300esb",
    "virtio_gpu",
    "autofs4",
)

IMAGE_MB = 2600
"""Room on the card, for the packages and for two releases of ours side by side."""


def digest(architecture: Architecture, kernel: str, needs: Sequence[str]) -> str:
    """Of all that an image is made from: the *kernel*'s name, what our packages need, this folder's builders, and what runs inside."""
    builders = ("recipe.py", "architecture.py", "debian.py", "kernel.py", "initramfs.py", "root.py", "build.py")
    files = [*(HERE / name for name in builders), *sorted((HERE / "inside").iterdir())]
    total = hashlib.sha256(" ".join((architecture.name, kernel, *needs)).encode())
    for file in files:
        if file.is_file():
            total.update(file.read_bytes())
    return total.hexdigest()[:16]
