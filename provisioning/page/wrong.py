"""One thing that is wrong, as the page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bundle.errors import Complaint
from provisioning.first_boot.known import halves
from provisioning.probe import Pair


@dataclass(frozen=True)
class Wrong:
    """*where*, *what*, and what to *do*, if anybody knows; each in Vietnamese and English. What is not *serious* is to be known only."""

    where: Pair
    what: Pair
    do: Pair | None = None
    serious: bool = True


def wrongs(complaints: Iterable[Complaint]) -> tuple[Wrong, ...]:
    """Each complaint as the page shows it."""
    return tuple(Wrong(halves(each.where), halves(each.what), halves(each.do) if each.do else None) for each in complaints)
