"""One look at a channel at a time, by whatever road: who waits does not wait for long, and who was broken off takes it up again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

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

    async def take(self, work: Callable[[], Awaitable[T]]) -> T:
        """The outcome of *work*, which is cancelled and begun again when another look waits for longer than is fair."""
        while True:
            await self._queue()
            try:
                task = asyncio.ensure_future(work())
                try:
                    if await self._ended(task):
                        return task.result()
                finally:
                    task.cancel()
                    await asyncio.wait({task})
            finally:
                self._turn.release()

    async def _queue(self) -> None:
        self._waiting += 1
        self._pressed.set()
        try:
            # The lock is fair: who was broken off comes after who waited.
            await self._turn.acquire()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._pressed.clear()

    async def _ended(self, task: "asyncio.Future[T]") -> bool:
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        if done:
            return True
        pressed = asyncio.ensure_future(self._pressed.wait())
        try:
            either: set[asyncio.Future[Any]] = {task, pressed}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pressed.cancel()
        return task.done()
