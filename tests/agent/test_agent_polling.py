"""The poll: one question for all channels, and every channel still looks for itself when nobody answers it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from agent.polling import Poll
from agent.pull import Checked
from agent.watching import ChannelWatch
from device.errors import SeamError, Unreachable
from evidence.timing import Rhythm

CHANNELS = ("vn", "vn.20", "vn.20.06001")


class Answers:
    """Answers the poll, and keeps which looks followed."""

    def __init__(self, *answers: dict[str, bytes] | Unreachable) -> None:
        self.answers = list(answers)
        self.looks: list[tuple[str, bytes | None]] = []
        self.asked = 0
        self.times: list[float] = []
        self.happened = asyncio.Event()

    async def ask(self) -> dict[str, bytes]:
        self.asked += 1
        self.times.append(asyncio.get_running_loop().time())
        self.happened.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    async def look(self, channel: str, timestamp: bytes | None) -> Checked:
        self.looks.append((channel, timestamp))
        self.happened.set()
        return Checked(channel)

    async def hurry(self, channel: str, files: Mapping[str, bytes]) -> tuple[Checked, bool]:
        raise AssertionError("a poll carries nothing")

    def told(self, channel: str, outcome: Checked | SeamError) -> None:
        pass

    async def until(self, polls: int = 0, looks: int = 0) -> None:
        async with asyncio.timeout(10):
            while self.asked < polls or len(self.looks) < looks:
                self.happened.clear()
                await self.happened.wait()


@asynccontextmanager
async def polling(answers: Answers, period: float = 1000.0) -> AsyncIterator[dict[str, ChannelWatch]]:
    now = asyncio.get_running_loop().time
    rhythm = Rhythm(period, 0.0)
    watches = {channel: ChannelWatch(channel, rhythm, answers.look, answers.hurry, answers.told, now) for channel in CHANNELS}
    tasks = [asyncio.ensure_future(each.run()) for each in (*watches.values(), Poll(rhythm, answers.ask, watches, now))]
    try:
        yield watches
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def test_one_question_serves_every_channel() -> None:
    answers = Answers({channel: channel.encode() for channel in CHANNELS})
    async with polling(answers):
        await answers.until(looks=3)
    assert answers.asked == 1
    assert sorted(answers.looks) == [(channel, channel.encode()) for channel in CHANNELS]


async def test_when_nobody_answers_each_channel_asks_its_source() -> None:
    answers = Answers(Unreachable("no such address"))
    async with polling(answers):
        await answers.until(looks=3)
    assert sorted(answers.looks) == [(channel, None) for channel in CHANNELS]


async def test_a_channel_that_the_answer_lacks_asks_its_source() -> None:
    answers = Answers({"vn": b"1"})
    async with polling(answers):
        await answers.until(looks=3)
    assert dict(answers.looks) == {"vn": b"1", "vn.20": None, "vn.20.06001": None}


async def test_it_asks_again_at_each_slot() -> None:
    answers = Answers(Unreachable("gone"), {"vn": b"1"})
    async with polling(answers, 0.05):
        await answers.until(polls=3)


async def test_a_server_that_wants_peace_gets_it() -> None:
    answers = Answers(Unreachable("busy", retry_after=1.0), {})
    async with polling(answers, 0.01):
        await answers.until(polls=2)
    assert answers.times[1] - answers.times[0] >= 1.0


async def test_a_hint_is_one_look_of_its_own_channel() -> None:
    answers = Answers(dict.fromkeys(CHANNELS, b"1"))
    async with polling(answers) as watches:
        await answers.until(looks=3)
        watches["vn.20"].hint(7)
        await answers.until(looks=4)
    assert answers.asked == 1
    assert answers.looks[3] == ("vn.20", None)
