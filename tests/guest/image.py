"""What a machine boots from: a kernel, its first files in RAM, and a first disk that is never written to."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.guest.architecture import Architecture


@dataclass(frozen=True)
class Image:
    """*folder* holds `kernel` and `initramfs`; *disk* may itself be a layer over another (qcow2), or raw (ext4)."""

    architecture: Architecture
    folder: Path
    disk: Path

    @property
    def kernel(self) -> Path:
        """The kernel, as QEMU starts it."""
        return self.folder / "kernel"

    @property
    def initramfs(self) -> Path:
        """Its first files in RAM."""
        return self.folder / "initramfs"

    def lay_over(self, layer: Path) -> None:
        """Make *layer*, into which a machine writes while the disk stays as it is."""
        kind = "qcow2" if self.disk.suffix == ".qcow2" else "raw"
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", kind, "-b", self.disk.absolute(), layer], check=True)
