"""``bin/activate`` of a version: from now on this one runs. It may be repeated at any moment, also after a power cut in its middle."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from caretaker.accounts import without_password
from caretaker.fstab import without_reading_times
from caretaker.installed import COPIED, CURRENT, GOOD, HOME, UNITS, Installed, ours
from caretaker.voice import voice_said
from caretaker.wifi import with_wifi_on
from device.durable import make_folder, replace, sync_folder
from device.errors import SeamError
from device.kernel_time import LinuxKernel
from device.paths import Paths

log = logging.getLogger(__name__)


class StillSounding(SeamError):
    """Services would begin anew in the middle of words."""


AFFECTED = {
    "systemd/journald.conf.d": "systemd-journald.service",
    "chrony": "chrony.service",
    "systemd/system/chrony.service.d": "chrony.service",
    "NetworkManager/conf.d": "NetworkManager.service",
}
"""Which of Debian's own services must begin anew when those settings changed."""
MENDED: dict[str, Callable[[str], str | None]] = {
    "etc/fstab": without_reading_times,
    "var/lib/NetworkManager/NetworkManager.state": with_wifi_on,
}
"""Files of others of which one word must be another: what makes their new text, None where nothing is to be changed."""
FOLDERS = ("sysusers.d", "tmpfiles.d", "udev/rules.d", "modprobe.d", "chrony", "NetworkManager/conf.d", "polkit-1/rules.d")


def main() -> int:
    """Activate the version whose Python this is; with ``--on-trial`` the one before it goes on to judge.

    With ``--unless-sounding`` it ends with 75 (``EX_TEMPFAIL``) before services begin anew while something sounds, and is to be repeated.
    """
    logging.basicConfig(level=logging.INFO, format="bangtin: %(message)s")
    asked = sys.argv[1:]
    try:
        activate(Installed(Path(sys.prefix).resolve(), Path("/")), "--on-trial" in asked, "--unless-sounding" in asked)
    except StillSounding as problem:
        log.info("%s", problem)
        return os.EX_TEMPFAIL
    return 0


def activate(version: Installed, on_trial: bool = False, unless_sounding: bool = False) -> None:
    """Lay *version* into the system, and have systemd start it where systemd runs.

    Raises ``OSError`` or ``CalledProcessError``, and ``StillSounding`` where *unless_sounding* has it look before services begin anew.
    """
    log.info("dùng bản / activating %s", version.version)
    before = None if unfinished(version.root).exists() else current(version.root)
    replace(unfinished(version.root), b"")
    lay(version)
    good = version.root / GOOD.relative_to("/")
    if not on_trial or not good.is_symlink():
        link(good, Path(version.version))
    _run(version.root, "systemd-sysusers")
    _run(version.root, "systemd-tmpfiles", "--create", "--exclude-prefix=/dev", *_names(version, "/etc/tmpfiles.d"))
    for name, mended in MENDED.items():
        file = version.root / name
        if file.exists() and (text := mended(file.read_text(encoding="utf-8"))) is not None:
            replace(file, text.encode())
    _lock_open_accounts(version.root)
    if (version.root / "run/systemd/system").is_dir():
        _start(version, before, unless_sounding)
    unfinished(version.root).unlink()


def unfinished(root: Path) -> Path:
    """There while a version is being activated: whoever finds it does not know what was done, and does all of it again."""
    return root / HOME.relative_to("/") / ".activating"


def current(root: Path) -> Installed | None:
    """The version in use, if there is one."""
    link = root / CURRENT.relative_to("/")
    return Installed(link.parent / link.readlink(), root) if link.is_symlink() and link.is_dir() else None


def lay(version: Installed) -> None:
    """The link ``current`` first, which exchanges everything at once; then what is new, and at last what the version before left over."""
    link(version.root / CURRENT.relative_to("/"), Path(version.version))
    wanted = {version.root / path.relative_to("/"): Path(target) for path, target in version.links.items()}
    for path, target in wanted.items():
        if not path.is_symlink() or path.readlink() != target:
            link(path, target)
    for copied in COPIED:
        source, place = version.folder / "system" / copied.relative_to("/"), version.root / copied.relative_to("/")
        if source.exists() and (not place.exists() or place.read_bytes() != source.read_bytes()):
            replace(place, source.read_bytes())
    for left in set(ours(version.root, iter(sorted(folders(version.root))))) - wanted.keys():
        left.unlink()
        sync_folder(left.parent)


def link(path: Path, target: Path) -> None:
    """Have *path* lead to *target* in one step that survives a power cut."""
    make_folder(path.parent)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.rename(path)
    sync_folder(path.parent)


def folders(root: Path) -> Iterable[Path]:
    """Every folder in which any version may have laid a link."""
    units = root / UNITS.relative_to("/")
    etc = [root / "etc" / name for name in FOLDERS]
    below = [folder for folder in sorted(units.glob("*")) if folder.is_dir() and not folder.is_symlink()]
    return [*etc, units, *below, root / "etc/systemd/system.conf.d", root / "etc/systemd/journald.conf.d", root / "usr/bin"]


def _start(version: Installed, before: Installed | None, unless_sounding: bool) -> None:
    # A container has no device manager of its own.
    if Path("/run/udev/control").exists():
        _run(version.root, "udevadm", "control", "--reload")
        _run(version.root, "udevadm", "trigger", *(f"--subsystem-match={name}" for name in ("gpio", "rtc", "vtconsole", "rfkill")))
    # Not only a reload: the settings of the hardware watchdog are those of the manager itself.
    _run(version.root, "systemctl", "daemon-reexec")
    for folder, service in AFFECTED.items():
        if before is None or before.read(folder) != version.read(folder):
            _run(version.root, "systemctl", "--no-block", "try-restart", service)
    kernel = LinuxKernel()
    if unless_sounding and voice_said(Paths(version.root), kernel.boot(), kernel.mono()).get("sounding"):
        raise StillSounding("loa đang phát / the loudspeaker speaks")
    # Without waiting: during an installation systemd may itself be waiting for the package manager.
    _run(version.root, "systemctl", "--no-block", "restart", *sorted({unit for unit, _ in version.wanted}))


def _lock_open_accounts(root: Path) -> None:
    shadow = root / "etc/shadow"
    for name in without_password(shadow.read_text(encoding="utf-8")) if shadow.exists() else ():
        # By Debian's own command, which holds the lock of that file and keeps its group.
        try:
            _run(root, "passwd", "--quiet", "--lock", name)
        except subprocess.CalledProcessError:
            # A line without an account, or of another service: nobody can log in by it, and a version must come up all the same.
            log.warning("không khoá được tài khoản / this account could not be locked: %s", name)
            continue
        log.warning("CHÚ Ý: tài khoản %s không có mật khẩu, đã khoá / NOTE: the account %s had no password and is locked", name, name)
        log.warning("  muốn dùng: đặt mật khẩu trước khi thoát / to use it, set one before you log off: passwd %s", name)


def _names(version: Installed, folder: str) -> list[str]:
    return [path.name for path in version.files if str(path.parent) == folder]


def _run(root: Path, *command: str) -> None:
    if root != Path("/"):
        return
    subprocess.run(command, check=True, env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


if __name__ == "__main__":
    sys.exit(main())
