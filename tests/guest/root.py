"""The guest's first disk: a clean Debian with what our packages need of it, and what runs inside for the tests; nothing of ours."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.guest.architecture import Architecture
from tests.guest.debian import release, sources
from tests.guest.kernel import with_needs
from tests.guest.recipe import HERE, IMAGE_MB, LOOKING, MODULES, SYSTEM

INSIDE = "usr/local/lib/guest"
MASKED = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer"),
    *("systemd-binfmt.service", "proc-sys-fs-binfmt_misc.automount", "proc-sys-fs-binfmt_misc.mount"),
)
FILES = {
    "fstab": "/dev/vda / ext4 noatime 0 1\n",
    "hostname": "loa-1\n",
    "hosts": "127.0.0.1 localhost loa-1\n",
    "machine-id": "b" * 32 + "\n",
}
SMALL = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")


def debian(architecture: Architecture, folder: Path, needs: Sequence[str]) -> None:
    """A small Debian of this machine's own release below *folder*, with the packages that ours *needs*."""
    options = [f"--dpkgopt=path-exclude={pattern}" for pattern in SMALL]
    options += ["--dpkgopt=force-unsafe-io", '--aptopt=APT::Install-Recommends "0"', f"--architectures={architecture.name}"]
    include = ",".join(dict.fromkeys((*SYSTEM, *needs, *LOOKING)))
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={include}", *options, release(), folder, "-"]
    subprocess.run(command, input=sources().encode(), check=True)


def kernel_modules(folder: Path, modules: Path) -> None:
    """Only those modules that the tests need, of all that Debian's kernel has."""
    target = folder / "lib/modules" / modules.name
    for file in with_needs(modules, MODULES):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(modules / file, target / file)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy(modules / name, target / name)
    subprocess.run(["depmod", "-b", folder, modules.name], check=True)


def settle(folder: Path) -> None:
    """What runs inside for the tests, and no timers of Debian's that would run meanwhile."""
    shutil.copytree(HERE / "inside", folder / INSIDE, ignore=shutil.ignore_patterns("__pycache__"))
    units = folder / "etc/systemd/system"
    for unit in (folder / INSIDE).glob("*.service"):
        shutil.move(unit, units / unit.name)
        wants = units / "sysinit.target.wants"
        wants.mkdir(exist_ok=True)
        (wants / unit.name).symlink_to(f"/etc/systemd/system/{unit.name}")
    (folder / INSIDE / "60-gpio.rules").rename(folder / "etc/udev/rules.d/60-gpio.rules")
    more = units / "bangtin-amplifier.service.d"
    more.mkdir()
    (folder / INSIDE / "amplifier.conf").rename(more / "guest.conf")
    for masked in MASKED:
        (units / masked).unlink(missing_ok=True)
        (units / masked).symlink_to("/dev/null")
    subprocess.run(["chroot", folder, "groupadd", "--force", "--system", "gpio"], check=True)
    _find_fonts(folder)
    for name, text in FILES.items():
        (folder / "etc" / name).write_text(text, encoding="ascii")


def image(folder: Path, file: Path, megabytes: int = IMAGE_MB, label: str = "root") -> None:
    """An ext4 file system with what lies below *folder*; holes stay holes."""
    file.unlink(missing_ok=True)
    command = ["mke2fs", "-q", "-t", "ext4", "-L", label, "-E", "root_owner=0:0,lazy_itable_init=0", "-d", folder, file, f"{megabytes}M"]
    subprocess.run(command, check=True)


def _find_fonts(folder: Path) -> None:
    """Have fontconfig list them now, with times that the disk image keeps: whole seconds."""
    for fonts in [folder / "usr/share/fonts", *(path for path in (folder / "usr/share/fonts").rglob("*") if path.is_dir())]:
        second = int(fonts.stat().st_mtime)
        os.utime(fonts, (second, second))
    subprocess.run(["chroot", folder, "fc-cache", "--force"], check=True)
