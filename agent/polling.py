"""The poll: one request for all channels when the unit's slot comes, and each channel's watch is handed what is new for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from agent.watching import ChannelWatch, Now, jitter
from device.errors import Unreachable
from evidence.timing import Rhythm

log = logging.getLogger(__name__)

Ask = Callable[[], Awaitable[dict[str, bytes]]]
"""The newest timestamps by channel, by one request; raises ``Unreachable``."""


@dataclass
class Poll:
    """*ask* once at each slot of *rhythm*, for all the *watches*; *now* is monotonic seconds."""

    rhythm: Rhythm
    ask: Ask
    watches: Mapping[str, ChannelWatch]
    now: Now

    async def run(self) -> None:
        """Poll for ever."""
        due = self.rhythm.first(self.now())
        while True:
            await asyncio.sleep(max(0.0, due - self.now()))
            found, wish = await self._asked()
            for channel, watch in self.watches.items():
                # A channel that the answer lacks, or all of them when nobody answers, is looked for at the source itself:
                # a plain static server has no such address, and a mirror may be reached when the registry is not.
                watch.offer(found.get(channel))
            due = max(self.rhythm.next(self.now()), self.rhythm.wished(self.now(), wish, jitter()))

    async def _asked(self) -> tuple[dict[str, bytes], float | None]:
        try:
            return await self.ask(), None
        except Unreachable as problem:
            log.info("%s", problem)
            return {}, problem.retry_after
