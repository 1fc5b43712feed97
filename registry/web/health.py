"""``GET /health``: this process answers. ``GET /ready``: it can also do its work; a proxy sends nobody to one that cannot."""

import asyncio
from typing import Literal

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bundle.base import Model
from registry.storage.schema import about
from registry.web.config import STORAGE
from registry.web.operations import Answer, Operation
from registry.web.watch import WATCH

PATIENCE = 2.0
"""Seconds within which the database must answer."""
_HEADERS = {"Cache-Control": "no-store"}


class Alive(Model):
    """The process answers."""

    alive: Literal[True] = True


class Ready(Model):
    """Whether it can do its work, and what is wrong when it cannot."""

    ready: bool
    wrong: Literal["ending", "database"] | None


OPERATIONS = (
    Operation("GET", "/health", "Chương trình có chạy không / does the process run", (Answer(200, "có / yes", Alive),)),
    Operation(
        "GET",
        "/ready",
        "Có làm việc được không / can it do its work",
        (Answer(200, "được / it can", Ready), Answer(503, "chưa được, kèm lý do / it cannot, and why", Ready)),
    ),
)
routes = web.RouteTableDef()


@routes.get("/health")
async def health(_: web.Request) -> web.Response:
    """200 while the process runs; it looks at nothing, so that a slow disk gets no process killed."""
    return web.json_response(text=Alive().model_dump_json(), headers=_HEADERS)


@routes.get("/ready")
async def ready(request: web.Request) -> web.Response:
    """200 when the database answers and the process is not ending, else 503 with what is wrong."""
    wrong = "ending" if request.app[WATCH].closed else await _database(request)
    answer = Ready(ready=wrong is None, wrong=wrong)
    return web.json_response(text=answer.model_dump_json(), status=200 if answer.ready else 503, headers=_HEADERS)


async def _database(request: web.Request) -> Literal["database"] | None:
    try:
        async with asyncio.timeout(PATIENCE), request.app[STORAGE].reading() as connection:
            await connection.scalar(select(about.c.value).limit(1))
    except (SQLAlchemyError, TimeoutError):
        # Which, and why, stands in the log: strangers may read this page.
        return "database"
    return None
