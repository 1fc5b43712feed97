"""What sponsors had of a board: their share of its time and of its area, from the receipts of what it showed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.records import Outcome, Shown


@dataclass(frozen=True)
class Airtime:
    """*seconds* that a mark stood on the board in *times* presentations, and the largest *area* of it that it took (0 to 1)."""

    seconds: float = 0.0
    times: int = 0
    area: float = 0.0


@dataclass(frozen=True)
class Sponsored:
    """The marks by the name of their item, and for how many *seconds* the board showed anything that has a receipt."""

    marks: Mapping[str, Airtime]
    seconds: float

    def share(self, mark: str) -> float:
        """The part of the board's time that *mark* had, from 0 to 1."""
        return self.marks[mark].seconds / self.seconds if self.seconds else 0.0


def sponsored(receipts: Iterable[Shown]) -> Sponsored:
    """The sum of *receipts*. A presentation without one presented frame counts for nobody; one that only began, not yet."""
    marks: dict[str, Airtime] = {}
    total = 0.0
    for receipt in receipts:
        if receipt.outcome is Outcome.STARTED or not receipt.frames:
            continue
        seconds = max(0.0, receipt.at.mono - receipt.began.mono)
        total += seconds
        if receipt.sponsor is not None:
            had = marks.get(receipt.sponsor, Airtime())
            marks[receipt.sponsor] = Airtime(had.seconds + seconds, had.times + 1, max(had.area, receipt.sponsor_area))
    return Sponsored(marks, total)
