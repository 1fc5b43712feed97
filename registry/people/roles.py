"""What somebody may do, and in which areas. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bundle.area import AreaCode, covers


class Role(StrEnum):
    """What people of an area do in the registry; what each of them includes besides is in ``INCLUDES``."""

    WATCHER = "watcher"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


# Nobody operates what they do not see. Who lets people in needs to see, and gives no orders to units.
INCLUDES: dict[Role, tuple[Role, ...]] = {
    Role.WATCHER: (Role.WATCHER,),
    Role.OPERATOR: (Role.OPERATOR, Role.WATCHER),
    Role.ADMINISTRATOR: (Role.ADMINISTRATOR, Role.WATCHER),
}


@dataclass(frozen=True, order=True)
class Granted:
    """One role in one area and all that lies below it."""

    area: AreaCode
    role: Role


@dataclass(frozen=True)
class Person:
    """Who somebody is, and what was granted to them; *session* is the hash of what their browser keeps, empty for a bound phone."""

    name: str
    granted: tuple[Granted, ...]
    session: str = ""

    def areas(self, role: Role) -> tuple[AreaCode, ...]:
        """The areas in which they have *role*, each with all that lies below it; none twice."""
        return widest(each.area for each in self.granted if role in INCLUDES[each.role])

    def may(self, role: Role, area: AreaCode) -> bool:
        """Whether they have *role* in *area*."""
        return within(self.areas(role), area)


def within(areas: Iterable[AreaCode], place: AreaCode) -> bool:
    """Whether one of *areas* covers *place*."""
    return any(covers(area, place) for area in areas)


def widest(areas: Iterable[AreaCode]) -> tuple[AreaCode, ...]:
    """*areas* without those that lie inside another of them, in order."""
    found: list[AreaCode] = []
    for area in sorted(set(areas), key=lambda code: (code.count("."), code)):
        if not within(found, area):
            found.append(area)
    return tuple(sorted(found))
