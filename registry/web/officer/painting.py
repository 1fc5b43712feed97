"""The board's own picture of what waits for a signature, painted by the units' renderer in a process of its own."""

import asyncio
import contextlib
import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bundle.alert import Alert
from bundle.errors import Refused, refuse
from bundle.manifest import Bundle
from registry.desk.change import Ground, first
from registry.web.config import CONFIG
from registry.web.officer.library import Library
from registry.web.officer.reading import ALERT, Sight, sight_of
from registry.web.officer.session import Visit, page_of
from registry.web.phones.door import HEADERS

PATIENCE = 30.0
MOST_KEPT = 32
WIDTH = 720
"""Pixels: twice the points of a small phone, less its margins."""

routes = web.RouteTableDef()


class Easel:
    """Paints one picture at a time with *command*, and keeps the newest."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command, self._turn = command, asyncio.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def picture(self, what: str) -> bytes:
        """*what* (JSON) as PNG; ``Refused`` when it cannot be painted, or not in time."""
        name = hashlib.sha256(what.encode()).hexdigest()
        async with self._turn:
            if name not in self._kept:
                self._kept[name] = await self._painted(what)
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return self._kept[name]

    async def _painted(self, what: str) -> bytes:
        with TemporaryDirectory() as folder:
            asked, out = Path(folder) / "shown.json", Path(folder) / "board.png"
            await asyncio.to_thread(asked.write_text, what, "utf-8")
            line = [*self._command, str(asked), "--out", str(out), "--width", str(WIDTH)]
            quiet = asyncio.subprocess.DEVNULL
            process = await asyncio.create_subprocess_exec(*line, stdout=quiet, stderr=quiet)
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        await process.wait()
            finally:
                # Also when nobody waits for it any more: it must not outlive the registry.
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            if process.returncode != 0:
                raise refuse("board", "không vẽ được bảng / the board cannot be painted", "đọc chữ / read the words")
            return await asyncio.to_thread(out.read_bytes)


EASEL: web.AppKey[Easel] = web.AppKey("easel", Easel)


@routes.get(ALERT + "/board.png")
@page_of
async def board(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The picture of an alert that waits."""
    sight = await sight_of(request, visit)
    return await painted(request, _shown(sight, sight.library, sight.pending.alert.sent))


async def painted(request: web.Request, what: str) -> web.Response:
    """The picture of *what* (see `shown`); 404 where nothing can be painted: then the words are enough."""
    if not request.app[CONFIG].painter:
        raise web.HTTPNotFound
    try:
        picture = await request.app[EASEL].picture(what)
    except Refused:
        raise web.HTTPNotFound from None
    return web.Response(body=picture, content_type="image/png", headers=HEADERS)


def _shown(sight: Sight, library: Library, now: datetime) -> str:
    """What the painter is given: the alert on a board of its area, and nothing of what the bundle holds."""
    contact = library.bundle.contact if library.bundle else library.area_name
    ground = Ground(channel=library.channel, title=library.area_name, area_name=library.area_name, contact=contact)
    return shown(first(ground, now), sight.pending.alert)


def shown(bundle: Bundle, alert: Alert | None = None) -> str:
    """The document that ``bangtin publish board`` takes."""
    told = {"format": 1, "bundle": bundle.model_dump(mode="json"), "alert": alert.model_dump(mode="json") if alert else None}
    return json.dumps(told)
