"""Who holds which of the five duties at each unit: as a technician named them on the phone, as the unit told, or by command."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.duties import Duty
from evidence.records import Commissioned
from registry.fleet.holding import Taken
from registry.fleet.tables import holders, units
from registry.storage.upsert import upsert


def unheld(held: Sequence[str]) -> tuple[Duty, ...]:
    """The duties that nobody holds when these are *held*: each of them is a fault of the unit."""
    return tuple(duty for duty in Duty if duty.value not in held)


async def unheld_at(connection: AsyncConnection, named: Collection[str] | None = None) -> dict[str, tuple[Duty, ...]]:
    """The units that lack a holder, and for which duties; with *named* of these alone."""
    held: defaultdict[str, list[str]] = defaultdict(list)
    holding, all_units = select(holders.c.unit, holders.c.duty), select(units.c.unit)
    if named is not None:
        holding, all_units = holding.where(holders.c.unit.in_(named)), all_units.where(units.c.unit.in_(named))
    for row in await connection.execute(holding):
        held[row.unit].append(row.duty)
    lacking = {each: unheld(held[each]) for each in await connection.scalars(all_units)}
    return {each: duties for each, duties in lacking.items() if duties}


async def holders_of(connection: AsyncConnection, unit: str) -> list[Row[Any]]:
    """Who holds what at *unit*, in the order of the duties."""
    order = [duty.value for duty in Duty]
    rows = (await connection.execute(select(holders).where(holders.c.unit == unit))).all()
    return sorted(rows, key=lambda row: order.index(row.duty))


async def name_all(connection: AsyncConnection, unit: str, named: Sequence[Mapping[str, str]]) -> None:
    """*named* hold the duties of *unit* from now on, and nobody else."""
    await connection.execute(delete(holders).where(holders.c.unit == unit))
    if named:
        await connection.execute(insert(holders), [{"unit": unit, **each} for each in named])


async def name_one(connection: AsyncConnection, unit: str, duty: Duty, name: str, phone: str | None = None) -> None:
    """*name* holds *duty* from now on; a telephone number that is not told stays with the same person, and goes with another."""
    entry = upsert(holders).values(unit=unit, duty=duty.value, name=name, phone=phone or "", substitute="", substitute_phone="")
    same = holders.c.name == entry.excluded.name
    told = entry.excluded.phone if phone is not None else case((same, holders.c.phone), else_="")
    changed = {"name": entry.excluded.name, "phone": told}
    await connection.execute(entry.on_conflict_do_update(index_elements=["unit", "duty"], set_=changed))


async def hear(connection: AsyncConnection, taken: Sequence[Taken], _: datetime) -> None:
    """Take over whom units themselves were told when they were commissioned: that is the newest word."""
    for each in taken:
        for line in (fresh.line for fresh in each.fresh if isinstance(fresh.line, Commissioned)):
            for duty, name in line.duties.items():
                await name_one(connection, each.report.unit, duty, name)
