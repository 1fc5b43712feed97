"""One task per channel that looks when the poll or a hint says so; a long download never holds up an alert."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from agent.pull import Checked
from agent.timing import Rhythm
from agent.waiting import until
from device.errors import SeamError, Unreachable

Look = Callable[[str, bytes | None], Awaitable[Checked]]
Told = Callable[[str, Checked | SeamError], None]
Now = Callable[[], float]

PATIENCE = 10.0
"""Seconds after which a look that is still downloading is broken off when something newer is announced; it resumes."""

BREATH = 0.2
"""Seconds between two looks, however many hints come: they are unsigned, anybody may send a flood."""


@dataclass
class ChannelWatch:
    """*look* looks at *channel* once, at the timestamp that it is given or else at the source's own.

    *told* hears what came of it; *now* is monotonic seconds. After a failure it looks again by itself, with *rhythm*'s back-off.
    """

    channel: str
    rhythm: Rhythm
    look: Look
    told: Told
    now: Now
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    announced: int = -1
    _offered: bytes | None = None
    _seen: bytes | None = None
    _looking: bool = False
    _retry: float | None = None

    def hint(self, timestamp: int) -> None:
        """Somebody says that version *timestamp* is out: look, unless it was said before."""
        if timestamp != self.announced:
            self.announced, self._offered = timestamp, None
            self.wanted.set()

    def offer(self, timestamp: bytes | None) -> None:
        """The poll brought this *timestamp*, or none, so that the source is to be asked.

        A look that is under way for the same one goes on, and one that failed waits for its time: that is what back-off means.
        """
        if self._looking or self._retry is not None:
            if timestamp is not None and timestamp == self._seen:
                return
            if timestamp is None and self._retry is not None:
                return
        self._offered = timestamp
        self.wanted.set()

    async def run(self) -> None:
        """Look for ever."""
        failures = 0
        while True:
            await until(self.wanted, None if self._retry is None else self._retry - self.now())
            try:
                checked = await self._look_again_if_wanted()
            except SeamError as problem:
                failures, self._retry = failures + 1, self._again(failures + 1, problem)
                # The source may lag behind the registry: what was announced is still what is wanted.
                self._offered = self._offered or self._seen
                self.told(self.channel, problem)
            else:
                # Another road answered, but the network did not: it is tried again as soon as if none had.
                failures = failures + 1 if checked.away else 0
                self._retry = self._again(failures, checked.away) if checked.away else None
                self.told(self.channel, checked)
            await asyncio.sleep(BREATH)

    def _again(self, failures: int, problem: SeamError) -> float:
        return self.rhythm.retry(self.now(), failures, problem.retry_after if isinstance(problem, Unreachable) else None, jitter())

    async def _look_again_if_wanted(self) -> Checked:
        self._looking = True
        try:
            while True:
                self.wanted.clear()
                self._seen, self._offered = self._offered, None
                looking = asyncio.ensure_future(self.look(self.channel, self._seen))
                try:
                    if await self._finished(looking):
                        return looking.result()
                finally:
                    looking.cancel()
                await asyncio.wait({looking})
        finally:
            self._looking = False

    async def _finished(self, looking: "asyncio.Future[Checked]") -> bool:
        """Whether the look came to its end; false when, after ``PATIENCE``, something newer calls for another."""
        done, _ = await asyncio.wait({looking}, timeout=PATIENCE)
        if done:
            return True
        wanted = asyncio.ensure_future(self.wanted.wait())
        either: set[asyncio.Future[Any]] = {looking, wanted}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wanted.cancel()
        return looking.done()


def jitter() -> float:
    """A draw in [0, 1)."""
    return secrets.randbelow(10**6) / 10**6
