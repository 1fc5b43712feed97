"""Files that a hint carried as a source: what it lacks is asked of the source behind it, and all of it is checked like any other."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agent.pull.source import Source, Stream

ROOT = ".root.json"


@dataclass(frozen=True)
class Carried:
    """*files* by their paths in the release tree, in front of the source *behind*.

    Whether there is a newer root is not asked here: nobody waits for that answer while an alert is at hand, and the next look asks it.
    """

    files: Mapping[str, bytes]
    behind: Source

    @property
    def label(self) -> str:
        """How this source is called in reports."""
        return f"hint ({self.behind.label})"

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        """See ``Source.open``."""
        if (data := self.files.get(path)) is not None:
            yield Stream(0, None, _whole(data))
        elif path.endswith(ROOT):
            yield None
        else:
            async with self.behind.open(path, offset, tag) as stream:
                yield stream


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
