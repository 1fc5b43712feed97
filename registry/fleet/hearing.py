"""Who hears of reports that were filed: each keeps its own tables true, in the transaction that files them."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.alerts.confirmation.hearing import hear as hear_of_alerts
from registry.figures.hearing import hear as hear_of_figures
from registry.fleet.coverage.counting import hear as hear_of_coverage
from registry.fleet.duties import hear as hear_of_duties
from registry.fleet.faults import hear as hear_of_faults
from registry.fleet.holding import Taken
from registry.fleet.marking import hear as hear_of_states
from registry.rollout.keeping import hear as hear_of_upgrades

Hearer = Callable[[AsyncConnection, Sequence[Taken], datetime], Awaitable[None]]
"""Told of new reports, of each unit one at a time in the order they came, and when that was."""

HEARERS: tuple[Hearer, ...] = (
    hear_of_states,
    hear_of_faults,
    hear_of_duties,
    hear_of_upgrades,
    hear_of_alerts,
    hear_of_coverage,
    hear_of_figures,
)


async def tell(connection: AsyncConnection, taken: Sequence[Taken], now: datetime) -> None:
    """Tell all *taken* reports, which are kept by now."""
    for each in rounds(taken):
        for hear in HEARERS:
            await hear(connection, each, now)


def rounds(taken: Sequence[Taken]) -> Iterator[list[Taken]]:
    """The reports in parts, in each of which a unit stands once: so that a hearer need not mind their order, and may write them at once."""
    left = list(taken)
    while left:
        first: dict[str, Taken] = {}
        for each in left:
            first.setdefault(each.report.unit, each)
        yield list(first.values())
        left = [each for each in left if first[each.report.unit] is not each]
