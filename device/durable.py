"""The one durable write (temp, fsync, rename, fsync of the folder), and a TinyDB storage built on it."""

import hashlib
import json
import os
from errno import EDQUOT, EIO, ENOSPC, EROFS
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from device.errors import ShelfDamaged

CARD_FAILS = frozenset((ENOSPC, EDQUOT, EROFS, EIO))
"""How a full or dying card answers a write: what is shown and said goes on without it."""


def replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put *data* at *path* whole: after a power cut the old or the new is there, after the return surely the new.

    Each file has one writer, so the temporary name is fixed and a cut leaves no litter behind. Raises ``OSError``.
    """
    make_folder(path.parent)
    temp = path.with_name(f".{path.name}.new")
    temp.unlink(missing_ok=True)
    # O_EXCL: a key must never be written into a file that somebody else made and can read.
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        os.fchmod(descriptor, mode)
        write_all(descriptor, data)
        os.fsync(descriptor)
        temp.rename(path)
        # FAT keeps a file's length and place beside its name, and gives the new name none before this: the boot partition is FAT.
        os.fsync(descriptor)
    except OSError:
        temp.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def write_all(descriptor: int, data: bytes) -> None:
    """Every byte of *data*; a single ``write`` may take fewer."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """*folder* with those above it; each name that was new survives a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


class DurableStorage(Storage):
    """Readable JSON with a checksum, replaced durably; one previous generation (``<name>.previous``) stands behind it.

    TinyDB's own ``JSONStorage`` rewrites in place: after most power cuts neither the old nor the new can be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._previous = path.with_name(path.name + ".previous")

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The newest generation that is whole, ``None`` when there was never one; else ``ShelfDamaged``."""
        there = [path for path in (self._path, self._previous) if path.exists()]
        for path in there:
            found = _checked(path.read_bytes())
            if found is not None:
                return found
        if there:
            raise ShelfDamaged(f"{self._path} is damaged and so is its previous generation")
        return None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the content; what was whole before becomes the previous generation."""
        if self._path.exists() and _checked(self._path.read_bytes()) is not None:
            self._keep_previous()
        replace(self._path, _sealed(data), 0o644)

    def _keep_previous(self) -> None:
        link = self._previous.with_name(f".{self._previous.name}.new")
        link.unlink(missing_ok=True)
        os.link(self._path, link)
        link.rename(self._previous)
        sync_folder(self._path.parent)


def _sealed(data: dict[str, dict[str, Any]]) -> bytes:
    return json.dumps({"sha256": _checksum(data), "data": data}, ensure_ascii=False, indent=1).encode() + b"\n"


def _checked(raw: bytes) -> dict[str, dict[str, Any]] | None:
    try:
        document = json.loads(raw)
        data, checksum = document["data"], document["sha256"]
    except (ValueError, KeyError, TypeError):
        return None
    return data if isinstance(data, dict) and _checksum(data) == checksum else None


def _checksum(data: dict[str, dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
