"""When files get their names: a thread that the kernel tells of every rename into some folders."""

import ctypes
import os
import select
import struct
import threading
import time
from pathlib import Path

MOVED_TO, NON_BLOCKING, CLOSE_ON_EXEC = 0x80, 0o4000, 0o2000000
_HEAD = struct.Struct("iIII")


class Noticing:
    """Writes down when which name came into which of its folders, in seconds of the wall clock."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._kernel = self._libc.inotify_init1(NON_BLOCKING | CLOSE_ON_EXEC)
        self._folders: dict[int, Path] = {}
        self._seen: list[tuple[float, Path]] = []
        threading.Thread(target=self._follow, daemon=True).start()

    def add(self, folder: Path) -> None:
        """Follow *folder* too."""
        number = self._libc.inotify_add_watch(self._kernel, os.fsencode(folder), MOVED_TO)
        if number < 0:
            raise OSError(ctypes.get_errno(), f"{folder} cannot be followed")
        self._folders[number] = folder

    def first(self, path: Path, after: float) -> float | None:
        """When something was first renamed to *path* after that second."""
        return next((at for at, seen in list(self._seen) if seen == path and at > after), None)

    def _follow(self) -> None:
        while True:
            select.select([self._kernel], [], [])
            at, raw = time.time(), os.read(self._kernel, 65536)
            while raw:
                number, _, _, length = _HEAD.unpack_from(raw)
                name = raw[_HEAD.size : _HEAD.size + length].rstrip(b"\0")
                self._seen.append((at, self._folders[number] / os.fsdecode(name)))
                raw = raw[_HEAD.size + length :]
