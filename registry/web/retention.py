"""Letting go of what a registry was told to keep no longer, and of what was never used; once a day."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from registry.alerts.pending import keeping as alerts
from registry.desk.recordings import keeping as recordings
from registry.live.recording import let_recordings_go
from registry.retention.looking import look
from registry.storage.turns import LETTING_GO, alone
from registry.web.config import CONFIG, STORAGE
from registry.web.technician.photographs import tidy
from registry.web.technician.waiting import forget
from registry.web.work import WORK

LOOK_EVERY = 24 * 3600.0
LOOK_AGAIN = 600.0
"""Seconds after which what could not be done is tried again: a backup is done by then."""


async def letting_go(app: web.Application) -> AsyncIterator[None]:
    """Let go while the application runs, first when it starts."""
    async with app[WORK].going(alone(app[STORAGE].turns, LETTING_GO, lambda: _daily(app))):
        yield


async def _daily(app: web.Application) -> None:
    config = app[CONFIG]
    while True:
        done = await look(app[STORAGE], config.keep, config.now())
        used_before = config.now() - config.keep.signed if config.keep.signed is not None else None
        if used_before is not None:
            await asyncio.to_thread(let_recordings_go, config.data, used_before)
            async with app[STORAGE].writing() as connection:
                await alerts.let_go(connection, used_before)
        async with app[STORAGE].writing() as connection:
            await forget(connection, config.now(), config.technicians)
            await tidy(connection, config.data, config.now() - config.technicians.waiting_for)
            await recordings.let_go(connection, config.data, config.now() - config.technicians.recordings_for, used_before)
        await asyncio.sleep(LOOK_EVERY if done else LOOK_AGAIN)
