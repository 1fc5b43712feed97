"""Sessions: several browsers of one person, each with a secret of its own, of which only the hash is kept here."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.people.hashing import hashed
from registry.people.limits import Limits
from registry.people.roles import Granted, Person, Role
from registry.people.tables import roles, sessions, users


@dataclass(frozen=True)
class Whence:
    """What a session's owner recognises it by: what *browser* it is, and its *block* of the network."""

    browser: str = ""
    block: str = ""


async def begin(connection: AsyncConnection, user: str, whence: Whence, now: datetime, whole: bool = True) -> str:
    """A new session of *user*; its secret. Not *whole* is one whose code is still missing."""
    secret = secrets.token_urlsafe(32)
    kept = {"browser": whence.browser, "block": whence.block, "made": now.isoformat(), "used": now.isoformat()}
    await connection.execute(insert(sessions).values(hash=hashed(secret), user=user, whole=whole, **kept))
    return secret


async def found(connection: AsyncConnection, secret: str, now: datetime, limits: Limits) -> Row[Any] | None:
    """The whole session with this *secret*; None when it is nobody's, has ended, or its owner was revoked."""
    mine = select(sessions).join(users).where(sessions.c.hash == hashed(secret), sessions.c.whole, users.c.revoked.is_(None))
    row = (await connection.execute(mine)).one_or_none()
    return row if row is not None and _lives(row, now, limits) else None


async def half(connection: AsyncConnection, secret: str, now: datetime, limits: Limits) -> Row[Any] | None:
    """The session with this *secret* that waits for its code; None when there is none, or it has waited too long."""
    mine = select(sessions).join(users).where(sessions.c.hash == hashed(secret), ~sessions.c.whole, users.c.revoked.is_(None))
    row = (await connection.execute(mine)).one_or_none()
    return row if row is not None and now < datetime.fromisoformat(row.made) + limits.code_within else None


async def person(connection: AsyncConnection, row: Row[Any]) -> Person:
    """Whose session *row* is, with the roles that they have now."""
    return Person(row.user, await granted(connection, row.user), row.hash)


async def granted(connection: AsyncConnection, user: str) -> tuple[Granted, ...]:
    """The roles of *user*."""
    kept = await connection.execute(select(roles).where(roles.c.user == user))
    return tuple(sorted(Granted(row.area, Role(row.role)) for row in kept))


def ages(row: Row[Any], now: datetime, limits: Limits) -> bool:
    """Whether the use of a session is to be written down again."""
    return now - datetime.fromisoformat(row.used) >= limits.renew_after


async def use(connection: AsyncConnection, session: str, now: datetime) -> None:
    """Write down that the session with this hash is in use."""
    await connection.execute(update(sessions).where(sessions.c.hash == session).values(used=now.isoformat()))


async def end(connection: AsyncConnection, user: str, session: str) -> bool:
    """End one session of *user*, by its hash; False when they have none such."""
    done = await connection.execute(delete(sessions).where(sessions.c.user == user, sessions.c.hash == session))
    return done.rowcount == 1


async def end_others(connection: AsyncConnection, user: str, session: str) -> None:
    """End every session of *user* but this one."""
    await connection.execute(delete(sessions).where(sessions.c.user == user, sessions.c.hash != session))


async def end_all(connection: AsyncConnection, user: str) -> None:
    """End every session of *user*."""
    await connection.execute(delete(sessions).where(sessions.c.user == user))


async def end_old(connection: AsyncConnection, now: datetime, limits: Limits) -> None:
    """Forget the sessions that have ended by themselves."""
    made, used = (now - limits.lasts).isoformat(), (now - limits.idle).isoformat()
    await connection.execute(delete(sessions).where((sessions.c.made <= made) | (sessions.c.used <= used)))


async def of(connection: AsyncConnection, user: str, now: datetime, limits: Limits) -> list[Row[Any]]:
    """The sessions of *user* that have not ended, the newest use first."""
    mine = select(sessions).where(sessions.c.user == user, sessions.c.whole).order_by(sessions.c.used.desc())
    return [row for row in await connection.execute(mine) if _lives(row, now, limits)]


def _lives(row: Row[Any], now: datetime, limits: Limits) -> bool:
    made, used = datetime.fromisoformat(row.made), datetime.fromisoformat(row.used)
    return now < made + limits.lasts and now < used + limits.idle
