"""One thing that is wrong, as the page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bundle.errors import Complaint, Refused, refuse
from device.durable import CARD_FAILS
from provisioning.first_boot import words
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


def of_card(problem: OSError) -> Refused:
    """That a full or dying card took no writes, in the words of the board; any other *problem* is raised again."""
    if problem.errno not in CARD_FAILS:
        raise problem
    trouble = words.card(str(problem.filename or "?"), problem.strerror or str(problem))
    return refuse(*(" / ".join(each) for each in (trouble.where, trouble.what, trouble.do) if each))
