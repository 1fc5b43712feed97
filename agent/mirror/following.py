"""Following neighbours: their shelves are a few bytes away, so they are asked often, also while the network is out of reach."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agent.pull import Checked, Source
from bundle.errors import Complaint
from device.errors import SeamError

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two looks at a neighbour: an alert crosses a village without coverage in this time."""


@dataclass
class Following:
    """Looks at each of *neighbours* for each of *channels* with *look*; *told* hears of what was refused."""

    neighbours: tuple[Source, ...]
    channels: tuple[str, ...]
    look: Callable[[str, Source], Awaitable[Checked]]
    told: Callable[[tuple[Complaint, ...]], None]
    every: float = EVERY

    async def run(self) -> None:
        """Follow for ever."""
        while self.neighbours:
            await asyncio.sleep(self.every)
            self.told(tuple(dict.fromkeys([complaint for source in self.neighbours for complaint in await self._one(source)])))

    async def _one(self, source: Source) -> tuple[Complaint, ...]:
        refused: list[Complaint] = []
        for channel in self.channels:
            try:
                checked = await self.look(channel, source)
            except SeamError as problem:
                # Neighbours are switched off at night; the registry hears of its own link, not of theirs.
                log.debug("%s", problem)
                continue
            refused += checked.refusals
        return tuple(refused)
