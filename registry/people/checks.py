"""How many passwords are checked at a time, and how many wait for it: each check takes a processor and 64 MiB for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 2
MOST_WAITING = 16
"""Checks that wait for their turn, some seconds' work on a small machine. Whoever comes then is told to come again."""


class Busy(Exception):
    """Too many passwords wait to be checked already: nothing was looked at, and no try was counted."""


class Checks:
    """The turns of one process, for which so many are *waiting*: that costs no processor, so that everything else is served meanwhile."""

    def __init__(self) -> None:
        self._turns, self.waiting = asyncio.Semaphore(AT_ONCE), 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn for one check; ``Busy`` when too many wait for theirs."""
        if self.waiting >= MOST_WAITING:
            raise Busy
        self.waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._turns.release()
