"""Waiting for an event, but not for ever; and for a thread, whatever happens."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def until(event: asyncio.Event, seconds: float | None) -> None:
    """Until *event* is set, *seconds* at most; ``None`` is for ever.

    Never by ``asyncio.wait_for``: in Python 3.11 it loses a cancellation that comes in the same turn as the event, and the task lives on.
    """
    try:
        async with asyncio.timeout(None if seconds is None else max(0.0, seconds)):
            await event.wait()
    except TimeoutError:
        return


async def either(task: "asyncio.Future[T]", event: asyncio.Event, seconds: float | None) -> None:
    """Until *task* is done or *event* is set, *seconds* at most; *task* goes on in any case."""
    called = asyncio.ensure_future(event.wait())
    both: set[asyncio.Future[Any]] = {task, called}
    try:
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        called.cancel()


async def to_the_end(work: Callable[[], T], hurry: Callable[[], None] = lambda: None) -> T:
    """What *work* returns, done in a thread. Whoever is cancelled meanwhile calls *hurry*, and waits until the thread has ended.

    A thread cannot be cancelled: left alone, it would go on writing where the next one has begun to write.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        hurry()
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            # Nobody asks any more what came of it.
            task.exception()
        raise
