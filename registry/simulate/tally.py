"""What a simulated fleet sent, and what became of it. Pure."""

import statistics
from collections import Counter
from dataclasses import dataclass, field

from evidence.report import Acknowledgement
from registry.simulate.unit import Sent


@dataclass
class Tally:
    """*sent* counts reports that were answered; *acknowledged* are those that the registry said it has, *refused* counts reasons.

    *failed* counts why requests were not answered, *took* is seconds of each that was, and *tried* how many began in each second since
    the start.
    """

    sent: int = 0
    acknowledged: set[tuple[str, str, int]] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    tried: Counter[int] = field(default_factory=Counter)

    def answered(self, batch: tuple[Sent, ...], answer: Acknowledgement, took: float) -> None:
        """The registry answered *batch*."""
        self.sent += len(batch)
        self.took.append(took)
        self.refused.update(why for why in answer.refused.values())
        kept = (each for place, each in enumerate(batch) if str(place) not in answer.refused)
        self.acknowledged |= {(each.unit, each.boot, each.n) for each in kept}

    def percentile(self, part: int) -> float:
        """So many of 100 requests took no longer, in seconds."""
        return statistics.quantiles(self.took, n=100)[part - 1] if len(self.took) > 1 else sum(self.took)
