"""Units that say whose place they take, and those that came back after a restored backup: each waits for a person's word."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from evidence.records import FaultCode
from registry.audit.chain import Event, note
from registry.fleet.states import OpenFault
from registry.fleet.tables import units
from registry.web.technician.settling import take_the_place

SEE = "xem bangtin registry units / see the list"


async def ask(connection: AsyncConnection, unit: str, old: str, now: datetime) -> None:
    """*unit* enrolled itself from a card and says that it takes the place of *old*: nothing changes before a person has confirmed it."""
    await connection.execute(update(units).where(units.c.unit == unit).values(would_replace=old))
    await note(connection, Event.WOULD_REPLACE, now, unit=unit, detail=old)


async def confirm(connection: AsyncConnection, old: str, new: str, now: datetime) -> None:
    """*new* takes the place of *old*, by a person's word; both are enrolled. ``Refused`` when one is not, or is replaced already."""
    row = (await connection.execute(select(units).where(units.c.unit == new))).one_or_none()
    if row is None:
        raise refuse("NEW", f"không có thiết bị {new} / there is no unit {new}", SEE)
    if row.replaced_by is not None:
        raise refuse("NEW", f"{new} đã được {row.replaced_by} thay thế / was itself replaced by {row.replaced_by}", SEE)
    await take_the_place(connection, old, new, now)


async def decline(connection: AsyncConnection, new: str, now: datetime) -> None:
    """*new* takes nobody's place, whatever it says. ``Refused`` when it says nothing."""
    row = (await connection.execute(select(units).where(units.c.unit == new, units.c.would_replace.is_not(None)))).one_or_none()
    if row is None:
        raise refuse("NEW", f"{new} không xin thay thiết bị nào / does not ask to take a place", "bangtin registry replace --data …")
    await connection.execute(update(units).where(units.c.unit == new).values(would_replace=None))
    await note(connection, Event.REPLACEMENT_DECLINED, now, unit=new, detail=row.would_replace)


async def undecided(connection: AsyncConnection) -> dict[str, list[OpenFault]]:
    """By unit in force: what of it waits for a person's word, and how to give it."""
    waits = (units.c.would_replace.is_not(None) | units.c.readmitted.is_not(None)) & units.c.replaced_by.is_(None)
    rows = await connection.execute(select(units).where(waits).order_by(units.c.unit))
    return {row.unit: _told(row) for row in rows}


def _told(row: Row[Any]) -> list[OpenFault]:
    found = []
    if row.readmitted is not None:
        told = (
            f"sổ đã quên thiết bị này (khôi phục bản cũ) và nhận lại lúc {row.readmitted[:16]} UTC: đã bị thay thì bangtin registry"
            f" replace {row.unit} MỚI, đúng thì bangtin registry readmitted {row.unit}"
            f" / this registry had forgotten the unit (a restored backup) and took it back: if it had been replaced,"
            f" bangtin registry replace {row.unit} NEW; if it is right, bangtin registry readmitted {row.unit}"
        )
        found.append(OpenFault("registry", FaultCode.READMITTED, told))
    if row.would_replace is not None:
        told = (
            f"xin thay cho {row.would_replace}, chưa ai xác nhận: bangtin registry replace {row.would_replace} {row.unit},"
            f" hay từ chối --decline {row.unit} / says that it takes the place of {row.would_replace}; nobody has confirmed that"
        )
        found.append(OpenFault("registry", FaultCode.REPLACEMENT_PENDING, told))
    return found
