"""Technicians: named people with an area and one bound phone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import covers
from registry.audit.chain import Event, note
from registry.fleet.tables import grants
from registry.web.phones.binding import forget, invite
from registry.web.phones.kinds import Events, Kind
from registry.web.rules import Rules
from registry.web.technician.tables import technicians, waiting

TECHNICIANS = Kind(
    table=technicians,
    cookie="__Host-technician",
    invites="/t",
    home="/technician",
    title=("Kỹ thuật viên", "technician"),
    can=("Chỉ điện thoại này sẽ nhận được thiết bị thay bạn.", "Only this phone will let units in for you."),
    listed="bangtin registry technician list",
    events=Events(Event.TECHNICIAN_ADDED, Event.PHONE_BOUND, Event.TECHNICIAN_REVOKED),
)


@dataclass(frozen=True)
class Technician:
    """Who is on the phone, and in which area they may let units in."""

    name: str
    area: str

    def may_work_in(self, place: str) -> bool:
        """Whether *place* lies in their area."""
        return covers(self.area, place)


async def add(connection: AsyncConnection, name: str, area: str, now: datetime, rules: Rules) -> str:
    """Know *name*, or give them another area or another phone; the secret of the new link.

    What the phone that they had accepted and no unit has fetched is void: it may have been stolen.
    """
    called, secret = await invite(connection, TECHNICIANS, name, now, rules, area=area)
    await _void(connection, called)
    await note(connection, TECHNICIANS.events.added, now, technician=called, detail=area)
    return secret


async def revoke(connection: AsyncConnection, name: str, now: datetime) -> str:
    """Know *name* no longer: phone, link, units that they hold and grants that no unit has used yet are worth nothing from now on."""
    called = await forget(connection, TECHNICIANS, name, now)
    await _void(connection, called)
    return called


def technician_of(row: Row[Any]) -> Technician:
    """The technician of a row."""
    return Technician(row.name, row.area)


async def _void(connection: AsyncConnection, name: str) -> None:
    """Units that *name* holds or accepted wait again, and grants that no unit has used yet are worth nothing."""
    let_go = {"technician": None, "held": None, "accepted": None}
    await connection.execute(update(waiting).where(waiting.c.technician == name).values(**let_go))
    await connection.execute(delete(grants).where(grants.c.technician == name, grants.c.used_by.is_(None)))
