"""A transfer may take as long as it needs, but an endless drip ends; both by a clock of the test's own."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from agent.pull import HttpSource, fetch_blob, http, read
from agent.pull.pace import LEAST, WINDOW, Pace
from bundle.asset import Asset, blob_path
from device.errors import SeamError, TooSlow, Unreachable

DATA = hashlib.sha256(b"pace").digest() * 8192
ASSET = Asset(sha256=hashlib.sha256(DATA).hexdigest(), size=len(DATA))
HALF = 100_000


@given(st.lists(st.tuples(st.floats(0.1, 50), st.integers(1, 500)), min_size=60, max_size=60))
def test_a_drip_ends_within_two_windows(drops: list[tuple[float, int]]) -> None:
    now, pace, ended = 0.0, Pace(0.0), None
    for wait, size in drops:
        now += wait
        if pace.too_slow(now, min(size, int(wait * 200) + 1)):
            ended = now
            break
    assert now < WINDOW or ended is not None
    assert now <= 2 * WINDOW + 50


@given(st.lists(st.floats(0.01, 20), min_size=1, max_size=300), st.floats(8000, 10**7))
def test_64_kbit_a_second_is_never_too_slow_however_long_it_takes(waits: list[float], rate: float) -> None:
    now, pace = 0.0, Pace(0.0)
    for wait in waits:
        now += wait
        assert not pace.too_slow(now, int(rate * wait) + 1)


def test_a_silence_over_several_windows_is_judged_by_all_of_them() -> None:
    assert Pace(0.0).too_slow(5 * WINDOW, 4 * LEAST)
    assert not Pace(0.0).too_slow(5 * WINDOW, 5 * LEAST)


class Village:
    """Time passes only when a chunk comes: *seconds* for each."""

    def __init__(self, seconds: float) -> None:
        self.at, self.seconds = 0.0, seconds

    def now(self) -> float:
        self.at += self.seconds
        return self.at


@asynccontextmanager
async def served(handler: Callable, clock: Callable[[], float]) -> AsyncIterator[HttpSource]:
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    async with TestServer(app) as server, ClientSession() as session:
        yield HttpSource(session, str(server.make_url("/")), now=clock)


async def test_an_endless_drip_is_too_slow_and_its_half_is_resumed_later(tmp_path: Path) -> None:
    asked: list[str] = []

    async def drips(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Range", "whole"))
        response = web.StreamResponse(headers={"Content-Length": str(len(DATA)), "ETag": '"1"'})
        await response.prepare(request)
        for at in range(0, len(DATA), 100):
            await response.write(DATA[at : at + 100])
            await asyncio.sleep(0)
        return response

    final = tmp_path / blob_path(ASSET.sha256)
    async with served(drips, Village(10_000.0).now) as source:
        with pytest.raises(TooSlow, match="less than"):
            await fetch_blob(source, tmp_path, ASSET)
    half = final.with_name(final.name + ".part").read_bytes()
    assert DATA.startswith(half)
    async with served(drips, Village(0.0).now) as source:
        await fetch_blob(source, tmp_path, ASSET)
    assert asked[0] == "whole"
    assert final.read_bytes() == DATA


async def test_a_head_that_never_ends_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_WITHIN", 0.05)
    gone = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server, ClientSession() as session:
        source = HttpSource(session, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        with pytest.raises(TooSlow):
            await read(source, "metadata/vn/timestamp.json", 4096)
        gone.set()


def ranged(start: int, **headers: str) -> web.Response:
    told = {"ETag": '"1"', "Content-Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"} | headers
    return web.Response(status=206, body=DATA[start:], headers=told)


def odd_answers() -> dict[str, Callable[[int], web.Response]]:
    """What servers were seen to answer to a range request; each must end in the right bytes, at the second attempt at the latest."""
    packed = {"Content-Encoding": "gzip"}
    return {
        "206 for the whole, without being asked": ranged,
        "another state of the file in spite of If-Range": lambda start: ranged(start, ETag='"2"'),
        "a total that is not the file's": lambda start: ranged(
            start, **{"Content-Range": f"bytes {start}-{2 * len(DATA)}/{3 * len(DATA)}"}
        ),
        "an end that is not the file's": lambda start: web.Response(
            status=206, body=DATA[start : start + 5000], headers={"Content-Range": f"bytes {start}-{start + 4999}/{start + 5000}"}
        ),
        "a packed range": lambda start: web.Response(
            status=206, body=gzip.compress(DATA[start:]), headers=packed | {"Content-Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"}
        ),
        "a packed whole that is cut off": lambda start: web.Response(body=gzip.compress(DATA)[:-300], headers=packed),
        "a packed whole": lambda start: web.Response(body=gzip.compress(DATA), headers=packed),
        "no such range": lambda start: web.Response(status=416),
        "a page in its place": lambda start: web.Response(body=b"<html>" + bytes(len(DATA) - 6)),
    }


@pytest.mark.parametrize("answer", odd_answers().values(), ids=odd_answers().keys())
@pytest.mark.parametrize("half", [0, HALF])
async def test_whatever_a_server_makes_of_a_range_the_right_bytes_come_or_none(
    answer: Callable[[int], web.Response], half: int, tmp_path: Path
) -> None:
    final = tmp_path / blob_path(ASSET.sha256)
    final.parent.mkdir(parents=True)
    if half:
        final.with_name(final.name + ".part").write_bytes(DATA[:half])
        final.with_name(final.name + ".tag").write_text('"1"')
    answers = 0

    async def first_oddly(request: web.Request) -> web.StreamResponse:
        nonlocal answers
        answers += 1
        wanted = request.headers.get("Range", "bytes=0-")
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if answers == 1:
            return answer(start)
        return (
            ranged(start) if start and request.headers.get("If-Range", '"1"') == '"1"' else web.Response(body=DATA, headers={"ETag": '"1"'})
        )

    async with served(first_oddly, Village(0.0).now) as source:
        try:
            await fetch_blob(source, tmp_path, ASSET)
        except Exception as problem:
            assert isinstance(problem, SeamError) or "not the signed ones" in str(problem), repr(problem)  # noqa: PT017
            assert not final.exists()
            await fetch_blob(source, tmp_path, ASSET)
    assert final.read_bytes() == DATA


async def test_a_link_that_falls_again_and_again_is_taken_up_at_once_while_it_brings_something(tmp_path: Path) -> None:
    asked: list[str] = []

    async def falls(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Range", "bytes=0-"))
        start = int(asked[-1].removeprefix("bytes=").removesuffix("-"))
        head = {"ETag": '"1"', "Content-Length": str(len(DATA) - start), "Content-Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"}
        response = web.StreamResponse(status=206 if start else 200, headers=head)
        await response.prepare(request)
        await response.write(DATA[start : start + (70_000 if len(asked) < 3 else 10)])
        assert request.transport is not None
        request.transport.close()
        return response

    final = tmp_path / blob_path(ASSET.sha256)
    async with served(falls, Village(0.0).now) as source:
        with pytest.raises(Unreachable):
            await fetch_blob(source, tmp_path, ASSET)
    assert asked == ["bytes=0-", "bytes=70000-", "bytes=140000-"], "the third brought nothing to speak of"
    assert final.with_name(final.name + ".part").read_bytes() == DATA[:140_010]
