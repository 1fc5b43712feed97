"""Turns: looks at one channel never run together, and none keeps another waiting for ever."""

import asyncio

import pytest

from agent.turns import Turns


class Looks:
    """Looks that are under way, in the order in which they began."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.begun = asyncio.Event()
        self.under_way = 0
        self.most = 0

    async def look(self, name: str, until: asyncio.Event) -> str:
        self.began.append(name)
        self.begun.set()
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await until.wait()
        finally:
            self.under_way -= 1
        return name


async def test_a_long_look_is_broken_off_for_another_and_taken_up_again() -> None:
    turns, looks, never, now = Turns(patience=0.01), Looks(), asyncio.Event(), asyncio.Event()
    long = asyncio.ensure_future(turns.take(lambda: looks.look("stick", never)))
    await looks.begun.wait()
    now.set()
    assert await turns.take(lambda: looks.look("network", now)) == "network"
    never.set()
    assert await long == "stick"
    assert looks.began == ["stick", "network", "stick"]
    assert looks.most == 1


async def test_a_look_that_nobody_waits_for_is_left_alone() -> None:
    turns, looks, end = Turns(patience=0.0), Looks(), asyncio.Event()
    long = asyncio.ensure_future(turns.take(lambda: looks.look("stick", end)))
    await asyncio.wait({long}, timeout=0.05)
    end.set()
    assert await long == "stick"
    assert looks.began == ["stick"]


async def test_what_it_raises_comes_through_and_the_next_has_its_turn() -> None:
    turns = Turns()

    async def broken() -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await turns.take(broken)
    end = asyncio.Event()
    end.set()
    assert await turns.take(lambda: Looks().look("next", end)) == "next"


async def test_a_cancelled_look_ends_and_frees_the_turn() -> None:
    turns, looks, never = Turns(), Looks(), asyncio.Event()
    look = asyncio.ensure_future(turns.take(lambda: looks.look("one", never)))
    await looks.begun.wait()
    look.cancel()
    await asyncio.wait({look})
    assert looks.under_way == 0
    never.set()
    assert await turns.take(lambda: looks.look("two", never)) == "two"


async def test_a_hasty_look_waits_for_nobody_who_takes_long() -> None:
    turns, looks, never, now = Turns(patience=3600.0), Looks(), asyncio.Event(), asyncio.Event()
    long = asyncio.ensure_future(turns.take(lambda: looks.look("stick", never)))
    waiting = asyncio.ensure_future(turns.take(lambda: looks.look("neighbour", never)))
    await looks.begun.wait()
    now.set()
    async with asyncio.timeout(10):
        assert await turns.take(lambda: looks.look("alert", now), hasty=True) == "alert"
    never.set()
    assert {await long, await waiting} == {"stick", "neighbour"}
    assert looks.began[0] == "stick"
    assert "alert" in looks.began[1:3]
    assert looks.most == 1
