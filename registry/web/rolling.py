"""Roll-outs while the registry runs."""

from collections.abc import AsyncIterator

from aiohttp import web

from registry.rollout.rolling import Rolling
from registry.storage.turns import lasting
from registry.web.work import WORK

ROLLING: web.AppKey[Rolling] = web.AppKey("rolling", Rolling)


async def keep_rolling(app: web.Application) -> AsyncIterator[None]:
    """Look while the application runs, first when it starts."""
    await app[ROLLING].look()
    async with app[WORK].going(lasting("rolling", app[ROLLING].run)):
        yield
