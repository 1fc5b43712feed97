"""Where one speaker meets the listeners: what is said goes to each of them, and whoever falls behind is dropped, never the speaker."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from registry.live.frames import Frame

MOST_BEHIND = 96 * 1024
"""Bytes kept for one listener: some 20 seconds of speech at 32 kbit/s."""


class FellBehind(Exception):
    """The listener read slower than the speaker spoke."""


class Listener:
    """One who listens: gets whole frames from the first that can be joined on."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._joined = self._over = self._behind = False
        self._news = asyncio.Event()

    def hear(self, frame: Frame) -> None:
        """Take *frame* in; never waits."""
        if self._behind or not (self._joined or frame.first):
            return
        data = frame.data if self._joined else frame.opening + frame.data
        self._joined = True
        self._size += len(data)
        self._waiting.append(data)
        if self._size > MOST_BEHIND:
            self._waiting.clear()
            self._behind = True
        self._news.set()

    def end(self) -> None:
        """Nothing more will be said."""
        self._over = True
        self._news.set()

    async def said(self) -> AsyncIterator[bytes]:
        """What was said, as it comes; raises `FellBehind` when that was more than is kept."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                data = self._waiting.popleft()
                self._size -= len(data)
                yield data
            if self._behind:
                raise FellBehind
            if self._over:
                return


class Room:
    """One live order's speaker, if there is one now, and its listeners."""

    def __init__(self) -> None:
        self.media = ""
        self._listeners: set[Listener] = set()
        self._speaks = asyncio.Event()

    @property
    def taken(self) -> bool:
        """Whether somebody speaks."""
        return self._speaks.is_set()

    @property
    def listeners(self) -> int:
        """How many hear the next word."""
        return len(self._listeners)

    def take(self, media: str) -> None:
        """Begin to speak."""
        self.media = media
        self._speaks.set()

    def say(self, frame: Frame) -> None:
        """Hand *frame* to everyone."""
        for listener in self._listeners:
            listener.hear(frame)

    def leave(self) -> None:
        """The speaker is gone: what was said is heard to its end, and then there is silence."""
        self._speaks.clear()
        for listener in self._listeners:
            listener.end()
        self._listeners = set()

    async def join(self, patience: float) -> Listener | None:
        """Listen, once somebody speaks; ``None`` when nobody does within *patience* seconds."""
        try:
            async with asyncio.timeout(patience):
                await self._speaks.wait()
        except TimeoutError:
            return None
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """*listener* is gone."""
        self._listeners.discard(listener)
