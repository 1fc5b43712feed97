"""Serving the verified shelf to neighbours: GET and HEAD of known paths, and nothing else; what they do with it is their own check."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web

from agent.mirror.hinting import Hinting
from agent.mirror.limits import MOST_CONNECTIONS, Limits
from agent.mirror.offer import Offer, make_offer, state
from bundle.asset import Asset
from device.durable import CARD_FAILS
from device.paths import Paths

log = logging.getLogger(__name__)

TRY_AGAIN = 30.0
MOST_GONE = 2_000_000
"""Bytes of small files that are served although newer ones have taken their place."""


class _Busy(asyncio.Protocol):
    """A connection too many: closed before a byte of it is read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


@dataclass
class Mirror:
    """Serves *channels* of the shelf at *paths* on *host* and *port*."""

    paths: Paths
    channels: tuple[str, ...]
    root: bytes
    host: str
    port: int
    limits: Limits = field(default_factory=Limits)
    most_connections: int = MOST_CONNECTIONS
    _offer: Offer = field(default_factory=lambda: Offer({}, {}))
    _state: tuple[object, ...] | None = None
    _gone: dict[str, bytes] = field(default_factory=dict)
    _hinting: Hinting = field(init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._hinting = Hinting(self.channels)

    def news(self) -> None:
        """Something may have come onto the shelf: whoever listens shall hear of it."""
        self._news.set()

    async def run(self) -> None:
        """Serve for ever; an address that is not there yet is tried again, because a village's network comes and goes."""
        while True:
            try:
                async with self.serving():
                    await asyncio.Event().wait()
            except OSError as problem:
                log.warning("chưa mở được %s:%s / the mirror cannot listen: %s", self.host, self.port, problem.strerror)
                await asyncio.sleep(TRY_AGAIN)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve while the context lasts; a mistake of ours in telling those who listen ends it, in an ``ExceptionGroup``."""
        app = web.Application(client_max_size=1024)
        app.router.add_get("/v1/hints", self._listened)
        app.router.add_get("/{path:.*}", self._answer)
        # A listener that is gone lets go of its place at once, and not with the next word to it.
        runner = web.AppRunner(app, access_log=None, keepalive_timeout=15, shutdown_timeout=1.0, handler_cancellation=True)
        await runner.setup()
        server = runner.server
        if server is None:
            raise RuntimeError("the runner was set up and has no server")

        def door() -> asyncio.BaseProtocol:
            # Every connection costs the agent a descriptor: without a cap one neighbour could take them all.
            return server() if len(server.connections) < self.most_connections else _Busy()

        try:
            listening = await asyncio.get_running_loop().create_server(door, self.host, self.port)
            try:
                async with asyncio.TaskGroup() as group:
                    telling = group.create_task(self._tell())
                    yield
                    telling.cancel()
            finally:
                listening.close()
        finally:
            await runner.cleanup()

    async def _tell(self) -> None:
        """Keep those who listen up to date, for ever; what a failing card does not give now, they may hear with the next news."""
        while True:
            self._news.clear()
            try:
                await self._refresh()
            except OSError as problem:
                if problem.errno not in CARD_FAILS:
                    raise
                log.warning("thẻ nhớ hỏng, chưa báo được láng giềng / the card fails, neighbours are not told: %s", problem)
            await self._news.wait()

    async def _listened(self, request: web.Request) -> web.StreamResponse:
        if not self.limits.allows(request.remote or "?", 0, asyncio.get_running_loop().time()):
            return web.Response(status=429, headers={"Retry-After": "60"})
        return await self._hinting.stream(request)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        await self._refresh()
        path, peer, now = request.match_info["path"], request.remote or "?", asyncio.get_running_loop().time()
        small, asset = self._offer.files.get(path, self._gone.get(path)), self._offer.blobs.get(path)
        if not self.limits.allows(peer, len(small) if small is not None else _wanted(request, asset), now):
            return web.Response(status=429, headers={"Retry-After": "60"})
        if small is not None:
            return web.Response(body=small, content_type="application/octet-stream")
        blob = await asyncio.to_thread(self._offer.blob, self.paths.shelf, path)
        return web.FileResponse(blob) if blob is not None else web.Response(status=404)

    async def _refresh(self) -> None:
        now = await asyncio.to_thread(state, self.paths, self.channels)
        if now != self._state:
            before, self._offer = self._offer, await asyncio.to_thread(make_offer, self.paths, self.channels, self.root)
            self._state = now
            self._keep(before)
            self._hinting.take(self._offer)

    def _keep(self, before: Offer) -> None:
        """Go on serving what a neighbour may be asking for that has just read the timestamp of *before*: in a storm they change quickly."""
        self._gone |= {path: raw for path, raw in before.files.items() if path not in self._offer.files}
        while sum(len(raw) for raw in self._gone.values()) > MOST_GONE:
            del self._gone[next(iter(self._gone))]


def _wanted(request: web.Request, asset: Asset | None) -> int:
    if asset is None:
        return 0
    try:
        start = request.http_range.start or 0
    except ValueError:
        return asset.size
    return max(0, asset.size - start) if start >= 0 else asset.size
