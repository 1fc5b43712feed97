"""A channel's watch: hints hasten it, floods do not hurry it, a long download does not hold up an alert."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from agent import watching
from agent.pull import Checked
from agent.watching import ChannelWatch
from bundle.errors import Complaint
from bundle.trust import Target
from device.errors import SeamError, TooSlow, Unreachable
from evidence.timing import Rhythm

DAY = Rhythm(86400, 0.0)


class Source:
    """Looks that are told how to end; each waits for *gate* when it should take long."""

    def __init__(self) -> None:
        self.looks = 0
        self.at: list[bytes | None] = []
        self.ended: list[Checked | SeamError] = []
        self.broken_off = 0
        self.fail: SeamError | None = None
        self.gate: asyncio.Event | None = None
        self.hurried: list[dict[str, bytes]] = []
        self.came, self.whole = Checked("vn", (Target.ALERTS,)), True
        self.stall: asyncio.Event | None = None
        self.looked = asyncio.Event()
        self.told = asyncio.Event()
        self.hastened = asyncio.Event()

    async def look(self, channel: str, timestamp: bytes | None) -> Checked:
        self.looks += 1
        self.at.append(timestamp)
        self.looked.set()
        if self.gate:
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.broken_off += 1
                raise
        if self.fail:
            raise self.fail
        return Checked(channel)

    async def hurry(self, channel: str, files: Mapping[str, bytes]) -> tuple[Checked, bool]:
        self.hurried.append(dict(files))
        self.hastened.set()
        if self.stall:
            await self.stall.wait()
        return self.came, self.whole

    def hear(self, channel: str, outcome: Checked | SeamError) -> None:
        self.ended.append(outcome)
        self.told.set()

    async def next_look(self) -> None:
        async with asyncio.timeout(10):
            await self.looked.wait()
        self.looked.clear()

    async def next_hurry(self) -> None:
        async with asyncio.timeout(10):
            await self.hastened.wait()
        self.hastened.clear()

    async def next_told(self) -> None:
        async with asyncio.timeout(10):
            await self.told.wait()
        self.told.clear()


@asynccontextmanager
async def watched(source: Source, rhythm: Rhythm = DAY) -> AsyncIterator[ChannelWatch]:
    loop = asyncio.get_running_loop()
    watch = ChannelWatch("vn", rhythm, source.look, source.hurry, source.hear, loop.time)
    task = asyncio.ensure_future(watch.run())
    watch.offer(None)
    yield watch
    task.cancel()
    await asyncio.wait({task})


async def test_it_looks_when_the_poll_says_so_and_then_only_for_a_reason() -> None:
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        watch.hint(7)
        await source.next_told()
        assert source.looks == 2
        watch.hint(7)
        assert not watch.wanted.is_set(), "the same hint again is no news"


async def test_a_flood_of_hints_is_a_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "BREATH", 30.0)
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        for number in range(10_000):
            watch.hint(number)
        await asyncio.wait({asyncio.ensure_future(asyncio.Event().wait())}, timeout=0.05)
        assert source.looks == 1


async def test_an_error_of_the_link_is_told_and_tried_again() -> None:
    source = Source()
    source.fail = Unreachable("mất mạng", retry_after=0)
    async with watched(source, Rhythm(0.05, 0.0)):
        for _ in range(3):
            await source.next_told()
        source.fail = None
        await source.next_told()
    assert all(isinstance(outcome, Unreachable) for outcome in source.ended[:3])
    assert isinstance(source.ended[3], Checked)


async def test_an_alert_does_not_wait_for_a_long_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """arexibo: a download blocks the schedule. Here the look that downloads is broken off, and resumes after the alert."""
    monkeypatch.setattr(watching, "PATIENCE", 0.02)
    source = Source()
    source.gate = asyncio.Event()
    async with watched(source) as watch:
        await source.next_look()
        watch.hint(8)
        await source.next_look()
        assert (source.looks, source.broken_off) == (2, 1)
        source.gate.set()
        await source.next_told()
    assert source.ended == [Checked("vn")]


async def test_a_download_that_nothing_newer_calls_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.01)
    source = Source()
    source.gate = asyncio.Event()
    async with watched(source):
        await source.next_look()
        await asyncio.wait({asyncio.ensure_future(source.gate.wait())}, timeout=0.1)
        source.gate.set()
        await source.next_told()
    assert (source.looks, source.broken_off) == (1, 0)


async def test_the_end_of_the_program_ends_a_look_under_way() -> None:
    source = Source()
    source.gate = asyncio.Event()
    async with watched(source):
        await source.next_look()
    assert source.broken_off == 1


async def test_too_slow_is_a_link_error_like_others() -> None:
    source = Source()
    source.fail = TooSlow("chậm")
    async with watched(source):
        await source.next_told()
    assert isinstance(source.ended[0], TooSlow)


async def test_what_the_poll_brought_is_looked_at_and_a_hint_asks_the_source_itself() -> None:
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        watch.offer(b"seven")
        await source.next_told()
        watch.hint(8)
        await source.next_told()
    assert source.at == [None, b"seven", None]


async def test_the_poll_breaks_off_a_download_for_something_newer_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PATIENCE", 0.01)
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        await source.next_look()
        source.gate = asyncio.Event()
        watch.offer(b"seven")
        await source.next_look()
        watch.offer(b"seven")
        assert not watch.wanted.is_set()
        watch.offer(b"eight")
        await source.next_look()
        source.gate.set()
        await source.next_told()
    assert (source.at, source.broken_off) == ([None, b"seven", b"eight"], 1)


async def test_the_poll_does_not_shorten_the_back_off_but_news_do() -> None:
    source = Source()
    source.fail = Unreachable("quá tải", retry_after=3600)
    async with watched(source) as watch:
        await source.next_told()
        watch.offer(None)
        assert not watch.wanted.is_set()
        watch.offer(b"seven")
        await source.next_told()
        watch.offer(b"seven")
        assert not watch.wanted.is_set()
        watch.hint(8)
        await source.next_told()
    assert source.at == [None, b"seven", None]


async def test_a_source_that_lags_behind_the_registry_is_asked_again_for_what_was_announced() -> None:
    source = Source()
    async with watched(source, Rhythm(0.02, 0.0)) as watch:
        await source.next_told()
        source.fail = Unreachable("chưa có ở nguồn")
        watch.offer(b"seven")
        await source.next_told()
        source.fail = None
        await source.next_told()
    assert source.at == [None, b"seven", b"seven"]


ALERT = {"metadata/vn/timestamp.json": b"eight", "metadata/vn/8.snapshot.json": b"8"}
STOP = {"metadata/vn/timestamp.json": b"nine", "metadata/vn/9.snapshot.json": b"9"}


async def test_what_a_hint_carries_waits_for_no_download_at_all() -> None:
    source = Source()
    source.gate = asyncio.Event()
    async with watched(source) as watch:
        await source.next_look()
        watch.hint(8, lambda: ALERT)
        await source.next_told()
        assert (source.hurried, source.broken_off) == ([ALERT], 1)
        assert source.ended == [source.came]


async def test_what_was_broken_off_for_it_is_taken_up_at_the_same_state() -> None:
    source = Source()
    source.whole, source.gate = False, asyncio.Event()
    async with watched(source) as watch:
        await source.next_look()
        watch.hint(8, lambda: ALERT)
        await source.next_look()
        source.gate.set()
        await source.next_told()
    assert (source.hurried, source.at, source.broken_off) == ([ALERT], [None, b"eight"], 1)
    assert source.ended == [Checked("vn")]


async def test_what_was_refused_is_asked_of_the_source_itself_and_is_no_complaint_yet() -> None:
    source = Source()
    source.came, source.whole = Checked("vn", (), (Complaint("vn", "sai"),)), False
    async with watched(source) as watch:
        await source.next_told()
        watch.hint(8, lambda: ALERT)
        await source.next_told()
    assert source.at == [None, None]
    assert source.ended == [Checked("vn"), Checked("vn")]


LIE = Checked("vn", (), (Complaint("vn", "sai"),))


@pytest.mark.parametrize("came", [Checked("vn"), LIE])
async def test_who_sent_nothing_of_use_breaks_nothing_off_for_a_while(came: Checked) -> None:
    source = Source()
    source.came, source.whole, source.gate = came, False, asyncio.Event()
    async with watched(source) as watch:
        await source.next_look()
        for number in range(8, 1000):
            watch.hint(number, lambda: ALERT)
            await asyncio.sleep(0)
        await asyncio.wait({asyncio.ensure_future(source.gate.wait())}, timeout=0.1)
        assert (len(source.hurried), source.broken_off) == (1, 1)


async def test_a_stop_waits_for_no_download_because_its_alert_was_here_already(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alert came from a neighbour, so the registry's hint of it brought nothing: that is no lie."""
    monkeypatch.setattr(watching, "GRACE", 0.01)
    monkeypatch.setattr(watching, "PATIENCE", 60.0)
    source = Source()
    source.came, source.whole, source.gate = Checked("vn"), False, asyncio.Event()
    async with watched(source) as watch:
        await source.next_look()
        watch.hint(8, lambda: ALERT)
        await source.next_hurry()
        await source.next_look()
        watch.hint(9, lambda: STOP)
        await source.next_hurry()
    assert source.hurried == [ALERT, STOP]


async def test_a_stop_does_not_wait_for_a_file_that_its_alert_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "GRACE", 0.01)
    monkeypatch.setattr(watching, "PATIENCE", 60.0)
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        source.stall = asyncio.Event()
        watch.hint(8, lambda: ALERT)
        await source.next_hurry()
        watch.hint(9, lambda: STOP)
        await source.next_hurry()
        source.stall.set()
        await source.next_told()
    assert source.hurried == [ALERT, ALERT | STOP]


async def test_a_flood_of_files_that_bring_nothing_is_a_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()
    source.came = Checked("vn")
    async with watched(source) as watch:
        await source.next_told()
        monkeypatch.setattr(watching, "BREATH", 60.0)
        watch.hint(8, lambda: ALERT)
        await source.next_told()
        for number in range(9, 1000):
            watch.hint(number, lambda: ALERT)
            await asyncio.sleep(0)
        await asyncio.wait({asyncio.ensure_future(asyncio.Event().wait())}, timeout=0.05)
    assert len(source.hurried) == 1


async def test_what_follows_on_something_new_is_looked_at_without_a_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        monkeypatch.setattr(watching, "BREATH", 60.0)
        for number, files in ((8, ALERT), (9, STOP)):
            watch.hint(number, lambda files=files: files)
            await source.next_told()
    assert source.hurried == [ALERT, STOP]


async def test_of_more_files_than_are_kept_the_oldest_go_and_never_the_newest_timestamp() -> None:
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        watch.hint(8, lambda: ALERT | {f"targets/vn/{n}.alerts.json": b"" for n in range(watching.MOST_FILES - len(ALERT))})
        watch.hint(9, lambda: STOP)
        await source.next_told()
    (files,) = source.hurried
    assert len(files) == watching.MOST_FILES
    assert files.items() >= STOP.items()


async def test_two_hints_before_one_look_bring_all_their_files() -> None:
    source = Source()
    async with watched(source) as watch:
        await source.next_told()
        watch.hint(8, lambda: ALERT)
        watch.hint(9, lambda: STOP)
        await source.next_told()
    assert source.hurried == [ALERT | STOP]


async def test_files_that_need_an_unreachable_source_are_looked_for_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()

    async def away(channel: str, files: Mapping[str, bytes]) -> tuple[Checked, bool]:
        raise Unreachable("mất mạng")

    monkeypatch.setattr(source, "hurry", away)
    async with watched(source) as watch:
        await source.next_told()
        watch.hint(8, lambda: ALERT)
        await source.next_told()
    assert source.at == [None, None]


async def test_files_hasten_a_look_at_what_another_announced_before_without_them() -> None:
    source = Source()
    source.gate = asyncio.Event()
    async with watched(source) as watch:
        await source.next_look()
        watch.hint(8)
        watch.hint(8, lambda: ALERT)
        await source.next_told()
        assert (source.hurried, source.broken_off) == ([ALERT], 1)
        watch.hint(8, lambda: ALERT)
        assert not watch.wanted.is_set(), "once"
