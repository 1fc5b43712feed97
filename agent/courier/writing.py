"""Writing on somebody's stick: below it, never through a link of it, and whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ENOSPC
from pathlib import Path, PurePosixPath

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
SPARE = 256 * 1024
"""Bytes left free on a stick: a full FAT cannot even be tidied up everywhere."""


@contextmanager
def made_folder(top: Path, path: str) -> Iterator[int]:
    """A descriptor of the folder at *path* below *top*, made where it is missing. ``OSError`` when a link or a file stands in the way."""
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in PurePosixPath(path).parts:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=folder)
                os.fsync(folder)
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def put(folder: int, name: str, data: bytes) -> None:
    """Put *data* at *name* in *folder*: the old or the new is there afterwards. Raises ``OSError``."""
    free = os.fstatvfs(folder)
    if free.f_bavail * free.f_frsize < len(data) + SPARE:
        raise OSError(ENOSPC, os.strerror(ENOSPC))
    temp = f"{name}.new"
    with suppress(FileNotFoundError):
        os.unlink(temp, dir_fd=folder)
    # No mode is set: FAT knows none, and refuses the attempt.
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.rename(temp, name, src_dir_fd=folder, dst_dir_fd=folder)
            # FAT keeps a file's length and place beside its name, and gives the new name none before this.
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            os.unlink(temp, dir_fd=folder)
        raise
    os.fsync(folder)


def stands(folder: int, name: str) -> bool:
    """Whether *name* is in *folder*."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    return True
