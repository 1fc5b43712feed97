"""The unit's own key on the card: written by provisioning, read by the agent as well, which signs with it, and by nobody else."""

import grp
import os

from device.durable import replace
from device.paths import Paths

GROUP = "bangtin-key"
"""Of the package: only the agent is in it besides."""
ALONE, SHARED = 0o600, 0o640


def keep_key(paths: Paths, key: bytes) -> None:
    """Put *key* (PEM) on the card and let the agent read it."""
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


def key_group() -> int | None:
    """The number of that group on this machine."""
    try:
        return grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return None
