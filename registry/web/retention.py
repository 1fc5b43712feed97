"""Letting go of old signatures and recordings, for as long as a registry was told to keep them, and of what was never used; once a day."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

from aiohttp import web

from registry.alerts.pending import keeping as alerts
from registry.desk.recordings import keeping as recordings
from registry.fleet.keeping import unsign
from registry.live.recording import let_recordings_go
from registry.storage.storage import Storage
from registry.storage.turns import alone
from registry.web.config import CONFIG, STORAGE
from registry.web.technician.photographs import tidy
from registry.web.technician.waiting import forget

LOOK_EVERY = 24 * 3600.0
AT_ONCE = 2000


async def letting_go(app: web.Application) -> AsyncIterator[None]:
    """Let go while the application runs, first when it starts."""
    task = asyncio.create_task(alone(app[STORAGE].turns, "letting go", lambda: _daily(app)))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _daily(app: web.Application) -> None:
    config = app[CONFIG]
    while True:
        if config.keep_signed is not None:
            before = config.now() - config.keep_signed
            await let_go(app[STORAGE], before)
            await asyncio.to_thread(let_recordings_go, config.data, before)
            async with app[STORAGE].writing() as connection:
                await alerts.let_go(connection, before)
        async with app[STORAGE].writing() as connection:
            await forget(connection, config.now(), config.technicians)
            await tidy(connection, config.data, config.now() - config.technicians.waiting_for)
            used_before = config.now() - config.keep_signed if config.keep_signed is not None else None
            await recordings.let_go(connection, config.data, config.now() - config.technicians.recordings_for, used_before)
        await asyncio.sleep(LOOK_EVERY)


async def let_go(storage: Storage, before: datetime, at_once: int = AT_ONCE) -> int:
    """Let go of every signature received *before*, in small transactions between which reports are taken in; how many they were."""
    total, gone = 0, at_once
    while gone == at_once:
        async with storage.writing() as connection:
            gone = await unsign(connection, before, at_once)
        total += gone
    return total
