"""The requests that provisioning makes to the registry: its trust root, and to be let in."""

import json

from bundle.errors import Complaint, Refused, refuse
from bundle.parse import parse
from device.errors import TooBig, Unreachable
from evidence.report import Enrolled, Pending

MAX_ANSWER = 1024 * 1024
PATIENCE, TO_CONNECT = 60.0, 20.0
"""Seconds."""


async def post_enrolment(url: str, token: str) -> Enrolled:
    """Send the signed request with its grant; ``Refused`` with the registry's own words, ``Unreachable`` or ``TooBig`` otherwise."""
    answer = await ask_to_enrol(url, token)
    if isinstance(answer, Pending):
        raise Unreachable(f"{url}: HTTP 202")
    return answer


async def ask_to_enrol(url: str, token: str) -> Enrolled | Pending:
    """Send the signed request, with a grant or without; raises as `post_enrolment` does."""
    status, body = await _answer("POST", url, "/v1/enrol", token)
    match status:
        case 200:
            return parse(Enrolled, body, url, MAX_ANSWER)
        case 202:
            return parse(Pending, body, url, MAX_ANSWER)
        case _:
            raise _no(url, status, body)


async def fetch_root(url: str) -> bytes:
    """The trust root that the registry hands out, which nobody has checked yet; raises as `post_enrolment` does."""
    status, body = await _answer("GET", url, "/v1/root")
    if status != 200:
        raise _no(url, status, body)
    try:
        known = json.loads(body)["signed"]["_type"] == "root"
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise _no_registry(url)
    return body


async def _answer(method: str, url: str, path: str, data: str | None = None) -> tuple[int, bytes]:
    # A unit that was let in asks nobody any more, and its service carries nothing to ask with.
    import aiohttp

    patience = aiohttp.ClientTimeout(total=PATIENCE, connect=TO_CONNECT)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            # A redirect would carry the grant to an address that nobody checked.
            session.request(method, f"{url}{path}", data=data.encode() if data else None, allow_redirects=False) as answer,
        ):
            body = bytearray()
            # A read gives what has arrived, and a weak link gives it in pieces.
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > MAX_ANSWER:
                    raise TooBig(f"{url}: câu trả lời quá dài / the answer is too long")
            return answer.status, bytes(body)
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise Unreachable(f"{url}: {problem or type(problem).__name__}") from problem


def _no(url: str, status: int, body: bytes) -> Refused | Unreachable:
    """A no in the registry's own words, whatever its number; of somebody else's only what speaks of the request itself is a no."""
    try:
        return Refused(*(Complaint(each["where"], each["what"], each["do"]) for each in json.loads(body)["refused"]))
    except (ValueError, KeyError, TypeError):
        return _no_registry(url) if status in (400, 403, 413) else Unreachable(f"{url}: HTTP {status}")


def _no_registry(url: str) -> Refused:
    return refuse(
        url,
        "địa chỉ này không phải máy chủ bảng tin (có thể là trang đăng nhập Wi-Fi)"
        " / this address is no bangtin registry (perhaps a Wi-Fi login page)",
        "xem lại địa chỉ và mạng / check the address and the network",
    )
