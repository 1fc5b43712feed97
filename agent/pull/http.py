"""A release tree behind HTTP: any static server, CDN or bucket."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, ServerTimeoutError
from aiohttp.hdrs import ACCEPT_ENCODING, CONTENT_RANGE, ETAG, IF_RANGE, LAST_MODIFIED, RANGE, RETRY_AFTER

from agent.pull.pace import LEAST, WINDOW, Pace
from agent.pull.source import Stream
from device.errors import TooSlow, Unreachable

CHUNK = 64 * 1024
# A village on 64 kbit/s needs an hour for a large blob: silence is too slow, and a drip (see ``Pace``), but never length.
PATIENCE = ClientTimeout(total=None, sock_connect=15, sock_read=30)
ANSWER_WITHIN = 60.0
"""Seconds until the head of an answer is there: it may drip, too."""
ABSENT = (403, 404, 410)


class HttpSource:
    """The tree below *base* (with or without a slash at its end), fetched with *session*.

    *timeout* bounds each read, not the whole; by *now*, in seconds, too slow a drip ends.
    """

    def __init__(
        self, session: ClientSession, base: str, timeout: ClientTimeout = PATIENCE, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._now = now
        self._base = base.rstrip("/") + "/"
        self._timeout = timeout

    @property
    def label(self) -> str:
        """The address."""
        return self._base

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        """See ``Source.open``."""
        # Compressed bytes have other offsets than the file's.
        headers = {ACCEPT_ENCODING: "identity"}
        if offset:
            headers[RANGE] = f"bytes={offset}-"
            if tag:
                headers[IF_RANGE] = tag
        try:
            async with (
                asyncio.timeout(ANSWER_WITHIN) as head,
                self._session.get(self._base + path, headers=headers, timeout=self._timeout) as response,
            ):
                head.reschedule(None)
                yield _stream(response, path, offset, self._now)
        except (ServerTimeoutError, TimeoutError) as problem:
            raise TooSlow(f"{self._base}{path}: không có gì đến nữa (no bytes came in time)") from problem
        except ClientError as problem:
            raise Unreachable(f"{self._base}{path}: {problem}") from problem


def _stream(response: ClientResponse, path: str, offset: int, now: Callable[[], float]) -> Stream | None:
    match response.status:
        case 200:
            # A server without Range answers with the whole file: it starts at 0, and is never appended to what we have.
            return Stream(0, _tag(response), _chunks(response, now))
        case 206 if response.headers.get(CONTENT_RANGE, "").startswith(f"bytes {offset}-"):
            return Stream(offset, _tag(response), _chunks(response, now))
        case 416:
            return Stream(0, None, _nothing())
        case status if status in ABSENT:
            return None
        case status:
            raise Unreachable(f"{response.url.host}: {path}: HTTP {status}", _retry_after(response))


async def _chunks(response: ClientResponse, now: Callable[[], float]) -> AsyncIterator[bytes]:
    pace = Pace(now())
    async for chunk in response.content.iter_chunked(CHUNK):
        if pace.too_slow(now(), len(chunk)):
            raise TooSlow(f"{response.url}: đến quá chậm (less than {LEAST} bytes in {WINDOW:.0f} s)")
        yield chunk


async def _nothing() -> AsyncIterator[bytes]:
    nothing: tuple[bytes, ...] = ()
    for chunk in nothing:
        yield chunk


def _tag(response: ClientResponse) -> str | None:
    etag = response.headers.get(ETAG, "")
    # A weak tag promises the same meaning, not the same bytes; RFC 9110 forbids it in If-Range.
    return etag if etag and not etag.startswith("W/") else response.headers.get(LAST_MODIFIED)


def _retry_after(response: ClientResponse) -> float | None:
    value = response.headers.get(RETRY_AFTER, "")
    return float(value) if value.isdigit() else None
