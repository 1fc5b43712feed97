"""How a phone is bound: a single-use link, then a secret that only the phone has. There are no passwords."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from bundle.trust.persons import person_of
from registry.audit.chain import note
from registry.people.hashing import hashed
from registry.web.phones.kinds import Kind
from registry.web.rules import Rules

_AGAIN = "xin đường dẫn mới ở sổ trung tâm / ask the registry for a new link"


async def invite(connection: AsyncConnection, kind: Kind, name: str, now: datetime, rules: Rules, **own: Any) -> tuple[str, str]:
    """Know *name* as one of *kind* with the *own* columns of that kind, or give them another phone.

    Returns their name as it is kept, and the secret of the new link, which is shown once and kept nowhere. The phone that they had is
    unknown from now on: it may have been stolen.
    """
    table = kind.table
    known = await by_name(connection, kind, name)
    called = known.name if known else " ".join(name.split())
    secret = secrets.token_urlsafe(24)
    link = {"link": hashed(secret), "link_until": (now + rules.link_for).isoformat(), "session": None, "revoked": None, **own}
    if known:
        await connection.execute(update(table).where(table.c.name == called).values(**link))
    else:
        await connection.execute(insert(table).values(name=called, made=now.isoformat(), **link))
    return called, secret


async def bind(connection: AsyncConnection, kind: Kind, secret: str, now: datetime) -> str:
    """The session of the phone that opened the link, instead of any phone before it; ``Refused`` when the link is used, old or not ours."""
    table = kind.table
    row = (await connection.execute(select(table).where(table.c.link == hashed(secret)))).one_or_none()
    if row is None:
        what = "đường dẫn đã dùng hoặc không phải của máy chủ này / this link was used, or is not of this registry"
        raise refuse(kind.where, what, _AGAIN)
    if now >= datetime.fromisoformat(row.link_until):
        raise refuse(kind.where, "đường dẫn đã hết hạn / this link has expired", _AGAIN)
    session = secrets.token_urlsafe(32)
    values = {"link": None, "link_until": None, "session": hashed(session), "bound": now.isoformat()}
    await connection.execute(update(table).where(table.c.name == row.name).values(**values))
    await note(connection, kind.events.bound, now, technician=row.name)
    return session


async def bound(connection: AsyncConnection, kind: Kind, session: str, now: datetime, rules: Rules) -> Row[Any] | None:
    """Whose phone keeps *session*; None when it is nobody's, was used too long ago, or was taken from them."""
    row = (await connection.execute(select(kind.table).where(kind.table.c.session == hashed(session)))).one_or_none()
    return None if row is None or now - datetime.fromisoformat(row.bound) >= rules.session_for else row


def ages(row: Row[Any], now: datetime, rules: Rules) -> bool:
    """Whether the use of a bound phone is to be written down again."""
    return now - datetime.fromisoformat(row.bound) >= rules.renew_after


async def renew(connection: AsyncConnection, kind: Kind, session: str, now: datetime) -> bool:
    """Bind the phone that keeps *session* for as long again; False when it was taken from them meanwhile."""
    found = await connection.execute(update(kind.table).where(kind.table.c.session == hashed(session)).values(bound=now.isoformat()))
    return found.rowcount == 1


async def forget(connection: AsyncConnection, kind: Kind, name: str, now: datetime) -> str:
    """Know *name* no longer: phone and link are worth nothing from now on. ``Refused`` when nobody is called that."""
    known = await by_name(connection, kind, name)
    if known is None or known.revoked is not None:
        raise refuse(name, f"không có {kind.title[0].lower()} này / no {kind.title[1]} is called that", kind.listed)
    gone = {"link": None, "link_until": None, "session": None, "revoked": now.isoformat()}
    await connection.execute(update(kind.table).where(kind.table.c.name == known.name).values(**gone))
    await note(connection, kind.events.revoked, now, technician=known.name)
    return str(known.name)


async def everybody(connection: AsyncConnection, kind: Kind) -> list[Row[Any]]:
    """All of *kind*, by name."""
    return list((await connection.execute(select(kind.table).order_by(kind.table.c.name))).all())


async def by_name(connection: AsyncConnection, kind: Kind, name: str) -> Row[Any] | None:
    """The one who is called *name*, however it is spelt or spaced."""
    return next((row for row in await everybody(connection, kind) if person_of(row.name) == person_of(name)), None)
