"""What of the fleet somebody may see."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.areas.tables import areas
from registry.fleet.tables import units
from registry.people.roles import Person, Role


async def sees(connection: AsyncConnection, person: Person, unit: str) -> bool:
    """Whether *person* watches the place of *unit*; not so of a unit that is not there."""
    place = await connection.scalar(select(units.c.place).where(units.c.unit == unit))
    return place is not None and person.may(Role.WATCHER, place)


async def everywhere(connection: AsyncConnection, person: Person, role: Role) -> bool:
    """Whether *person* has *role* in every area and at every unit that the registry knows: what has no place is theirs to see."""
    known = [*await connection.scalars(select(areas.c.code)), *await connection.scalars(select(units.c.place).distinct())]
    return all(person.may(role, code) for code in known)
