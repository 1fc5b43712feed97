"""What a refused request is told: one JSON shape, one clear sentence in two languages, the right status."""

from aiohttp import web

from bundle.base import Model
from bundle.errors import Complaint, Refused, refuse


class Refusal(Model):
    """Every complaint: *where* it is, *what* is wrong, what to *do*."""

    refused: tuple[Complaint, ...]


def refusal(status: int, refused: Refused) -> web.Response:
    """*refused* as an answer."""
    return web.json_response(text=Refusal(refused=refused.complaints).model_dump_json(), status=status)


async def read_body(request: web.Request, cap: int) -> bytes | None:
    """The body, or None when it is longer than *cap* bytes (also when it unpacks to more); ``HTTPBadRequest`` when it does not unpack."""
    if request.content_length is not None and request.content_length > cap:
        return None
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > cap:
                return None
    except web.RequestPayloadError:
        answer = web.HTTPBadRequest(text="không giải nén được thân / the body does not unpack")
        # Where in the rest the next request begins, nobody knows.
        answer.force_close()
        raise answer from None
    return bytes(body)


def too_long(cap: int) -> Refused:
    """What is said of a body of more than *cap* bytes."""
    return refuse("body", f"dài quá {cap} byte / longer than {cap} bytes", "gửi thành nhiều lần / send it in several parts")
