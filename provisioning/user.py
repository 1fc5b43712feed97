"""A technician types commands as root; what they write belongs to the user of provisioning all the same, or its service could not go on."""

import os
import pwd
import sys
from pathlib import Path

USER = "bangtin-provision"
HOME = Path("/usr/lib/bangtin")
AS_ASKED = frozenset(("boot-file", "wiring", "sheet", "verify", "support"))
"""Those write what belongs to root, or a file where the technician stands, and nothing of the unit's own."""


def become_provisioning(command: str | None) -> None:
    """Run *command* as the user of provisioning, with its groups, when root calls it on a unit where the package is installed."""
    if command in AS_ASKED or os.geteuid() != 0 or not Path(sys.prefix).is_relative_to(HOME):
        return
    found = pwd.getpwnam(USER)
    os.initgroups(USER, found.pw_gid)
    os.setgid(found.pw_gid)
    os.setuid(found.pw_uid)
    os.environ["HOME"] = found.pw_dir
    # Whatever root's shell says: what others are to read they can read.
    os.umask(0o022)
