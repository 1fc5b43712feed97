"""The one durable write of the release tree: temporary file, fsync, rename, fsync of the folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put *data* at *path* whole or not at all; makes the folders above it, into which may look who may read the file."""
    with _fresh(path, data, mode) as fresh:
        fresh.replace(path)
    sync_folder(path.parent)


def write_once(path: Path, data: bytes, mode: int) -> None:
    """The same, where nothing is yet: of several that do so at one moment the first has it."""
    with _fresh(path, data, mode) as fresh, suppress(FileExistsError):
        path.hardlink_to(fresh)
    sync_folder(path.parent)


@contextmanager
def _fresh(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """A file beside *path* with *data* on the disk; it is gone afterwards."""
    make_folder(path.parent, mode | (mode & 0o444) >> 2)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def make_folder(folder: Path, mode: int) -> None:
    """*folder*, and what is missing above it, with *mode* whatever the umask: what is published must be read by other programs."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        each.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Put the names of *folder* onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
