"""What follows when a unit that a technician accepted is let in: its holders, its photographs, and the unit whose place it takes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.chain import Event, note
from registry.fleet.duties import name_all
from registry.fleet.grants import TurnedAway
from registry.fleet.tables import units
from registry.web.technician.tables import photos, waiting


async def settle(connection: AsyncConnection, row: Row[Any], now: datetime) -> None:
    """Give the unit that waited as *row* everything that was chosen for it; it waits no longer."""
    await name_all(connection, row.unit, row.holders)
    await connection.execute(update(photos).where(photos.c.thumbprint == row.thumbprint).values(unit=row.unit))
    if row.replaces is not None:
        await take_the_place(connection, row.replaces, row.unit, now, row.technician or "")
    await connection.execute(delete(waiting).where(waiting.c.thumbprint == row.thumbprint))


async def may_replace(connection: AsyncConnection, old: str, new: str) -> Row[Any]:
    """The unit *old* whose place *new* may take; ``TurnedAway`` when there is none, or it was replaced already."""
    row = (await connection.execute(select(units).where(units.c.unit == old))).one_or_none()
    if row is None or old == new or row.replaced_by not in (None, new):
        what = f"không có thiết bị {old} để thay / there is no unit {old} to be replaced"
        raise TurnedAway(Event.REPLACES_NOBODY, "replaces", what, "xem tên thiết bị cũ trên nhãn / see the old unit's name on its label")
    return row


async def take_the_place(connection: AsyncConnection, old: str, new: str, now: datetime, technician: str = "") -> None:
    """From now on *new* stands where *old* stood, whose key is void; ``TurnedAway`` as for :func:`may_replace`."""
    await may_replace(connection, old, new)
    await connection.execute(update(units).where(units.c.unit == old).values(replaced_by=new))
    await connection.execute(update(units).where(units.c.unit == new).values(would_replace=None))
    await note(connection, Event.REPLACED, now, technician=technician, unit=old, detail=new)
