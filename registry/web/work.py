"""The work that goes on beside the requests while the registry runs, and the one place where a mistake in any of it is noticed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Work:
    """All of it; none ends by itself."""

    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @asynccontextmanager
    async def going(self, *works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
        """Each of *works* goes on until this ends."""
        tasks = {asyncio.create_task(each) for each in works}
        self._tasks |= tasks
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            # What one of them fell of is told by whoever waits for that.
            await asyncio.gather(*tasks, return_exceptions=True)
            self._tasks -= tasks

    async def fell(self) -> None:
        """Raise what ended one of them: a registry that silently lets a duty lie is better ended, and started anew."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()


WORK: web.AppKey[Work] = web.AppKey("work", Work)
