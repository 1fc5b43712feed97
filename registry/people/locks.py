"""Wrong tries: how long a name waits after how many, in one part of the network and in all of them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.trust.persons import person_of
from registry.people.limits import Limits
from registry.people.tables import tries
from registry.storage.upsert import upsert

EVERYWHERE = "*"
_MOST_NAME = 100


def wait_here(wrong: int, limits: Limits) -> timedelta:
    """How long one part of the network waits after so many *wrong* tries; nothing before they are too many. Pure."""
    over = wrong - limits.tries
    if over < 0:
        return timedelta()
    # The exponent is capped: a number that somebody else drives up must not become an overflow.
    return min(limits.first_wait * (1 << min(over, 30)), limits.most_wait)


def wait_everywhere(wrong: int, limits: Limits) -> timedelta:
    """How long everybody waits after so many *wrong* tries from everywhere together. Pure."""
    return limits.wait_anywhere if wrong >= limits.tries_anywhere else timedelta()


async def take(connection: AsyncConnection, name: str, block: str, now: datetime, limits: Limits) -> datetime | None:
    """Count a try at *name* as wrong, before anybody knows; until when it may not be made at all, None when it may.

    Counted first, so that tries at the same moment are no more than those one after another. From where *name* has signed in before
    only tries from there count: nobody elsewhere can shut them out.
    """
    await _let_go(connection, now, limits)
    locked = await waits(connection, name, block, now)
    if locked is not None:
        return locked
    await _count(connection, name, block, now, limits, 1)
    await _count(connection, name, EVERYWHERE, now, limits, 1)
    return None


async def give_back(connection: AsyncConnection, name: str, block: str, now: datetime, limits: Limits) -> None:
    """The try that was taken last was not wrong."""
    await _count(connection, name, block, now, limits, -1)
    await _count(connection, name, EVERYWHERE, now, limits, -1)


async def touch(connection: AsyncConnection, name: str, block: str, now: datetime, limits: Limits) -> None:
    """Write what is there once more."""
    await _count(connection, name, block, now, limits, 0)


async def waits(connection: AsyncConnection, name: str, block: str, now: datetime) -> datetime | None:
    """Until when this part of the network waits at *name*; None when it does not."""
    here, anywhere = await _row(connection, name, block), await _row(connection, name, EVERYWHERE)
    known = here is not None and here.known is not None
    until = max(_until(here, now), now if known else _until(anywhere, now))
    return until if now < until else None


async def entered(connection: AsyncConnection, name: str, block: str, now: datetime) -> None:
    """*name* has signed in from *block*: their wrong tries there are forgotten, and the place is known."""
    await _put(connection, name, block, wrong=0, until=None, at=now.isoformat(), known=now.isoformat())


async def forget(connection: AsyncConnection, name: str) -> None:
    """Nothing holds *name* up any more: they have proven themselves by a link."""
    await connection.execute(delete(tries).where(tries.c.name == _key(name)))


async def _count(connection: AsyncConnection, name: str, block: str, now: datetime, limits: Limits, more: int) -> None:
    row = await _row(connection, name, block)
    fresh = row is not None and now - datetime.fromisoformat(row.at) < limits.forgotten_after
    wrong = max(0, (row.wrong if row is not None and fresh else 0) + more)
    wait = wait_everywhere(wrong, limits) if block == EVERYWHERE else wait_here(wrong, limits)
    # What is given back was a try that was allowed: the wait before it is over.
    until = (now + wait).isoformat() if wait and more > 0 else None
    await _put(connection, name, block, wrong=wrong, at=now.isoformat(), until=until)


async def _put(connection: AsyncConnection, name: str, block: str, **values: int | str | None) -> None:
    entry = upsert(tries).values(name=_key(name), block=block, **values)
    await connection.execute(entry.on_conflict_do_update(index_elements=["name", "block"], set_=values))


async def _let_go(connection: AsyncConnection, now: datetime, limits: Limits) -> None:
    old, unknown = (now - limits.forgotten_after).isoformat(), tries.c.known.is_(None)
    await connection.execute(delete(tries).where(tries.c.at <= old, unknown))
    await connection.execute(delete(tries).where(tries.c.known <= (now - limits.known_for).isoformat()))


async def _row(connection: AsyncConnection, name: str, block: str) -> Row[Any] | None:
    return (await connection.execute(select(tries).where(_at(name, block)))).one_or_none()


def _at(name: str, block: str) -> ColumnElement[bool]:
    return (tries.c.name == _key(name)) & (tries.c.block == block)


def _until(row: Row[Any] | None, now: datetime) -> datetime:
    return datetime.fromisoformat(row.until) if row is not None and row.until else now


def _key(name: str) -> str:
    return person_of(name)[:_MOST_NAME]
