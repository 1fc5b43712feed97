"""Drills while the registry runs, with the confirmations that their tables are made of."""

from collections.abc import AsyncIterator

from aiohttp import web

from registry.alerts.drills.drilling import Drilling
from registry.storage.turns import alone
from registry.web.alerts.gating import GATE
from registry.web.alerts.reach import REACHED
from registry.web.config import CONFIG, STORAGE
from registry.web.work import WORK

DRILLS: web.AppKey[Drilling] = web.AppKey("drills", Drilling)


async def keep_drills(app: web.Application) -> AsyncIterator[None]:
    """Look while the application runs, first when it starts: what was missed is said then."""
    app[DRILLS] = Drilling(app[GATE], app[REACHED].all, app[REACHED].confirmation, app[CONFIG].drills_every)
    async with app[WORK].going(alone(app[STORAGE].turns, "drills", app[DRILLS].run)):
        yield
