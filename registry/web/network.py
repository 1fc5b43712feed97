"""From which part of the network a request comes."""

import contextlib

from aiohttp import web

from registry.live.seats import block_of
from registry.web.config import CONFIG


def block(request: web.Request) -> str:
    """The part of the network from which *request* comes, as the proxy in front tells it, if that was said to tell it."""
    # The last line's last address is the proxy's own word; what stands before it may be the client's invention.
    told = request.headers.getall(request.app[CONFIG].client_header, [""])[-1].rpartition(",")[2].strip()
    for address in (told, request.remote or ""):
        with contextlib.suppress(ValueError):
            return block_of(address)
    return ""
