"""One task per channel that looks when its slot comes or a hint does; a long download never holds up an alert."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from agent.pull import Checked
from agent.timing import Rhythm
from device.errors import SeamError, Unreachable

Look = Callable[[str], Awaitable[Checked]]
Told = Callable[[str, Checked | SeamError], None]
Now = Callable[[], float]

PATIENCE = 10.0
"""Seconds after which a look that is still downloading is broken off when something newer is announced; it resumes."""

BREATH = 0.2
"""Seconds between two looks, however many hints come: they are unsigned, anybody may send a flood."""


@dataclass
class ChannelWatch:
    """*look* looks at *channel* once; *told* hears what came of it; *now* is monotonic seconds."""

    channel: str
    rhythm: Rhythm
    look: Look
    told: Told
    now: Now
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    announced: int = -1

    def hint(self, timestamp: int) -> None:
        """Somebody says that version *timestamp* is out: look, unless it was said before."""
        if timestamp != self.announced:
            self.announced = timestamp
            self.wanted.set()

    async def run(self) -> None:
        """Look for ever."""
        due, failures = self.rhythm.first(self.now()), 0
        while True:
            await _until(self.wanted, due - self.now())
            try:
                checked = await self._look_again_if_wanted()
            except SeamError as problem:
                failures, due = failures + 1, self._again(failures + 1, problem)
                self.told(self.channel, problem)
            else:
                # Another road answered, but the network did not: it is tried again as soon as if none had.
                failures = failures + 1 if checked.away else 0
                due = self._again(failures, checked.away) if checked.away else self.rhythm.next(self.now())
                self.told(self.channel, checked)
            await asyncio.sleep(BREATH)

    def _again(self, failures: int, problem: SeamError) -> float:
        return self.rhythm.retry(self.now(), failures, problem.retry_after if isinstance(problem, Unreachable) else None, jitter())

    async def _look_again_if_wanted(self) -> Checked:
        while True:
            self.wanted.clear()
            looking = asyncio.ensure_future(self.look(self.channel))
            try:
                if await self._finished(looking):
                    return looking.result()
            finally:
                looking.cancel()
            await asyncio.wait({looking})

    async def _finished(self, looking: "asyncio.Future[Checked]") -> bool:
        """Whether the look came to its end; false when, after ``PATIENCE``, something newer or the next slot calls for another."""
        done, _ = await asyncio.wait({looking}, timeout=PATIENCE)
        if done:
            return True
        wanted: asyncio.Future[None] = asyncio.ensure_future(_until(self.wanted, self.rhythm.next(self.now()) - self.now()))
        either: set[asyncio.Future[Any]] = {looking, wanted}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wanted.cancel()
        return looking.done()


def jitter() -> float:
    """A draw in [0, 1)."""
    return secrets.randbelow(10**6) / 10**6


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Until *event* is set, *seconds* at most."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await event.wait()
    except TimeoutError:
        return
