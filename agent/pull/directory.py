"""A release tree in a folder: a courier's stick, or a mirror on the village's own network."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from agent.pull.plain import open_plain
from agent.pull.source import Stream
from device.errors import Unreachable

CHUNK = 256 * 1024


class DirectorySource:
    """The tree at *below* in *folder*; a stick that is pulled out half-way is ``Unreachable``. Nothing in it is followed out of it."""

    def __init__(self, folder: Path, below: str = "") -> None:
        self._folder, self._below = folder, below

    @property
    def label(self) -> str:
        """The folder."""
        return str(self._folder)

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        """See ``Source.open``."""
        inside = f"{self._below}/{path}" if self._below else path
        try:
            opened = await asyncio.to_thread(_open, self._folder, inside, offset, tag)
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


def _open(folder: Path, path: str, offset: int, tag: str | None) -> tuple[BinaryIO, int, str] | None:
    file = open_plain(folder, path)
    if file is None:
        return None
    state = os.fstat(file.fileno())
    found = f"{state.st_mtime_ns}-{state.st_size}"
    start = offset if tag in (None, found) and offset <= state.st_size else 0
    file.seek(start)
    return file, start, found
