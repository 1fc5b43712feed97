"""Strangers who listen take no unit's place: when all seats are taken, every part of the network keeps the same share of them."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.live.seats import NoSeat, Seats, block_of
from registry.web.live import ROOMS, SEATS
from tests.simulators.live_registry import until
from tests.simulators.speech import heard, spoken

VILLAGE, STRANGER = "127.0.0.2", "127.0.0.3"


class Network:
    """Listeners at addresses of their own, each on its own connection; all of loopback is this machine."""

    def __init__(self, studio, stack):
        self.studio, self.stack = studio, stack

    async def ask(self, address, *told):
        """The answer of one more listener at *address*, its body not read yet; each of *told* is a header line of a proxy."""
        place = aiohttp.TCPConnector(local_addr=(address, 0), force_close=True)
        session = await self.stack.enter_async_context(aiohttp.ClientSession(connector=place))
        return await session.get(self.studio.client.make_url(self.studio.url()), headers=[("X-Real-IP", line) for line in told])

    async def crowd(self, address, count, *told):
        """*count* who hear, one after the other."""
        answers = [await self.ask(address, *told) for _ in range(count)]
        assert [answer.status for answer in answers] == [200] * count
        return answers


@pytest.fixture
async def network(studio):
    async with AsyncExitStack() as stack:
        yield Network(studio, stack)


@asynccontextmanager
async def speaking(studio):
    """Somebody who speaks when *said* is set."""
    said = asyncio.Event()

    async def body():
        yield b""
        await said.wait()
        yield spoken("audio/ogg")

    speaker = asyncio.create_task(studio.speak(body()))
    await until(lambda: any(room.taken for room in studio.app[ROOMS].values()))
    yield said
    said.set()
    await speaker


async def cut_off(answer):
    """Whether this listener's connection ended in the middle."""
    try:
        await answer.read()
    except aiohttp.ClientError:
        return True
    return False


async def test_a_crowd_at_one_address_does_not_keep_the_village_from_hearing(studio, network):
    await studio.open(most_listeners=4)
    async with speaking(studio) as said:
        strangers = await network.crowd(STRANGER, 4)
        (unit,) = await network.crowd(VILLAGE, 1)
        assert await cut_off(strangers.pop()), "the newest of the crowd made room"
        said.set()
        for answer in (unit, *strangers):
            assert heard(await answer.read())[0] == pytest.approx(3.0, abs=0.3)


async def test_the_crowd_gets_no_seat_back_and_drives_nobody_out(studio, network):
    await studio.open(most_listeners=4)
    async with speaking(studio) as said:
        units, _ = await network.crowd(VILLAGE, 2), await network.crowd(STRANGER, 2)
        for _ in range(5):
            answer = await network.ask(STRANGER)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert "too many listeners" in await answer.text()
        said.set()
        for unit in units:
            assert heard(await unit.read())[0] == pytest.approx(3.0, abs=0.3)


async def test_units_behind_one_address_of_a_carrier_all_hear_while_there_are_seats(studio, network):
    await studio.open(most_listeners=30)
    async with speaking(studio) as said:
        units = await network.crowd(VILLAGE, 29)
        await network.crowd(STRANGER, 1)
        said.set()
        for unit in units:
            assert heard(await unit.read())[0] == pytest.approx(3.0, abs=0.3)


async def test_who_waits_for_the_speaker_makes_room_as_well(studio, network):
    await studio.open(most_listeners=2, live_patience=30.0)
    waiting = [asyncio.create_task(network.ask(STRANGER))]
    await studio.seated(1)
    waiting.append(asyncio.create_task(network.ask(STRANGER)))
    await studio.seated(2)
    unit = asyncio.create_task(network.ask(VILLAGE))
    assert (await waiting[1]).status == 503
    async with speaking(studio):
        assert [(await each).status for each in (waiting[0], unit)] == [200, 200]


async def test_a_seat_is_free_again_when_it_is_over(studio, network):
    await studio.open(most_listeners=1)
    for _ in range(2):
        async with speaking(studio) as said:
            (unit,) = await network.crowd(VILLAGE, 1)
            assert (await network.ask(VILLAGE)).status == 503
            said.set()
            await unit.read()
        await studio.seated(0)


async def test_the_proxy_says_who_asks_only_where_it_was_said_to(studio, network):
    await studio.open(most_listeners=2)
    async with speaking(studio):
        await network.crowd(VILLAGE, 2, "203.0.113.9")
        assert (await network.ask(VILLAGE, "198.51.100.7")).status == 503, "anybody can write that"


@pytest.mark.parametrize("lines", [["198.51.100.7"], ["203.0.113.9, 198.51.100.7"], ["203.0.113.9", "198.51.100.7"], ["2001:db8:0:1::7"]])
async def test_behind_a_proxy_the_address_that_it_writes_counts(studio, network, lines):
    await studio.open(most_listeners=2, client_header="X-Real-IP")
    async with speaking(studio):
        strangers = await network.crowd(VILLAGE, 2, "203.0.113.9")
        assert (await network.ask(VILLAGE, "203.0.113.9")).status == 503
        assert (await network.ask(VILLAGE, *lines)).status == 200
        assert await cut_off(strangers[1])


async def test_without_a_seat_nobody_hears(studio, network):
    await studio.open(most_listeners=0)
    async with speaking(studio):
        assert (await network.ask(VILLAGE)).status == 503
        assert len(studio.app[SEATS]) == 0


def test_one_customer_of_ipv6_is_one_however_many_addresses_it_takes():
    assert block_of("2001:db8:0:1::7") == block_of("2001:db8:0:1:ffff::") != block_of("2001:db8:0:2::7")
    assert block_of("::ffff:203.0.113.9") == block_of("203.0.113.9") != block_of("203.0.113.10")
    assert block_of("fe80::1%eth0") == block_of("fe80::2")
    with pytest.raises(ValueError, match="unix"):
        block_of("unix")


@given(st.integers(0, 12), st.lists(st.sampled_from("abc"), max_size=40))
async def test_no_block_is_more_than_one_seat_short_of_another_unless_it_asked_for_no_more(most, asked):
    seats, inside = Seats(most), dict.fromkeys("abc", 0)

    async def sit(block, answered):
        try:
            async with seats.seat(block):
                inside[block] += 1
                answered.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    inside[block] -= 1
        except NoSeat:
            answered.set()

    async def settled():
        await until(lambda: sum(inside.values()) == len(seats))

    tasks = []
    for block in asked:
        answered = asyncio.Event()
        tasks.append(asyncio.create_task(sit(block, answered)))
        await answered.wait()
        assert len(seats) == min(most, len(tasks))
    await settled()
    for block, count in inside.items():
        assert count == asked.count(block) or count >= max(inside.values()) - 1
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(seats) == 0
