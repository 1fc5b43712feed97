"""What a sign-in is told when too many passwords wait to be checked: a flood of them must not slow down any other page."""

from aiohttp import web
from aiohttp.hdrs import RETRY_AFTER
from aiohttp.typedefs import Handler

from registry.people.checks import Busy
from registry.web.users.session import render

COME_AGAIN = 10
"""Seconds."""


@web.middleware
async def telling_busy(request: web.Request, handler: Handler) -> web.StreamResponse:
    """503 with a sentence and when to come again."""
    try:
        return await handler(request)
    except Busy:
        answer = render(request, "users/busy.html", 503)
        answer.headers[RETRY_AFTER] = str(COME_AGAIN)
        return answer
