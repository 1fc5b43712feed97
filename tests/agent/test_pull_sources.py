"""Both sources against real servers and folders: resuming, restarting, and every way in which a transfer goes wrong."""

import asyncio
import fcntl
import hashlib
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from agent.pull import DirectorySource, HttpSource, directory, fetch_blob, read
from agent.pull.blobs import is_whole
from agent.pull.plain import open_plain
from bundle.asset import MAX_BLOB, Asset, blob_path
from bundle.errors import Refused
from device.errors import TooBig, TooSlow, Unreachable
from tests.simulators.live_registry import until

DATA = hashlib.sha256(b"seed").digest() * 8192  # 256 KB, more than one chunk of either source
ASSET = Asset(sha256=hashlib.sha256(DATA).hexdigest(), size=len(DATA))
PATH = blob_path(ASSET.sha256)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Shelf:
    """The place of one blob, with its half."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.final = folder / PATH
        self.part = self.final.with_name(self.final.name + ".part")
        self.final.parent.mkdir(parents=True)

    def half(self, data: bytes, tag: str = "") -> None:
        self.part.write_bytes(data)
        if tag:
            self.final.with_name(self.final.name + ".tag").write_text(tag)

    def leftovers(self) -> list[str]:
        return sorted(path.suffix for path in self.final.parent.iterdir() if path != self.final)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


@asynccontextmanager
async def served(handler: Handler, patience: float = 30) -> AsyncIterator[HttpSource]:
    app = web.Application()
    app.router.add_get("/content/{path:.*}", handler)
    async with AsyncExitStack() as stack:
        server = TestServer(app)
        await server.start_server()
        stack.push_async_callback(server.close)
        session = await stack.enter_async_context(ClientSession())
        yield HttpSource(session, str(server.make_url("/content")), ClientTimeout(total=None, sock_read=patience))


def whole(request: web.Request) -> web.Response:
    return web.Response(body=DATA, headers={"ETag": '"one"'})


async def with_ranges(request: web.Request) -> web.StreamResponse:
    wanted = request.headers.get("Range", "")
    if not wanted or request.headers.get("If-Range", '"one"') != '"one"':
        return whole(request)
    start = int(wanted.removeprefix("bytes=").removesuffix("-"))
    return web.Response(
        status=206,
        body=DATA[start:],
        headers={"ETag": '"one"', "Content-Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}", "X-Start": str(start)},
    )


async def without_ranges(request: web.Request) -> web.StreamResponse:
    return whole(request)


async def test_a_blob_comes_whole_and_leaves_nothing_beside_it(shelf: Shelf) -> None:
    async with served(with_ranges) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA
    assert shelf.leftovers() == []


@pytest.mark.parametrize("tag", ["", '"one"'])
async def test_a_half_is_resumed_where_it_stopped(shelf: Shelf, tag: str) -> None:
    asked: list[str] = []

    async def remember(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Range", "whole"))
        return await with_ranges(request)

    shelf.half(DATA[:100_000], tag)
    async with served(remember) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert asked == ["bytes=100000-"]
    assert shelf.final.read_bytes() == DATA


async def test_garlic_a_200_answer_to_a_range_request_is_never_appended(shelf: Shelf) -> None:
    shelf.half(DATA[:100_000])
    async with served(without_ranges) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_another_state_of_the_file_restarts_by_if_range(shelf: Shelf) -> None:
    shelf.half(b"x" * 100_000, '"older"')
    async with served(with_ranges) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_a_half_that_a_power_cut_changed_is_found_and_fetched_again(shelf: Shelf) -> None:
    shelf.half(b"\0" * 100_000, '"one"')
    async with served(with_ranges) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_a_half_longer_than_the_blob_is_forgotten(shelf: Shelf) -> None:
    shelf.half(DATA + b"more")
    async with served(with_ranges) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_a_complete_half_needs_no_request(shelf: Shelf) -> None:
    async def nobody(request: web.Request) -> web.StreamResponse:
        raise AssertionError("asked for what is there")

    shelf.half(DATA)
    async with served(nobody) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_a_server_that_answers_another_range_is_refused(shelf: Shelf) -> None:
    async def other(request: web.Request) -> web.StreamResponse:
        return web.Response(status=206, body=DATA[5:], headers={"Content-Range": f"bytes 5-{len(DATA) - 1}/{len(DATA)}"})

    shelf.half(DATA[:100_000])
    async with served(other) as source:
        with pytest.raises(Unreachable, match="206"):
            await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.part.read_bytes() == DATA[:100_000]


async def test_416_begins_anew_at_the_next_attempt(shelf: Shelf) -> None:
    async def out_of_range(request: web.Request) -> web.StreamResponse:
        return web.Response(status=416) if "Range" in request.headers else whole(request)

    shelf.half(DATA[:100_000])
    async with served(out_of_range) as source:
        with pytest.raises(Unreachable):
            await fetch_blob(source, shelf.folder, ASSET)
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_a_link_that_falls_keeps_the_half(shelf: Shelf) -> None:
    async def falls(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(DATA)), "ETag": '"one"'})
        await response.prepare(request)
        await response.write(DATA[:70_000])
        assert request.transport is not None
        request.transport.close()
        return response

    async with served(falls) as source:
        with pytest.raises(Unreachable):
            await fetch_blob(source, shelf.folder, ASSET)
    kept = shelf.part.read_bytes()
    assert DATA.startswith(kept)
    assert not shelf.final.exists()
    async with served(with_ranges) as source:
        await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_xibo_a_failed_re_download_leaves_the_good_copy(shelf: Shelf) -> None:
    async def wrong(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * len(DATA))

    shelf.final.write_bytes(DATA)
    async with served(wrong) as source:
        with pytest.raises(Refused, match="not the signed ones"):
            await fetch_blob(source, shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA
    assert shelf.leftovers() == []


async def test_more_than_was_signed_is_cut_off_at_once(shelf: Shelf) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(DATA)

    async with served(endless) as source:
        with pytest.raises(TooBig):
            await fetch_blob(source, shelf.folder, ASSET)
        with pytest.raises(TooBig):
            await read(source, "metadata/x/timestamp.json", 4096)
    assert shelf.leftovers() == []


async def test_silence_is_too_slow_but_length_is_not(shelf: Shelf) -> None:
    released = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(DATA))})
        await response.prepare(request)
        await response.write(DATA[:70_000])
        await released.wait()
        return response

    async with served(silent, patience=0.1) as source:
        with pytest.raises(TooSlow):
            await fetch_blob(source, shelf.folder, ASSET)
        released.set()
    assert shelf.part.exists()


async def test_a_server_in_trouble_says_when_to_come_back() -> None:
    async def busy(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": "120"})

    async with served(busy) as source:
        with pytest.raises(Unreachable) as problem:
            await read(source, "metadata/x/timestamp.json", 4096)
    assert problem.value.retry_after == 120


async def test_nobody_there_is_unreachable(shelf: Shelf) -> None:
    async with ClientSession() as session:
        with pytest.raises(Unreachable):
            await fetch_blob(HttpSource(session, "http://127.0.0.1:9/content"), shelf.folder, ASSET)


async def test_what_the_source_lacks_is_none(tmp_path: Path) -> None:
    async def absent(request: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    async with served(absent) as source:
        assert await read(source, "metadata/x/timestamp.json", 4096) is None
    assert await read(DirectorySource(tmp_path), "metadata/x/timestamp.json", 4096) is None


async def test_a_stick_is_resumed_too(shelf: Shelf, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    (stick / PATH).parent.mkdir(parents=True)
    (stick / PATH).write_bytes(DATA)
    shelf.half(DATA[:100_000])
    await fetch_blob(DirectorySource(stick), shelf.folder, ASSET)
    assert shelf.final.read_bytes() == DATA


async def test_a_stick_whose_file_changed_is_read_from_its_start(shelf: Shelf, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    (stick / PATH).parent.mkdir(parents=True)
    (stick / PATH).write_bytes(DATA)
    async with DirectorySource(stick).open(PATH, 100, "another state") as stream:
        assert stream is not None
        assert stream.offset == 0


async def test_a_pipe_on_a_stick_blocks_nobody(shelf: Shelf, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    (stick / PATH).parent.mkdir(parents=True)
    os.mkfifo(stick / PATH)
    with pytest.raises(Unreachable, match="does not have it"):
        await fetch_blob(DirectorySource(stick), shelf.folder, ASSET)


async def test_a_stick_that_cannot_be_read_is_unreachable(shelf: Shelf, tmp_path: Path) -> None:
    loop = tmp_path / "stick" / PATH
    loop.parent.mkdir(parents=True)
    loop.symlink_to(loop.name)
    with pytest.raises(Unreachable):
        await fetch_blob(DirectorySource(tmp_path / "stick"), shelf.folder, ASSET)


async def test_a_file_that_a_slow_stick_opens_when_nobody_waits_any_more_is_closed_again(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(DATA)
    asked, may_open, opened = threading.Event(), threading.Event(), []

    def slowly(folder: Path, path: str):
        asked.set()
        may_open.wait(20)
        opened.append(open_plain(folder, path))
        return opened[0]

    monkeypatch.setattr(directory, "open_plain", slowly)
    reading = asyncio.create_task(read(DirectorySource(tmp_path), "a", 2**20))
    await asyncio.to_thread(asked.wait, 20)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    may_open.set()
    await until(lambda: bool(opened))
    await until(lambda: opened[0].closed)


def test_whole_means_the_bytes_and_not_the_size(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"x" * len(DATA))
    assert not is_whole(path, ASSET)
    path.write_bytes(DATA)
    assert is_whole(path, ASSET)


async def test_two_channels_that_need_one_blob_do_not_mix_their_bytes(shelf: Shelf) -> None:
    halfway, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(DATA))})
        await response.prepare(request)
        await response.write(DATA[:70_000])
        halfway.set()
        await go_on.wait()
        await response.write(DATA[70_000:])
        return response

    async with served(slowly) as source:
        first = asyncio.create_task(fetch_blob(source, shelf.folder, ASSET))
        await halfway.wait()
        with pytest.raises(Unreachable, match="another channel"):
            await fetch_blob(source, shelf.folder, ASSET)
        go_on.set()
        await first
    assert shelf.final.read_bytes() == DATA


async def test_a_fetch_that_is_broken_off_while_it_reads_its_half_lets_go_of_it_at_once(shelf: Shelf) -> None:
    """The next look takes the half up again: it must not find it held by one that is over."""
    shelf.half(DATA)
    size = MAX_BLOB - 1  # a hole in the file: long to read, and nothing to write
    os.truncate(shelf.part, size)

    def held() -> bool:
        with shelf.part.open("rb") as other:
            try:
                fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    async with served(with_ranges) as source:
        fetching = asyncio.ensure_future(fetch_blob(source, shelf.folder, Asset(sha256=ASSET.sha256, size=size + 1)))
        await until(held)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
    assert not held()
