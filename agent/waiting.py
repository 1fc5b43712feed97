"""Waiting for an event, but not for ever."""

import asyncio


async def until(event: asyncio.Event, seconds: float | None) -> None:
    """Until *event* is set, *seconds* at most; ``None`` is for ever.

    Never by ``asyncio.wait_for``: in Python 3.11 it loses a cancellation that comes in the same turn as the event, and the task lives on.
    """
    try:
        async with asyncio.timeout(None if seconds is None else max(0.0, seconds)):
            await event.wait()
    except TimeoutError:
        return
