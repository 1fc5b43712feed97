"""The gate while the registry runs: made with the application, looked at until it ends."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from registry.alerts.listed import NAME, Listed
from registry.alerts.pending.door import Door
from registry.alerts.pending.gate import Timers
from registry.alerts.pending.gate_keeper import GateKeeper
from registry.alerts.pending.outlet import Outlet
from registry.alerts.pending.releasing import seatless
from registry.alerts.pending.speaking import Speaking
from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.storage.turns import alone
from registry.trust.site import Site
from registry.web.alerts.posting import ENTRANCE, Entrance
from registry.web.config import CONFIG, STORAGE
from registry.web.rate import Rate
from registry.web.watch import WATCH
from registry.web.work import WORK

log = logging.getLogger(__name__)

GATE: web.AppKey[GateKeeper] = web.AppKey("gate", GateKeeper)


async def keep_gate(app: web.Application) -> AsyncIterator[None]:
    """Look while the application runs, first when it starts: what came due while it was down leaves then, unless it expired."""
    config = app[CONFIG]
    site = Site(config.site)
    # A key that nobody would believe must not keep alerts from the two persons who could sign them.
    useless = await asyncio.to_thread(seatless, site, config.feed)
    for sentence in useless.values():
        log.warning("%s", sentence)
    feed = {channel: key for channel, key in config.feed.items() if channel not in useless}
    outlet = Outlet(app[STORAGE], site, app[WATCH].look, config.now, config.online, feed, config.data)
    listed = Listed(config.data / NAME)
    app[GATE] = GateKeeper(outlet, Timers(config.monotonic), config.gate_every, listed.count)
    app[ENTRANCE] = Entrance(Door(app[GATE]), listed, Rate(config.alert_knocks))
    speaking = Speaking(app[GATE], lambda: Speaker(config.data, config.voice, Blobs(config.data)), config.gate_every)
    turns = app[STORAGE].turns
    async with app[WORK].going(alone(turns, "gate", app[GATE].run), alone(turns, "speaking", speaking.run)):
        yield
