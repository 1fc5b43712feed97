"""The gate while the registry runs: made with the application, looked at until it ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from registry.alerts.listed import NAME, Listed
from registry.alerts.pending.door import Door
from registry.alerts.pending.gate import Timers
from registry.alerts.pending.gate_keeper import GateKeeper
from registry.alerts.pending.outlet import Outlet
from registry.trust.site import Site
from registry.web.alerts.posting import ENTRANCE, Entrance
from registry.web.config import CONFIG
from registry.web.storage import STORAGE
from registry.web.technician.rate import Rate
from registry.web.watch import WATCH

GATE: web.AppKey[GateKeeper] = web.AppKey("gate", GateKeeper)


async def keep_gate(app: web.Application) -> AsyncIterator[None]:
    """Look while the application runs, first when it starts: what came due while it was down leaves then, unless it expired."""
    config = app[CONFIG]
    outlet = Outlet(app[STORAGE], Site(config.site), app[WATCH].look, config.now, config.online, config.feed, config.data)
    listed = Listed(config.data / NAME)
    app[GATE] = GateKeeper(outlet, Timers(config.monotonic), config.gate_every, listed.count)
    app[ENTRANCE] = Entrance(Door(app[GATE]), listed, Rate(config.alert_knocks))
    task = asyncio.create_task(app[GATE].run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
