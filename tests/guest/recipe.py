"""What the guest consists of: Debian's packages, the kernel's modules, the Python libraries; its digest says when to build anew."""

import hashlib
from pathlib import Path

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent
BUILT = HOUSE / "build/guest"

PACKAGES = (
    "systemd-sysv",
    "udev",
    "dbus",
    "kmod",
    "procps",
    "e2fsprogs",
    "python3",
    "libasound2",
    "libasound2-plugins",
    "libegl1",
    "libgles2",
    "libgbm1",
    "libgl1-mesa-dri",
    "libpangocairo-1.0-0",
    "fontconfig",
    "fonts-noto-core",
    "fonts-noto-color-emoji",
    "alsa-utils",
    "gpiod",
)
"""What a unit has of Debian, and `alsa-utils` and `gpiod` to look at it by hand. The screen is composed by mesa, here without a GPU."""

START_MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic")
"""What the first disk needs, loaded before there is one."""

MODULES = (
    *START_MODULES,
    "virtio_console",
    "virtio_rng",
    "configfs",
    "gpio-sim",
    "snd_hda_intel",
    "snd_hda_codec_generic",
    "snd_usb_audio",
    "snd_aloop",
    "xhci_pci",
    "virtio_gpu",
    "autofs4",
)

LIBRARY = "bangtin"
EXTRA = "pi"
"""The Python libraries are those of this distribution with this extra, as they stand in the lock file."""

IMAGE_MB = 1400


def digest(kernel: str) -> str:
    """Of all that an image is made from: the *kernel*'s name, this folder's builders, what runs inside, and the locked libraries."""
    builders = ("recipe.py", "debian.py", "kernel.py", "initramfs.py", "root.py", "build.py")
    files = [*(HERE / name for name in builders), *sorted((HERE / "inside").iterdir()), HOUSE / "requirements.lock"]
    total = hashlib.sha256(kernel.encode())
    for file in files:
        if file.is_file():
            total.update(file.read_bytes())
    return total.hexdigest()[:16]
