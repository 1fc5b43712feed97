"""One look at a channel at a time, by whatever road: who waits does not wait for long, and who was broken off takes it up again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from agent.waiting import either

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that a look may run while another one waits. A blob of which half is there is resumed, not begun again."""


class Turns:
    """The looks at one channel: a long import from a stick holds up no alert, and a slow download no stick."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._pressed = asyncio.Event()
        self._hasty = 0
        self._hurried = asyncio.Event()

    async def take(self, work: Callable[[], Awaitable[T]], hasty: bool = False) -> T:
        """The outcome of *work*, which is cancelled and begun again when another look waits for longer than is fair.

        *hasty* work is short, and waits for no other that is not.
        """
        while True:
            await self._queue(hasty)
            try:
                task = asyncio.ensure_future(work())
                try:
                    if await self._ended(task, hasty):
                        return task.result()
                finally:
                    task.cancel()
                    await asyncio.wait({task})
            finally:
                self._turn.release()

    async def _queue(self, hasty: bool) -> None:
        self._count(1, hasty)
        try:
            # The lock is fair: who was broken off comes after who waited.
            await self._turn.acquire()
        finally:
            self._count(-1, hasty)

    def _count(self, one: int, hasty: bool) -> None:
        self._waiting += one
        self._hasty += one if hasty else 0
        for waiting, event in ((self._waiting, self._pressed), (self._hasty, self._hurried)):
            if waiting:
                event.set()
            else:
                event.clear()

    async def _ended(self, task: "asyncio.Future[T]", hasty: bool) -> bool:
        hurried = asyncio.Event() if hasty else self._hurried
        await either(task, hurried, self._patience)
        if not task.done() and not hurried.is_set():
            await either(task, self._pressed, None)
        return task.done()
