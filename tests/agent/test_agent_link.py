"""The link to the registry takes nothing on trust: portals, floods and nonsense end as "unreachable", never as a crash."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from agent.registry import Hint, RegistryLink, read_hint
from bundle.errors import Refused
from device.errors import Unreachable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def link(handler: Handler) -> AsyncIterator[RegistryLink]:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    async with TestServer(app) as server, ClientSession() as http:
        yield RegistryLink(http, str(server.make_url("/")))


def answering(text: str, status: int = 200, **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text=text, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return handler


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("<html>Chào mừng đến với Wi-Fi</html>", 200),
        ("[]", 200),
        ('{"format": 1}', 200),
        ('{"format": 1, "kept": {"display": "all"}}', 200),
        ("{" * 100_000, 200),
        ("", 502),
        ("", 302),
        ("", 404),
    ],
)
async def test_nobody_but_the_registry_acknowledges(text: str, status: int) -> None:
    """A captive portal answers 200 to everything: proofs of play must not be thrown away for that."""
    async with link(answering(text, status)) as registry:
        with pytest.raises(Unreachable):
            await registry.deliver("a.b.c")


async def test_an_acknowledgement_is_read() -> None:
    async with link(answering('{"format":1,"kept":{"display":3},"newest":{"vn":7}}')) as registry:
        found = await registry.deliver("a.b.c")
    assert found.kept == {"display": 3}
    assert found.newest == {"vn": 7}


@pytest.mark.parametrize(
    "answer", [answering('{"format":1,"kept":{},"refused":{"0":"unit: không biết"}}'), answering("no", 400), answering("no", 413)]
)
async def test_a_refusal_is_no_outage(answer: Handler) -> None:
    async with link(answer) as registry:
        with pytest.raises(Refused):
            await registry.deliver("a.b.c")


async def test_retry_after_is_handed_on() -> None:
    async with link(answering("", 503, Retry_After="120")) as registry:
        with pytest.raises(Unreachable) as caught:
            await registry.deliver("a.b.c")
        assert caught.value.retry_after == 120
        with pytest.raises(Unreachable) as caught:
            await anext(registry.hints(("vn",)))
        assert caught.value.retry_after == 120


async def test_nobody_listens() -> None:
    async with ClientSession() as http:
        with pytest.raises(Unreachable):
            await RegistryLink(http, "http://127.0.0.1:1").deliver("a.b.c")
        with pytest.raises(Unreachable):
            await anext(RegistryLink(http, "http://127.0.0.1:1").hints(("vn",)))


def streaming(*chunks: bytes) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
        return response

    return handler


async def collect(registry: RegistryLink) -> list[Hint]:
    found: list[Hint] = []

    async def follow() -> None:
        async for hint in registry.hints(("vn", "vn.20")):
            found.append(hint)

    with pytest.raises(Unreachable):
        async with asyncio.timeout(10):
            await follow()
    return found


async def test_hints_come_through_comments_nonsense_and_torn_packets() -> None:
    chunks = (
        b": hello\n\n",
        b'data: {"channel": "vn", ',
        b'"timestamp": 3}\n\n',
        b"data: what?\n\n",
        b'data: {"channel":"vn.20","timestamp":9,"new":1}\n\n',
    )
    async with link(streaming(*chunks)) as registry:
        assert await collect(registry) == [Hint(channel="vn", timestamp=3), Hint(channel="vn.20", timestamp=9)]


async def test_an_endless_line_ends_the_stream_and_not_the_memory() -> None:
    async with link(streaming(b"data: ", *[b"x" * 65536] * 40)) as registry:
        assert await collect(registry) == []


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"event: data:",
        b"data:",
        b"data: 7",
        b'data: {"channel":"../x","timestamp":1}',
        b'data: {"channel":"vn"}',
        b"data: \xff",
    ],
)
def test_what_is_no_hint(line: bytes) -> None:
    assert read_hint(line) is None
