"""Opening a file in a folder that somebody else filled: a regular file by its own name, or nothing."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ELOOP, ENOENT, ENOTDIR
from pathlib import Path, PurePosixPath
from typing import BinaryIO

_ABSENT = frozenset((ENOENT, ENOTDIR, ELOOP))
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def open_plain(top: Path, path: str) -> BinaryIO | None:
    """The regular file at *path* below *top*; ``None`` when there is none. Raises ``OSError`` when *top* itself cannot be read.

    No symbolic link below *top* is followed, so nothing outside it can be reached; and a pipe or a device, which could block us
    or act on being opened, is recognised before it is opened.
    """
    with plain_folder(top, str(PurePosixPath(path).parent)) as folder:
        if folder is None:
            return None
        try:
            found = os.open(PurePosixPath(path).name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        except OSError as problem:
            if problem.errno in _ABSENT:
                return None
            raise
        try:
            if not stat.S_ISREG(os.fstat(found).st_mode):
                return None
            return os.fdopen(os.open(f"/proc/self/fd/{found}", os.O_RDONLY | os.O_CLOEXEC), "rb")
        finally:
            os.close(found)


def read_plain(top: Path, path: str, cap: int) -> bytes | None:
    """The whole small file at *path*; ``None`` when there is none or it is longer than *cap* bytes."""
    file = open_plain(top, path)
    if file is None:
        return None
    with file:
        found = file.read(cap + 1)
    return found if len(found) <= cap else None


@contextmanager
def plain_folder(top: Path, path: str) -> Iterator[int | None]:
    """A descriptor of the folder at *path* below *top*, reached without any symbolic link; ``None`` when there is no such folder."""
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in PurePosixPath(path).parts:
            try:
                inner = os.open(part, _FOLDER, dir_fd=folder) if part not in ("..", "/") else None
            except OSError as problem:
                if problem.errno not in _ABSENT:
                    raise
                inner = None
            if inner is None:
                yield None
                return
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)
