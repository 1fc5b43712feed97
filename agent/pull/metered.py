"""A source whose bytes cost money: each is counted under the class of what it carries, and a class without budget waits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from agent.pull.source import Source, Stream
from bundle.base import BulletinClass

REQUEST = 700
"""Bytes that a request costs beside what it brings: both heads, and its share of TCP and TLS."""


class Meter(Protocol):
    """Who allows and counts."""

    def ask(self, bulletin_class: BulletinClass) -> None:
        """``OverBudget`` when this class must wait."""
        ...

    async def spend(self, bulletin_class: BulletinClass, size: int) -> None:
        """*size* bytes came."""
        ...


@dataclass(frozen=True)
class Metered:
    """*inner*, counted by *meter*. Unless said otherwise it carries what is always allowed: metadata, stops, alerts, rules."""

    inner: Source
    meter: Meter
    bulletin_class: BulletinClass = BulletinClass.EMERGENCY

    @property
    def label(self) -> str:
        """The inner source's."""
        return self.inner.label

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        """See ``Source.open``; ``OverBudget`` before the request, or while the chunks are read: what came so far is resumed."""
        self.meter.ask(self.bulletin_class)
        await self.meter.spend(self.bulletin_class, REQUEST)
        async with self.inner.open(path, offset, tag) as stream:
            yield stream and Stream(stream.offset, stream.tag, self._counted(stream.chunks))

    async def _counted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            await self.meter.spend(self.bulletin_class, len(chunk))
            yield chunk
            self.meter.ask(self.bulletin_class)


def is_free(source: Source) -> bool:
    """Whether bytes of *source* cost nothing."""
    return not isinstance(source, Metered)


def carrying(source: Source, bulletin_class: BulletinClass) -> Source:
    """*source* for content of this class; one that is not metered (a stick, a neighbour) costs nothing."""
    return replace(source, bulletin_class=bulletin_class) if isinstance(source, Metered) else source
