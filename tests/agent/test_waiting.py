"""A wait for an event ends by the event, by the time, and always by a cancellation."""

import asyncio

import pytest

from agent.waiting import until


@pytest.mark.parametrize("turns", range(4))
async def test_who_is_cancelled_just_as_the_event_comes_does_not_live_on(turns: int) -> None:
    event = asyncio.Event()

    async def wait_again_and_again() -> None:
        while True:
            event.clear()
            await until(event, 60)

    task = asyncio.ensure_future(wait_again_and_again())
    await asyncio.sleep(0)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    try:
        assert done
    finally:
        task.cancel()


async def test_an_event_that_does_not_come_is_waited_for_so_long() -> None:
    await until(asyncio.Event(), 0.01)
    await until(asyncio.Event(), -1)
