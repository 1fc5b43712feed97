"""The seam to where content comes from: a source opens a path of the release tree as a stream of bytes, and nothing more."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from device.errors import TooBig


@dataclass(frozen=True)
class Stream:
    """Bytes from *offset* on. A source that cannot resume says 0 here, whatever it was asked for; *tag* names this state of the file."""

    offset: int
    tag: str | None
    chunks: AsyncIterator[bytes]


class Source(Protocol):
    """A release tree, wherever it lies."""

    @property
    def label(self) -> str:
        """How this source is called in reports."""
        ...

    def open(self, path: str, offset: int = 0, tag: str | None = None) -> AbstractAsyncContextManager[Stream | None]:
        """The file at *path* from *offset* on, as long as it still is the one that *tag* names; ``None`` when there is no such file.

        Raises ``Unreachable`` and ``TooSlow``, also while the chunks are read.
        """
        ...


async def read(source: Source, path: str, cap: int) -> bytes | None:
    """A whole small file, ``None`` when there is none; ``TooBig`` as soon as more than *cap* bytes came."""
    async with source.open(path) as stream:
        if stream is None:
            return None
        found = bytearray()
        async for chunk in stream.chunks:
            found += chunk
            if len(found) > cap:
                raise TooBig(f"{path}: hơn {cap} byte (more than {cap} bytes allowed)")
        return bytes(found)
