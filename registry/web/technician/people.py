"""Technicians: named people with an area and one bound phone. No passwords: a single-use link, then a secret that only the phone has."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import covers
from bundle.errors import Refused, refuse
from bundle.trust.persons import person_of
from registry.web.schema import grants
from registry.web.technician.audit import Event, note
from registry.web.technician.rules import Rules
from registry.web.technician.tables import technicians, waiting

WHERE = "kỹ thuật viên / technician"
_AGAIN = "xin đường dẫn mới ở sổ trung tâm / ask the registry for a new link"


@dataclass(frozen=True)
class Technician:
    """Who is on the phone, and in which area they may let units in."""

    name: str
    area: str

    def may_work_in(self, place: str) -> bool:
        """Whether *place* lies in their area."""
        return covers(self.area, place)


async def add(connection: AsyncConnection, name: str, area: str, now: datetime, rules: Rules) -> str:
    """Know *name*, or give them another area or another phone; the secret of the new link, which is shown once and kept nowhere.

    The phone that they had is unknown from now on, and what it accepted and no unit has fetched is void: it may have been stolen.
    """
    known = await _by_name(connection, name)
    called = known.name if known else " ".join(name.split())
    secret = secrets.token_urlsafe(24)
    link = {"area": area, "link": hashed(secret), "link_until": (now + rules.link_for).isoformat(), "session": None, "revoked": None}
    if known:
        await connection.execute(update(technicians).where(technicians.c.name == called).values(**link))
        await _void(connection, called)
    else:
        await connection.execute(insert(technicians).values(name=called, made=now.isoformat(), **link))
    await note(connection, Event.TECHNICIAN_ADDED, now, technician=called, detail=area)
    return secret


async def bind(connection: AsyncConnection, secret: str, now: datetime) -> str:
    """The session of the phone that opened the link, instead of any phone before it; ``Refused`` when the link is used, old or not ours."""
    row = (await connection.execute(select(technicians).where(technicians.c.link == hashed(secret)))).one_or_none()
    if row is None:
        raise refuse(WHERE, "đường dẫn đã dùng hoặc không phải của máy chủ này / this link was used, or is not of this registry", _AGAIN)
    if now >= datetime.fromisoformat(row.link_until):
        raise refuse(WHERE, "đường dẫn đã hết hạn / this link has expired", _AGAIN)
    session = secrets.token_urlsafe(32)
    values = {"link": None, "link_until": None, "session": hashed(session), "bound": now.isoformat()}
    await connection.execute(update(technicians).where(technicians.c.name == row.name).values(**values))
    await note(connection, Event.PHONE_BOUND, now, technician=row.name)
    return session


async def technician_of(connection: AsyncConnection, session: str, now: datetime, rules: Rules) -> Technician | None:
    """Whose phone keeps *session*; None when it is nobody's, was bound too long ago, or was taken from them."""
    row = (await connection.execute(select(technicians).where(technicians.c.session == hashed(session)))).one_or_none()
    if row is None or now - datetime.fromisoformat(row.bound) >= rules.session_for:
        return None
    return Technician(row.name, row.area)


async def revoke(connection: AsyncConnection, name: str, now: datetime) -> str:
    """Know *name* no longer: phone, link, units that they hold and grants that no unit has used yet are worth nothing from now on."""
    known = await _by_name(connection, name)
    if known is None or known.revoked is not None:
        raise _nobody(name)
    gone = {"link": None, "link_until": None, "session": None, "revoked": now.isoformat()}
    await connection.execute(update(technicians).where(technicians.c.name == known.name).values(**gone))
    await _void(connection, known.name)
    await note(connection, Event.TECHNICIAN_REVOKED, now, technician=known.name)
    return str(known.name)


async def _void(connection: AsyncConnection, name: str) -> None:
    """Units that *name* holds or accepted wait again, and grants that no unit has used yet are worth nothing."""
    let_go = {"technician": None, "held": None, "accepted": None}
    await connection.execute(update(waiting).where(waiting.c.technician == name).values(**let_go))
    await connection.execute(delete(grants).where(grants.c.technician == name, grants.c.used_by.is_(None)))


async def everybody(connection: AsyncConnection) -> list[Row[Any]]:
    """All technicians, by name."""
    return list((await connection.execute(select(technicians).order_by(technicians.c.name))).all())


def hashed(secret: str) -> str:
    """How a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def _by_name(connection: AsyncConnection, name: str) -> Row[Any] | None:
    return next((row for row in await everybody(connection) if person_of(row.name) == person_of(name)), None)


def _nobody(name: str) -> Refused:
    return refuse(name, "không có kỹ thuật viên này / no technician is called that", "bangtin registry technician list")
