"""The mirror's hints: neighbours who listen hear at once what this unit verified, and what is urgent travels with it."""

import asyncio
import json
import logging
from dataclasses import dataclass, field

from aiohttp import web

from agent.mirror.offer import Offer
from agent.pull.client import metadata_path
from agent.waiting import until
from bundle.trust.carried import as_text, event
from bundle.trust.changed import files_since, roles_in, snapshot_path

log = logging.getLogger(__name__)

MOST_LISTENERS = 8
"""Half of the connections: the others fetch."""
KEEP_ALIVE = 60.0
SLOWEST_WRITE = 10.0


@dataclass(frozen=True)
class _State:
    """One channel as it is offered: its timestamp, the roles below it, and the event for those who heard of the state before."""

    timestamp: bytes
    version: int
    roles: dict[str, int]
    news: str


@dataclass
class Hinting:
    """What is new of *channels* since the offer before, for those who listen."""

    channels: tuple[str, ...]
    _states: dict[str, _State] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _listeners: int = 0

    def take(self, offer: Offer) -> None:
        """From now on this is offered."""
        for channel in self.channels:
            timestamp, before = offer.files.get(metadata_path(channel, "timestamp.json")), self._states.get(channel)
            if timestamp is None or (before is not None and before.timestamp == timestamp):
                continue
            try:
                self._states[channel] = _state(offer, channel, timestamp, before)
            except (LookupError, ValueError, TypeError) as problem:
                # Half of it is still on its way to the card: the next offer is whole.
                log.info("%s: %s", channel, problem)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events as the registry sends them (``GET /v1/hints``), first of what stands."""
        if self._listeners >= MOST_LISTENERS:
            return web.Response(status=503, headers={"Retry-After": "60"})
        self._listeners += 1
        try:
            return await self._told(request, frozenset(request.query.getall("channel", self.channels)))
        finally:
            self._listeners -= 1

    async def _told(self, request: web.Request, wanted: frozenset[str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        told: dict[str, int] = {}
        try:
            while True:
                changed = self._changed
                now = {channel: state for channel, state in self._states.items() if channel in wanted}
                fresh = [channel for channel, state in now.items() if told.get(channel) != state.version]
                text = "".join(now[channel].news if channel in told else event(channel, now[channel].version) for channel in fresh)
                told = {channel: state.version for channel, state in now.items()}
                async with asyncio.timeout(SLOWEST_WRITE):
                    await response.write((text or ":\n\n").encode())
                await until(changed, KEEP_ALIVE)
        except (ConnectionError, TimeoutError):
            # Gone, or too slow: it asks as ever.
            return response


def _state(offer: Offer, channel: str, timestamp: bytes, before: _State | None) -> _State:
    roles, version = roles_in(offer.files[snapshot_path(channel, timestamp)]), int(json.loads(timestamp)["signed"]["version"])
    files = as_text(files_since(offer.files.get, channel, before.roles, timestamp)) if before else None
    return _State(timestamp, version, roles, event(channel, version, files))
