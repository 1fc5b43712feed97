"""The unit's own key on the card: written by provisioning, read by the agent as well, which signs with it, and by nobody else."""

import grp
import os

from device.durable import replace, sync_folder
from device.machine import serial
from device.paths import Paths

GROUP = "bangtin-key"
"""Of the package: only the agent is in it besides."""
ALONE, SHARED = 0o600, 0o640


def keep_key(paths: Paths, key: bytes) -> None:
    """Put *key* (PEM) on the card as the key of this very machine, and let the agent read it."""
    machine = serial(paths)
    if machine != _machine_of_key(paths):
        # In this order, so that after a cut the key of another machine never stands beside the number of this one.
        paths.key.unlink(missing_ok=True)
        _bind(paths, machine)
    replace(paths.key, key, ALONE)
    share_key(paths)


def share_key(paths: Paths) -> None:
    """Give the key to the group, in this order: it is never readable for another one; a cut in between is mended by the next call.

    Where there is no such group, every program runs as the same user.
    """
    group, found = key_group(), paths.key.stat()
    if group is not None and (found.st_gid, found.st_mode & 0o777) != (group, SHARED):
        paths.key.chmod(ALONE)
        os.chown(paths.key, -1, group)
        paths.key.chmod(SHARED)


def other_machine(paths: Paths) -> str | None:
    """The number of the other machine in which the key was made, None when it is this one's, or nobody can tell.

    A key of which nothing was noted is from now on this machine's.
    """
    made, here = _machine_of_key(paths), serial(paths)
    if made is None:
        _bind(paths, here)
    return made if here is not None and made != here else None


def _machine_of_key(paths: Paths) -> str | None:
    try:
        return paths.key_machine.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _bind(paths: Paths, machine: str | None) -> None:
    if machine is not None:
        replace(paths.key_machine, machine.encode())
    elif paths.key_machine.exists():
        paths.key_machine.unlink()
        sync_folder(paths.state)


def key_group() -> int | None:
    """The number of that group on this machine."""
    try:
        return grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return None
