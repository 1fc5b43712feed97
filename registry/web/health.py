"""``GET /health``: this process answers. ``GET /ready``: it can also do its work; a proxy sends nobody to one that cannot."""

import asyncio

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from registry.storage.schema import about
from registry.web.config import STORAGE
from registry.web.watch import WATCH

PATIENCE = 2.0
"""Seconds within which the database must answer."""
_HEADERS = {"Cache-Control": "no-store"}

routes = web.RouteTableDef()


@routes.get("/health")
async def health(_: web.Request) -> web.Response:
    """200 while the process runs; it looks at nothing, so that a slow disk gets no process killed."""
    return web.json_response({"alive": True}, headers=_HEADERS)


@routes.get("/ready")
async def ready(request: web.Request) -> web.Response:
    """200 when the database answers and the process is not ending, else 503 with what is wrong."""
    wrong = "ending" if request.app[WATCH].closed else await _database(request)
    return web.json_response({"ready": wrong is None, "wrong": wrong}, status=200 if wrong is None else 503, headers=_HEADERS)


async def _database(request: web.Request) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE), request.app[STORAGE].reading() as connection:
            await connection.scalar(select(about.c.value).limit(1))
    except (SQLAlchemyError, TimeoutError):
        # Which, and why, stands in the log: strangers may read this page.
        return "database"
    return None
