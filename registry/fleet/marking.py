"""Marking units whose states may be others from now on, in the transaction that made them so: whoever looks next judges them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fleet.changing import changes
from registry.fleet.holding import Taken
from registry.fleet.standing_tables import standings


async def mark(connection: AsyncConnection, named: Collection[str], now: datetime) -> None:
    """Something about the units *named* changed at *now*; one that was never judged needs no mark."""
    await connection.execute(update(standings).where(standings.c.unit.in_(named)).values(due=now.isoformat()))


async def hear(connection: AsyncConnection, taken: Sequence[Taken], now: datetime) -> None:
    """Mark the units of which the *taken* reports tell what their states follow from."""
    if changed := [each.report.unit for each in taken if changes(each, now)]:
        await mark(connection, changed, now)
