"""Accounts: who is known by name, with which roles, and the single-use link by which they set their account up themselves."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from bundle.trust.persons import person_of
from registry.audit.chain import Event, note
from registry.people import sessions
from registry.people.hashing import hashed
from registry.people.limits import Limits
from registry.people.roles import Granted
from registry.people.tables import roles, users

LISTED = "bangtin registry user list"
_NOTHING = {"password": None, "seed": None, "step": None, "new_seed": None}


async def invite(
    connection: AsyncConnection, name: str, granted: Iterable[Granted], now: datetime, limits: Limits, by: str = ""
) -> tuple[str, str]:
    """Know *name* with the roles *granted*; their name as it is kept, and the secret of the link that sets the account up.

    ``Refused`` when somebody is called that already: they are given other roles (``grant``) or a new link (``reset``).
    """
    known = await by_name(connection, name)
    if known is not None and known.revoked is None:
        raise refuse(
            name, "đã có người dùng này / there is such a user already", "đổi quyền, hoặc cấp đường dẫn mới / user roles, user reset"
        )
    called = known.name if known else " ".join(name.split())
    if known is None:
        await connection.execute(insert(users).values(name=called, person=person_of(called), made=now.isoformat()))
    await _put(connection, called, granted)
    await note(connection, Event.USER_ADDED, now, technician=called, detail=_told(granted, by))
    return called, await _link(connection, called, now, limits)


async def reset(connection: AsyncConnection, name: str, now: datetime, limits: Limits, by: str = "") -> tuple[str, str]:
    """Another link for *name*; the password that they had counts no more, and their sessions end. ``Refused`` when there is none."""
    row = await _known(connection, name)
    await sessions.end_all(connection, row.name)
    await note(connection, Event.USER_RESET, now, technician=row.name, detail=_told((), by))
    return row.name, await _link(connection, row.name, now, limits)


async def grant(connection: AsyncConnection, name: str, granted: Iterable[Granted], now: datetime, by: str = "") -> str:
    """Let *name* have these roles from now on, and no others; their name as it is kept."""
    row = await _known(connection, name)
    await _put(connection, row.name, granted)
    await note(connection, Event.USER_ROLES, now, technician=row.name, detail=_told(granted, by))
    return str(row.name)


async def revoke(connection: AsyncConnection, name: str, now: datetime, by: str = "") -> str:
    """Know *name* no longer: sessions end, password and link are worth nothing. ``Refused`` when nobody is called that."""
    row = await _known(connection, name)
    await sessions.end_all(connection, row.name)
    await _put(connection, row.name, ())
    gone = {**_NOTHING, "link": None, "link_until": None, "revoked": now.isoformat()}
    await connection.execute(update(users).where(users.c.name == row.name).values(**gone))
    await note(connection, Event.USER_REVOKED, now, technician=row.name, detail=_told((), by))
    return str(row.name)


async def everybody(connection: AsyncConnection) -> list[tuple[Row[Any], tuple[Granted, ...]]]:
    """All accounts by name, each with its roles."""
    rows = (await connection.execute(select(users).order_by(users.c.name))).all()
    return [(row, await sessions.granted(connection, row.name)) for row in rows]


async def by_name(connection: AsyncConnection, name: str) -> Row[Any] | None:
    """The account of *name*, however it is spelt or spaced."""
    return (await connection.execute(select(users).where(users.c.person == person_of(name)))).one_or_none()


async def _known(connection: AsyncConnection, name: str) -> Row[Any]:
    row = await by_name(connection, name)
    if row is None or row.revoked is not None:
        raise refuse(name, "không có người dùng này / no user is called that", LISTED)
    return row


async def _link(connection: AsyncConnection, name: str, now: datetime, limits: Limits) -> str:
    secret = secrets.token_urlsafe(24)
    link = {"link": hashed(secret), "link_until": (now + limits.link_for).isoformat(), "revoked": None}
    await connection.execute(update(users).where(users.c.name == name).values(**_NOTHING, **link))
    return secret


async def _put(connection: AsyncConnection, name: str, granted: Iterable[Granted]) -> None:
    await connection.execute(delete(roles).where(roles.c.user == name))
    kept = [{"user": name, "role": each.role.value, "area": each.area} for each in sorted(set(granted))]
    if kept:
        await connection.execute(insert(roles), kept)


def _told(granted: Iterable[Granted], by: str) -> str:
    told = " ".join(f"{each.role.value}={each.area}" for each in sorted(granted))
    return f"{told} · {by}" if by else told
