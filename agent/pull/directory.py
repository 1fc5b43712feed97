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
            opened = await _opened(self._folder, inside, offset, tag)
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


_Opened = tuple[BinaryIO, int, str] | None


async def _opened(folder: Path, path: str, offset: int, tag: str | None) -> _Opened:
    """Opened in a thread, which goes on when nobody waits for it any more: then it is closed again."""
    opening = asyncio.ensure_future(asyncio.to_thread(_open, folder, path, offset, tag))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise


def _close(opening: "asyncio.Future[_Opened]") -> None:
    if not opening.cancelled() and opening.exception() is None and (opened := opening.result()) is not None:
        opened[0].close()


def _open(folder: Path, path: str, offset: int, tag: str | None) -> _Opened:
    file = open_plain(folder, path)
    if file is None:
        return None
    state = os.fstat(file.fileno())
    found = f"{state.st_mtime_ns}-{state.st_size}"
    start = offset if tag in (None, found) and offset <= state.st_size else 0
    file.seek(start)
    return file, start, found
