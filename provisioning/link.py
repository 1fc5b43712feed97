"""The one request that provisioning makes to the registry."""

import json

import aiohttp

from bundle.errors import Complaint, Refused, refuse
from bundle.parse import parse
from device.errors import TooBig, Unreachable
from evidence.report import Enrolled

MAX_ANSWER = 1024 * 1024
PATIENCE = aiohttp.ClientTimeout(total=60, connect=20)


async def post_enrolment(url: str, token: str) -> Enrolled:
    """Send the signed request; ``Refused`` with the registry's own words, ``Unreachable`` or ``TooBig`` when it cannot be had."""
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            # A redirect would carry the grant to an address that nobody checked.
            session.post(f"{url}/v1/enrol", data=token.encode(), allow_redirects=False) as answer,
        ):
            body, status = bytearray(), answer.status
            # A read gives what has arrived, and a weak link gives it in pieces.
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > MAX_ANSWER:
                    raise TooBig(f"{url}: câu trả lời quá dài / the answer is too long")
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise Unreachable(f"{url}: {problem or type(problem).__name__}") from problem
    if status == 200:
        return parse(Enrolled, bytes(body), url, MAX_ANSWER)
    if status in (400, 403, 413):
        raise _refusal(url, bytes(body))
    raise Unreachable(f"{url}: HTTP {status}")


def _refusal(url: str, body: bytes) -> Refused:
    try:
        told = [Complaint(each["where"], each["what"], each["do"]) for each in json.loads(body)["refused"]]
        return Refused(*told)
    except (ValueError, KeyError, TypeError):
        return refuse(url, "địa chỉ này không phải máy chủ bảng tin / this address is no bangtin registry", "xem lại mã / check the grant")
