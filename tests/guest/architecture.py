"""What differs between the processors that a guest may have: its emulator, its kernel, and where Debian puts its libraries."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """*name* and *triplet* are Debian's; *emulator* is how QEMU is started for it, *console* the kernel's first serial line.

    *wrapped*: the kernel's file is a program that unpacks itself, from which QEMU could start the kernel directly.
    *here*: Debian's compiler for its kernel modules runs on amd64 without a prefix.
    """

    name: str
    triplet: str
    emulator: tuple[str, ...]
    console: str
    wrapped: bool
    prefix: str
    kernel_arch: str

    def is_kernel(self, name: str) -> re.Match[str] | None:
        """Whether *name* is that of a kernel of Debian's for it, and not one for the cloud or real time."""
        return re.fullmatch(rf"(\d[\d.]*-\d+)-{self.name}", name)


AMD64 = Architecture(
    name="amd64",
    triplet="x86_64-linux-gnu",
    emulator=("qemu-system-x86_64", "-machine", "q35", "-cpu", "max,la57=off"),
    console="ttyS0",
    wrapped=True,
    prefix="",
    kernel_arch="x86",
)
ARM64 = Architecture(
    name="arm64",
    triplet="aarch64-linux-gnu",
    # A Pi 4's cores; without pointer authentication, which costs an emulator most of its time.
    emulator=("qemu-system-aarch64", "-machine", "virt,gic-version=2", "-cpu", "cortex-a72"),
    console="ttyAMA0",
    wrapped=False,
    prefix="aarch64-linux-gnu-",
    kernel_arch="arm64",
)
KNOWN = {each.name: each for each in (AMD64, ARM64)}
