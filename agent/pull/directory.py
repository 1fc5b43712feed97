"""A release tree in a folder: a courier's stick, or a mirror on the village's own network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from agent.pull.source import Stream
from device.errors import Unreachable

CHUNK = 256 * 1024


class DirectorySource:
    """The tree below *folder*; a stick that is pulled out half-way is ``Unreachable``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def label(self) -> str:
        """The folder."""
        return str(self._folder)

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        """See ``Source.open``."""
        try:
            opened = await asyncio.to_thread(_open, self._folder / path, offset, tag)
        except OSError as problem:
            raise Unreachable(f"{self._folder / path}: {problem.strerror}") from problem
        if opened is None:
            yield None
            return
        file, start, found = opened
        try:
            yield Stream(start, found, self._chunks(file))
        finally:
            file.close()

    async def _chunks(self, file: BinaryIO) -> AsyncIterator[bytes]:
        try:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
        except OSError as problem:
            raise Unreachable(f"{self._folder}: {problem.strerror}") from problem


def _open(path: Path, offset: int, tag: str | None) -> tuple[BinaryIO, int, str] | None:
    # Not a regular file (a pipe, a device on somebody's stick) would block us for ever: it is not there.
    if not path.is_file():
        return None
    state = path.stat()
    found = f"{state.st_mtime_ns}-{state.st_size}"
    start = offset if tag in (None, found) and offset <= state.st_size else 0
    file = path.open("rb")
    file.seek(start)
    return file, start, found
