"""Several processes of one registry: what one of them files, the pages of all of them hear of."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from registry.storage.bells import Bells
from registry.web.alerts.reach import NEWS, News
from registry.web.config import STORAGE
from registry.web.work import WORK

AT_MOST = 0.3
"""Seconds between two rings: however many reports come in, a page is not read more often than that."""


async def hearing_neighbours(app: web.Application) -> AsyncIterator[None]:
    """Tell and hear while the application runs."""
    news, bells = app[NEWS], app[STORAGE].bells
    async with app[WORK].going(bells.listen(news.hear), _tell(news, bells)):
        yield


async def _tell(news: News, bells: Bells) -> None:
    told = news.own
    while True:
        await news.own_since(told)
        told = news.own
        await bells.ring()
        await asyncio.sleep(AT_MOST)
