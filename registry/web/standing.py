"""States and alarms while the application runs: everything that was missed before the first request, then a look each second."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from registry.fleet.alarm_keeper import Alarms
from registry.fleet.standing_keeper import Standings
from registry.web.config import CONFIG, STORAGE

log = logging.getLogger(__name__)

ALARMS: web.AppKey[Alarms] = web.AppKey("alarms", Alarms)
STANDINGS: web.AppKey[Standings] = web.AppKey("standings", Standings)


async def keep_standings(app: web.Application) -> AsyncIterator[None]:
    """Keep them."""
    app[STANDINGS] = Standings(app[STORAGE], app[CONFIG].now)
    app[ALARMS] = Alarms(app[STORAGE], app[CONFIG].now, app[CONFIG].alarms)
    await app[STANDINGS].start()
    task = asyncio.create_task(_each_second(app))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _each_second(app: web.Application) -> None:
    while True:
        await asyncio.sleep(app[CONFIG].standings_every)
        try:
            await app[STANDINGS].look()
            await app[ALARMS].look()
        except Exception:
            # A full disk must not end the keeping of states: what was marked is judged by the next look.
            log.exception("standings")
