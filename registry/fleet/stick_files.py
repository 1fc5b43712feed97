"""Reading and writing files on somebody's stick: nothing behind a link, nothing endless, nothing half."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from evidence.sealing import MAX_SEALED


def entries(folder: Path, folders: bool = False) -> Iterator[Path]:
    """Plain files, or *folders*, in *folder*; nothing behind a symbolic link on somebody's stick."""
    if any(part.is_symlink() for part in (folder, folder.parent, folder.parent.parent)) or not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) if folders else entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def read(path: Path) -> bytes:
    """At most what a letter may have; nothing of what is no plain file. Raises ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        return file.read(MAX_SEALED + 1)


def put(folder: Path, name: str, data: bytes) -> None:
    """Write *name* whole into *folder*, durably. Raises ``OSError``."""
    if folder.is_symlink():
        raise OSError(f"{folder} is a link")
    folder.mkdir(exist_ok=True)
    fresh = folder / f"{name}.new"
    with suppress(FileNotFoundError):
        fresh.unlink()
    # No mode is set: FAT knows none, and refuses the attempt.
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        fresh.replace(folder / name)
        # FAT keeps a file's length and place beside its name, and gives the new name none before this.
        os.fsync(file.fileno())
    synced = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(synced)
    finally:
        os.close(synced)
