"""States, alarms, essentials and classes while the application runs: what was missed before the first request, then one process looks."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from aiohttp import web

from registry.figures.catalogue import Catalogue
from registry.fleet.alarm_keeper import Alarms
from registry.fleet.coverage.essentials import Essentials
from registry.fleet.coverage.sharing import Covered
from registry.fleet.standing_keeper import Standings
from registry.storage.turns import alone
from registry.trust.site import Site
from registry.web.config import CONFIG, STORAGE
from registry.web.templating import PAGES
from registry.web.watch import WATCH
from registry.web.work import WORK

log = logging.getLogger(__name__)

ALARMS_EACH = 10
"""Looks at states from one at alarms to the next: the quickest of these lasts minutes, and each reads all that is wrong."""

ALARMS: web.AppKey[Alarms] = web.AppKey("alarms", Alarms)
COVERED: web.AppKey[Covered] = web.AppKey("covered", Covered)
ESSENTIALS: web.AppKey[Essentials] = web.AppKey("essentials", Essentials)
CATALOGUE: web.AppKey[Catalogue] = web.AppKey("catalogue", Catalogue)
STANDINGS: web.AppKey[Standings] = web.AppKey("standings", Standings)


async def keep_standings(app: web.Application) -> AsyncIterator[None]:
    """Keep them."""
    app[STANDINGS] = Standings(app[STORAGE], app[CONFIG].now)
    app[ALARMS] = Alarms(app[STORAGE], app[CONFIG].now, app[CONFIG].alarms)
    site, watch = Site(app[CONFIG].site), app[WATCH]
    await watch.look()
    app[ESSENTIALS] = Essentials(app[STORAGE], site, watch.versions, app[CONFIG].now)
    app[CATALOGUE] = Catalogue(app[STORAGE], site, watch.versions)
    app[COVERED] = Covered(app[STORAGE], app[CONFIG].now, app[CONFIG].monotonic)
    await app[ESSENTIALS].look()
    await app[CATALOGUE].look()
    await app[STANDINGS].start()
    await app[ALARMS].count()
    app[PAGES].globals["alarms_open"] = app[ALARMS].number
    async with app[WORK].going(alone(app[STORAGE].turns, "standings", lambda: _keep(app)), _count(app)):
        yield


async def _keep(app: web.Application) -> None:
    """What one process does for all: states, and what stands in the tree, each second; alarms, which have minutes, less often."""
    config, rounds = app[CONFIG], itertools.count(1)
    while True:
        await asyncio.sleep(config.standings_every)
        looks = (app[ESSENTIALS].look, app[CATALOGUE].look, app[STANDINGS].look)
        await look_all(looks if next(rounds) % ALARMS_EACH else (*looks, app[ALARMS].look))


async def look_all(looks: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Every one of *looks*, also after one that fails: a full disk must not end the keeping of states, nor one fault the alarms."""
    for look in looks:
        try:
            await look()
        except Exception:
            # What is marked is judged by the next.
            log.exception("standings")


async def _count(app: web.Application) -> None:
    """Each process shows the number of open alarms, whoever opened them."""
    while True:
        await asyncio.sleep(app[CONFIG].standings_every)
        try:
            await app[ALARMS].count()
        except Exception:
            log.exception("alarms")
