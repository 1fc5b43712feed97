"""The guest's first disk: a small Debian, the unit's Python libraries as installed here, and what runs inside for the tests."""

import compileall
import importlib.metadata
import os
import py_compile
import shutil
import subprocess
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guest.debian import release, sources
from tests.guest.kernel import with_needs
from tests.guest.recipe import EXTRA, HERE, IMAGE_MB, LIBRARY, MODULES, PACKAGES

PYTHON = "usr/local/lib/python3.11/dist-packages"
INSIDE = "usr/local/lib/guest"
MASKED = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer"),
    *("systemd-binfmt.service", "proc-sys-fs-binfmt_misc.automount", "proc-sys-fs-binfmt_misc.mount"),
)
FILES = {
    "fstab": "/dev/vda / ext4 noatime 0 1\n/dev/vdb /opt/bangtin ext4 ro 0 0\n",
    "hostname": "loa-1\n",
    "hosts": "127.0.0.1 localhost loa-1\n",
    "machine-id": "b" * 32 + "\n",
}
SMALL = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")


def debian(folder: Path) -> None:
    """A small Debian of this machine's own release below *folder*."""
    exclude = [f"--dpkgopt=path-exclude={pattern}" for pattern in SMALL]
    exclude.append("--dpkgopt=force-unsafe-io")
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}", '--aptopt=APT::Install-Recommends "0"']
    subprocess.run([*command, *exclude, release(), folder, "-"], input=sources().encode(), check=True)


def libraries(folder: Path) -> None:
    """What the product imports, as installed here, below *folder*: the same Python release runs there."""
    target = folder / PYTHON
    for name in sorted(_needed(LIBRARY, EXTRA)):
        distribution = importlib.metadata.distribution(name)
        for file in distribution.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(distribution.locate_file(file)), target / file)
    compile_all(target)


def compile_all(folder: Path) -> None:
    """Compile here what emulation would take minutes for."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(folder, quiet=2, invalidation_mode=mode)


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
    for masked in MASKED:
        (units / masked).unlink(missing_ok=True)
        (units / masked).symlink_to("/dev/null")
    subprocess.run(["chroot", folder, "groupadd", "--system", "gpio"], check=True)
    _find_fonts(folder)
    (folder / "opt/bangtin").mkdir(parents=True)
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


def _needed(name: str, extra: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The distributions that *name* with *extra* needs, and those that they need."""
    for text in importlib.metadata.requires(name) or ():
        wanted = Requirement(text)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": word}) for word in ("", extra)):
            continue
        if (found := canonicalize_name(wanted.name)) not in seen:
            seen |= {found}
            for further in wanted.extras or ("",):
                seen |= _needed(found, further, seen)
    return seen
