"""``GET /officer/news``: tells an officer's open page that something was written down or released, so that it looks again."""

import asyncio
import contextlib

from aiohttp import web
from sqlalchemy import func, select

from registry.audit.tables import audit
from registry.web.config import CONFIG, STORAGE
from registry.web.officer.session import Visit, page_of
from registry.web.phones.door import HEADERS
from registry.web.watch import WATCH

SLOWEST_WRITE = 30.0
BEATS = 15.0

routes = web.RouteTableDef()


@routes.get("/officer/news")
@page_of
async def news(request: web.Request, _: Visit) -> web.StreamResponse:
    """Server-sent events without a word in them: what is new, the page fetches as itself."""
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    # A phone that is gone, or asleep in a pocket, asks again when it is looked at.
    with contextlib.suppress(ConnectionError, TimeoutError):
        await _tell(request, response)
    return response


async def _tell(request: web.Request, response: web.StreamResponse) -> None:
    watch, config = request.app[WATCH], request.app[CONFIG]
    told, quiet = None, 0.0
    while not watch.closed:
        now = (await _last_row(request), watch.versions())
        if now != told:
            told, quiet = now, 0.0
            await _send(response, "data: new\n\n")
        elif quiet >= BEATS:
            quiet = 0.0
            await _send(response, ":\n\n")
        await watch.wait(config.technicians.news)
        quiet += config.technicians.news


async def _last_row(request: web.Request) -> int:
    """The newest row of the audit: every decision about an alert adds one, whoever made it."""
    async with request.app[STORAGE].reading() as connection:
        return await connection.scalar(select(func.max(audit.c.seq))) or 0


async def _send(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(SLOWEST_WRITE):
        await response.write(text.encode())
