"""A real registry whose clock a test sets, and what it keeps of its units' states."""

from datetime import datetime, timedelta

from sqlalchemy import select

from registry.fleet.standing_tables import spans, standings
from registry.web.config import STORAGE
from registry.web.standing import STANDINGS
from tests.registry.web.conftest import clock, registry

__all__ = ["clock", "history", "look", "present", "registry", "rows"]


async def look(registry):
    await registry.app[STANDINGS].look()


async def rows(registry, table, *which):
    async with registry.app[STORAGE].reading() as connection:
        return (await connection.execute(select(table).where(*which))).all()


async def present(registry, unit="bt-mau-01"):
    (found,) = await rows(registry, standings, standings.c.unit == unit)
    return found


async def history(registry, unit="bt-mau-01"):
    """(state, minutes) of every span that has closed, and what is left until now."""
    found = sorted(await rows(registry, spans, spans.c.unit == unit), key=lambda span: span.began)
    times = [datetime.fromisoformat(span.ended) - datetime.fromisoformat(span.began) for span in found]
    return [(span.state, time / timedelta(minutes=1)) for span, time in zip(found, times, strict=True)]
