"""What root goes by when it installs is root's own: whatever another program could have put there is not touched."""

import os
import stat
from pathlib import Path

from bundle.errors import refuse
from device.durable import make_folder


def own(folder: Path) -> None:
    """Make *folder*, unless it is there; ``Refused`` when it, or anything in it, was made by another user or can be changed by one.

    The folder above belongs to the programs' group: a program that somebody took over may have been there first.
    """
    make_folder(folder)
    _ours(folder)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _ours(Path(place, name))


def _ours(path: Path) -> None:
    found = path.lstat()
    if found.st_uid != os.geteuid() or stat.S_ISLNK(found.st_mode) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise refuse(str(path), "người khác sửa được / somebody else can change it", "xoá rồi khởi động lại / remove it and restart")
