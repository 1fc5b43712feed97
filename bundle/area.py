"""Administrative areas as dotted codes: a channel covers a place when its code is a prefix of the place's."""

from typing import Annotated

from pydantic import StringConstraints

# Levels are data: the country dropped its district level in 2025 and will change again.
AreaCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=100)]


def covers(area: str, place: str) -> bool:
    """Whether *area* is *place* itself or one of the areas above it; never a match inside a segment."""
    return place == area or place.startswith(area + ".")


def ancestors(place: str) -> tuple[str, ...]:
    """The area itself and all above it, widest first: ``vn.20.1`` gives ``vn``, ``vn.20``, ``vn.20.1``."""
    parts = place.split(".")
    return tuple(".".join(parts[: n + 1]) for n in range(len(parts)))
