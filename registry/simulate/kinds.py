"""The kinds of simulated units, and how many of each there are. Pure."""

from enum import StrEnum
from random import Random


class Kind(StrEnum):
    """How a unit behaves: as it should; with a link that comes and goes; by weeks of letters at once; twice; by a wrong clock."""

    HEALTHY = "healthy"
    FLAPPING = "flapping"
    COURIER = "courier"
    CLONED = "cloned"
    WRONG_CLOCK = "wrong-clock"


SHARES: dict[Kind, float] = {Kind.HEALTHY: 0.85, Kind.FLAPPING: 0.10, Kind.COURIER: 0.03, Kind.CLONED: 0.01, Kind.WRONG_CLOCK: 0.01}


def kinds(count: int, dice: Random) -> list[Kind]:
    """The kinds of *count* units, by ``SHARES``; each kind stands for at least one unit where there are enough."""
    found = list(Kind)[:count]
    return found + dice.choices(list(SHARES), list(SHARES.values()), k=count - len(found))
