"""Sockets below a deep folder: an address of AF_UNIX has 107 bytes (unix(7)), and a path may be longer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def address(path: Path) -> Iterator[str]:
    """Where *path* may be bound or connected, however long it is: through its folder, which must be there (``OSError``)."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
