"""Fetching for a live source: http and https only, certificates checked, few redirects, every byte counted.

The decoder library never sees an address: what a playlist or a redirect names is fetched here or refused, so no stream can
make the unit read its own files.
"""

import http.client
import io
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

TIMEOUT = 8.0
"""Seconds to connect, and without a byte. The voice ends a child that gives no sound for longer, however slowly bytes drip."""
REDIRECTS = 5
TOLD_EVERY = 32 * 1024
"""Bytes after which the voice is told of them: what a child received before it hung or was killed counts as well."""
_MOVED = (301, 302, 303, 307, 308)


class Unusable(Exception):
    """The source cannot be played; one sentence says why."""


class OverBudget(Unusable):
    """The bytes of this slot are used up."""


class Meter:
    """Counts what was received against *budget* bytes; *told* hears of it in pieces of some KB, and of the rest by `tell`."""

    def __init__(self, budget: int, told: Callable[[int], None] | None = None) -> None:
        self._left, self._told = budget, told
        self.counted = 0

    def count(self, size: int) -> None:
        """*size* more bytes came; ``OverBudget`` when that is too many."""
        self._left -= size
        self.counted += size
        if self.counted >= TOLD_EVERY:
            self.tell()
        if self._left < 0:
            raise OverBudget("hết dung lượng của buổi tiếp âm / the bytes of this rebroadcast are used up")

    def tell(self) -> None:
        """Tell what was not told yet."""
        if self._told is not None and self.counted:
            self._told(self.counted)
            self.counted = 0


class _Counted(io.RawIOBase):
    """What a connection gives, every byte of it counted: headers and the framing of chunks cost as much as sound does."""

    def __init__(self, raw: io.RawIOBase, meter: Meter) -> None:
        self._raw, self._meter = raw, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        size = self._raw.readinto(buffer)
        self._meter.count(size or 0)
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


def _counting(meter: Meter) -> type[http.client.HTTPResponse]:
    class Response(http.client.HTTPResponse):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.fp = io.BufferedReader(_Counted(self.fp.detach(), meter))

    return Response


class Body:
    """The bytes of one answer as they come; *kind* is the type that the server names, *url* where it was found in the end."""

    def __init__(self, response: http.client.HTTPResponse, url: str) -> None:
        self._response, self.url = response, url
        self.kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()

    def read(self, size: int) -> bytes:
        """At most *size* bytes, fewer when no more have come; none at the end. ``Unusable`` when the link fails."""
        try:
            return self._response.read1(size)
        except (OSError, http.client.HTTPException) as problem:
            raise Unusable(f"mất kết nối / the link failed: {problem}") from problem

    def whole(self, most: int) -> bytes:
        """All of it, at most *most* bytes."""
        found = b""
        while data := self.read(most + 1 - len(found)):
            found += data
            if len(found) > most:
                raise Unusable(f"danh sách quá dài / the playlist is longer than {most} bytes")
        return found

    def close(self) -> None:
        """End the connection."""
        self._response.close()


def get(url: str, meter: Meter) -> Body:
    """The answer to a GET of *url*; ``Unusable`` when there is none that can be used."""
    for _ in range(REDIRECTS + 1):
        response = _ask(url, meter)
        if response.status == http.client.OK:
            return Body(response, url)
        target = response.getheader("Location")
        response.close()
        if response.status not in _MOVED or not target:
            raise Unusable(f"máy chủ trả lời {response.status} / the server answers {response.status} {response.reason}"[:200])
        url = further(url, target)
    raise Unusable(f"chuyển hướng quá {REDIRECTS} lần / more than {REDIRECTS} redirects")


def further(url: str, target: str) -> str:
    """Where *target* lies that *url* names, by redirect or in a playlist; ``Unusable`` when that would be less safe than *url*."""
    try:
        found = urljoin(url, target)
    except ValueError as problem:
        raise Unusable(f"địa chỉ sai / a malformed address: {problem}") from problem
    if url.startswith("https:") and not found.startswith("https:"):
        raise Unusable("bị chuyển khỏi https / led away from https")
    return found


def _ask(url: str, meter: Meter) -> http.client.HTTPResponse:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as problem:
        raise Unusable(f"địa chỉ sai / a malformed address: {problem}") from problem
    connection: http.client.HTTPConnection
    match parts.scheme:
        case "http":
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        case "https":
            connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        case other:
            raise Unusable(f"chỉ nhận http và https, không nhận {other!r} / only http and https are fetched")
    connection.response_class = _counting(meter)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET", target, headers={"User-Agent": "bangtin", "Accept": "*/*", "Accept-Encoding": "identity"})
        return connection.getresponse()
    except (OSError, http.client.HTTPException, ValueError) as problem:
        connection.close()
        raise Unusable(f"không kết nối được / cannot be reached: {problem}"[:300]) from problem
