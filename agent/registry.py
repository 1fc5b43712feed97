"""The link to the registry: reports out, acknowledgements and hints in. What comes back is checked like any input."""

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout
from aiohttp.hdrs import RETRY_AFTER
from aiohttp.http import HttpProcessingError
from pydantic import ConfigDict, ValidationError

from bundle.area import AreaCode
from bundle.base import Model
from bundle.errors import Refused, refuse
from bundle.parse import parse
from bundle.trust.carried import from_text
from device.errors import TooBig, Unreachable
from device.journal import record_json
from evidence.checking import MAX_ANSWER, Newest, tag_of
from evidence.report import CHANGES, FULL, TAKES, Acknowledgement, Enrolled

log = logging.getLogger(__name__)

ANSWER_CAP = 64 * 1024
MAX_ENROLLED = 256 * 1024
REPORT_PATIENCE = ClientTimeout(total=None, sock_connect=15, sock_read=60)
CHECK_PATIENCE = ClientTimeout(total=60, sock_connect=15)
HINT_PATIENCE = ClientTimeout(total=None, sock_connect=15, sock_read=660)
"""Twice the registry's keep-alive and a little: a stream that is silent longer is dead."""


class Hint(Model):
    """A rumour that *channel* has a newer timestamp. It is unsigned: it may cause a look, nothing else.

    *files* are those that such a look would fetch (:mod:`bundle.trust.carried`); they prove themselves or are refused.
    """

    model_config = ConfigDict(extra="ignore")

    channel: AreaCode
    timestamp: int
    files: Any = None
    format: Literal[1] = 1

    def carried(self) -> dict[str, bytes]:
        """The files by their path in the release tree; none when there are none or they cannot be read."""
        return (from_text(self.files) if isinstance(self.files, str) else None) or {}


class Forgotten(Refused):
    """The registry knows no such unit: nobody enrolled it there, or its database was restored from before that."""


class RegistryLink:
    """The registry at *base*, spoken to with *session*. Raises ``Unreachable``; ``Refused`` when it says no for good.

    *takes_changes*: whether its last answer to a report said that it takes health and short reports; None before the first.
    *wants_full*: that answer asked for a full one.
    """

    def __init__(self, session: ClientSession, base: str) -> None:
        self._session, self._base = session, base.rstrip("/")
        self.takes_changes: bool | None = None
        self.wants_full = False

    async def deliver(self, token: str) -> Acknowledgement:
        """Send one signed report; the answer comes after the registry's commit. ``Refused`` when it does not take this report.

        ``Forgotten`` when it does not know the unit.
        """
        body = record_json({"format": 1, "reports": [token]})
        try:
            async with self._session.post(
                f"{self._base}/v1/report", data=body, headers={"Content-Type": "application/json"}, timeout=REPORT_PATIENCE
            ) as response:
                answer = await _capped(response.content.iter_any(), ANSWER_CAP)
                status, wish = response.status, response.headers.get(RETRY_AFTER, "")
                takes = response.headers.get(TAKES)
        except (ClientError, TimeoutError, TooBig) as problem:
            raise Unreachable(f"{self._base}: {problem or type(problem).__name__}") from problem
        if status in (400, 413):
            self.takes_changes, self.wants_full = False, False
            raise refuse(self._base, f"HTTP {status}: {answer[:300].decode('utf-8', 'replace')}")
        if status != 200:
            raise Unreachable(f"{self._base}: HTTP {status}", float(wish) if wish.isdigit() else None)
        self.takes_changes, self.wants_full = takes in (CHANGES, FULL), takes == FULL
        return _acknowledgement(answer, self._base)

    async def claim(self, token: str) -> str | None:
        """Tell the registry of a unit that enrolled itself or was forgotten; it knows the unit when this returns.

        The admission that it gives is the answer. ``Refused`` when it takes it amiss.
        """
        url = f"{self._base}/v1/enrol"
        try:
            # A redirect would carry it to an address that nobody checked.
            async with self._session.post(url, data=token.encode(), timeout=REPORT_PATIENCE, allow_redirects=False) as response:
                answer = await _capped(response.content.iter_any(), MAX_ENROLLED)
                status, wish = response.status, response.headers.get(RETRY_AFTER, "")
        except (ClientError, TimeoutError, TooBig) as problem:
            raise Unreachable(f"{url}: {problem or type(problem).__name__}") from problem
        if status == 403:
            raise refuse("card.json", _told(answer), "gọi kỹ thuật viên / call the technician")
        if status != 200:
            raise Unreachable(f"{url}: HTTP {status}", float(wish) if wish.isdigit() else None)
        try:
            return parse(Enrolled, answer, url, MAX_ENROLLED).admission
        except Refused as problem:
            # A captive portal answers 200 to everything.
            raise Unreachable(str(problem)) from None

    async def check(self, channels: tuple[str, ...], held: Mapping[str, bytes]) -> dict[str, bytes]:
        """The newest timestamp files of *channels*; one request, and no body when they are the *held* ones. They prove themselves."""
        url = f"{self._base}/v1/check?{urlencode([('channel', channel) for channel in channels])}"
        try:
            async with self._session.get(url, headers={"If-None-Match": tag_of(held)}, timeout=CHECK_PATIENCE) as response:
                answer = await _capped(response.content.iter_any(), MAX_ANSWER)
                status, wish = response.status, response.headers.get(RETRY_AFTER, "")
        except (ClientError, TimeoutError, TooBig) as problem:
            raise Unreachable(f"{url}: {problem or type(problem).__name__}") from problem
        if status == 304:
            return dict(held)
        if status != 200:
            raise Unreachable(f"{url}: HTTP {status}", float(wish) if wish.isdigit() else None)
        try:
            found = parse(Newest, answer, url, MAX_ANSWER).timestamps
        except Refused as problem:
            raise Unreachable(str(problem)) from None
        return {channel: found[channel].encode() for channel in channels if channel in found}

    async def hints(self, channels: tuple[str, ...]) -> AsyncGenerator[Hint, None]:
        """The hints about *channels* for as long as the stream lasts; ends with ``Unreachable``."""
        url = f"{self._base}/v1/hints?{urlencode([('channel', channel) for channel in channels])}"
        try:
            async with self._session.get(url, headers={"Accept": "text/event-stream"}, timeout=HINT_PATIENCE) as response:
                if response.status != 200:
                    wish = response.headers.get(RETRY_AFTER, "")
                    raise Unreachable(f"{url}: HTTP {response.status}", float(wish) if wish.isdigit() else None)
                async for line in response.content:
                    if (hint := read_hint(line)) is not None:
                        yield hint
        except (ClientError, HttpProcessingError, TimeoutError) as problem:  # the second: a line without end
            raise Unreachable(f"{url}: {problem or type(problem).__name__}") from problem
        raise Unreachable(f"{url}: luồng đã đóng / the stream ended")


def read_hint(line: bytes) -> Hint | None:
    """The hint in one line of the stream; comments, keep-alives and nonsense are none."""
    if not line.startswith(b"data:"):
        return None
    try:
        return Hint.model_validate_json(line[5:].strip())
    except ValidationError:
        log.warning("không hiểu gợi ý / a hint that is none: %r", line[:200])
        return None


def _told(answer: bytes) -> str:
    """The registry's reasons in one line, whoever wrote them."""
    try:
        return "; ".join(str(each["what"]) for each in json.loads(answer)["refused"])[:1000]
    except (ValueError, KeyError, TypeError):
        return "HTTP 403"


def _acknowledgement(answer: bytes, where: str) -> Acknowledgement:
    try:
        found = parse(Acknowledgement, answer, where, ANSWER_CAP)
    except Refused as problem:
        # A captive portal answers 200 to everything: that is nobody's acknowledgement.
        raise Unreachable(str(problem)) from None
    if found.refused:
        refused = refuse(where, "; ".join(found.refused.values()))
        raise Forgotten(*refused.complaints) if found.stranger else refused
    return found


async def _capped(chunks: AsyncIterator[bytes], cap: int) -> bytes:
    found = bytearray()
    async for chunk in chunks:
        found += chunk
        if len(found) > cap:
            raise TooBig(f"hơn {cap} byte / more than {cap} bytes")
    return bytes(found)
