"""``bin/deactivate``: the version in use is switched off. Programs end, every amplifier line is made inactive, links are removed."""

import logging
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from caretaker.activation import current, folders, unfinished
from caretaker.installed import COPIED, CURRENT, GOOD, Installed, ours
from device.durable import sync_folder

log = logging.getLogger(__name__)


def main() -> int:
    """Switch off the version whose Python this is. A line that could not be made inactive is told, and no reason to stay."""
    logging.basicConfig(level=logging.INFO, format="bangtin: %(message)s")
    version = Installed(Path(sys.prefix).resolve(), Path("/"))
    if (used := current(version.root)) is not None and used.version != version.version:
        log.info("bản đang dùng là / the version in use is %s", used.version)
        return 0
    running = Path("/run/systemd/system").is_dir()
    if running:
        # The pattern is of what runs: also sticks, and what a path unit has started.
        subprocess.run(["systemctl", "stop", *sorted({unit for unit, _ in version.wanted}), "bangtin-*"], check=True)
    # Whatever became of the program that drives them: nobody is left to switch them off later.
    if subprocess.run([version.folder / "bin/bangtin", "amplifier", "safe"], check=False).returncode:
        log.error("CHÚ Ý: xem tăng âm có tắt không / LOOK whether the amplifiers are off")
    take_away(version.root)
    if running:
        subprocess.run(["systemctl", "daemon-reexec"], check=True)
        subprocess.run(["systemctl", "--no-block", "try-restart", "chrony.service", "systemd-journald.service"], check=True)
    return 0


def take_away(root: Path) -> None:
    """Every link into the product and every copy, and the link ``current`` at last: a cut before that is finished by a repetition."""
    for path in [
        *ours(root, iter(folders(root))),
        *(root / path.relative_to("/") for path in COPIED),
        *(root / each.relative_to("/") for each in (GOOD, CURRENT)),
        unfinished(root),
    ]:
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)
        if path.parent.name.endswith((".service.d", ".conf.d")):
            with suppress(OSError):  # others may have settings of their own in there
                path.parent.rmdir()


if __name__ == "__main__":
    sys.exit(main())
