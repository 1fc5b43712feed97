"""The roads by which content reaches this unit, in their order: the network, then neighbours, then the sticks that are plugged in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from agent.pull import Checked, Source
from device.errors import OverBudget, SeamError, TooSlow, Unreachable

Check = Callable[[Source], Awaitable[Checked]]


@dataclass
class Roads:
    """*network* first, then *neighbours* as the technician listed them; *sticks* come and go while the agent runs."""

    network: Source
    neighbours: tuple[Source, ...] = ()
    sticks: list[Source] = field(default_factory=list)

    def all(self) -> tuple[Source, ...]:
        """Every road there is now, in order; a damaged blob may be repaired from any of them."""
        return (self.network, *self.neighbours, *self.sticks)

    async def look(self, channel: str, check: Check) -> Checked:
        """*check* road after road until one answers and nothing of its answer is refused.

        What a road brings is refused or taken by the one same check, so a captured road costs a look and stops no other.
        Raises the first road's own ``Unreachable``, ``TooSlow`` or ``OverBudget`` when none answers at all.
        """
        found, away = Checked(channel), list[SeamError]()
        answered = False
        for source in self.all():
            try:
                checked = await check(source)
            except (Unreachable, TooSlow, OverBudget) as problem:
                away.append(problem)
                continue
            answered, found = True, together(found, checked)
            if not checked.refusals:
                break
        if not answered:
            raise away[0]
        return Checked(channel, found.fresh, found.refusals, away[0] if away else None)


def together(first: Checked, second: Checked) -> Checked:
    """Two looks at one channel as one: what was refused on one road is told, also when another brought something better."""
    return Checked(first.channel, (*first.fresh, *second.fresh), tuple(dict.fromkeys((*first.refusals, *second.refusals))))
