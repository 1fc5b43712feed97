"""What a refused request is told: one JSON shape, one clear sentence in two languages, the right status."""

import json

from aiohttp import web

from bundle.errors import Refused, refuse


def refusal(status: int, refused: Refused) -> web.Response:
    """*refused* as an answer: ``{"refused": [{"where", "what", "do"}]}``."""
    told = [{"where": complaint.where, "what": complaint.what, "do": complaint.do} for complaint in refused.complaints]
    return web.json_response({"refused": told}, status=status, dumps=_readable)


def _readable(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


async def read_body(request: web.Request, cap: int) -> bytes | None:
    """The body, or None when it is longer than *cap* bytes (also when it unpacks to more)."""
    if request.content_length is not None and request.content_length > cap:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > cap:
            return None
    return bytes(body)


def too_long(cap: int) -> Refused:
    """What is said of a body of more than *cap* bytes."""
    return refuse("body", f"dài quá {cap} byte / longer than {cap} bytes", "gửi thành nhiều lần / send it in several parts")
