"""One pack file as a worker meets it: it may be absent, unchanged, unreadable, or something to verify."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from bundle.asset import Asset
from bundle.errors import refuse
from bundle.trust import MAX_PACK

FileKey = tuple[int, int, int]


def key(path: str | Path) -> FileKey | None:
    """What changes when the file is replaced; ``None`` when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - workers ask this for every file ten times a second, and a Path costs more than the call
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read_pack(path: Path) -> bytes:
    """The bytes of a pack; ``Refused`` for whatever cannot be one. The agent is not trusted: it may have put a pipe there."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as problem:
        raise refuse(str(path), f"không mở được / cannot be opened: {problem.strerror}", "kiểm tra thẻ nhớ / check the card") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_PACK:
        os.close(descriptor)
        raise refuse(str(path), f"không phải gói / not a pack ({found.st_size} bytes)", "lấy lại / fetch it again")
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_PACK)


@dataclass(frozen=True)
class Missing:
    """A blob that a bundle needs and the shelf does not have whole."""

    asset: Asset
    path: Path

    def arrived(self) -> bool:
        """Whether it is there now."""
        return whole(self.path, self.asset)


def whole(path: Path, asset: Asset) -> bool:
    """Whether the blob's file is there with all its bytes; what is in them is checked when it is used."""
    found = key(path)
    return found is not None and found[2] == asset.size


def sha256_of(path: Path) -> str | None:
    """The SHA-256 of a file in hex; ``None`` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
