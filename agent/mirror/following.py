"""Following neighbours: their shelves are a few bytes away, so they are asked often, also while the network is out of reach."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from agent.pull import Checked, Source
from agent.registry import Hint
from agent.watching import BREATH, PATIENCE
from bundle.errors import Complaint
from device.errors import SeamError

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two looks at a neighbour, for one whose hints do not come."""

Hints = Callable[[tuple[str, ...]], AsyncIterator[Hint]]
Hurry = Callable[[str, Mapping[str, bytes], Source, bool], Awaitable[tuple[Checked, bool]]]


@dataclass(frozen=True)
class Neighbour:
    """A neighbour's shelf, and its *hints* about some channels, which end with ``Unreachable``."""

    source: Source
    hints: Hints


@dataclass
class Following:
    """Looks at each of *neighbours* for each of *channels* with *look*; *told* hears of what was refused.

    *hurry* looks at what a neighbour's hint carries; its last argument is whether that may break off what else is under way.
    """

    neighbours: tuple[Neighbour, ...]
    channels: tuple[str, ...]
    look: Callable[[str, Source], Awaitable[Checked]]
    hurry: Hurry
    told: Callable[[tuple[Complaint, ...]], None]
    every: float = EVERY

    async def run(self) -> None:
        """Follow for ever."""
        async with asyncio.TaskGroup() as group:
            for neighbour in self.neighbours:
                group.create_task(self._listen(neighbour))
            group.create_task(self._ask())

    async def _ask(self) -> None:
        while self.neighbours:
            await asyncio.sleep(self.every)
            self.told(tuple(dict.fromkeys([complaint for each in self.neighbours for complaint in await self._one(each.source)])))

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

    async def _listen(self, neighbour: Neighbour) -> None:
        """Take what its hints carry. One that was of no use breaks nothing off for a while, and no two are looked at without a breath."""
        loop, patient_until = asyncio.get_running_loop(), 0.0
        while True:
            try:
                async for hint in neighbour.hints(self.channels):
                    if hint.channel in self.channels and not await self._hinted(neighbour, hint, loop.time() >= patient_until):
                        patient_until = loop.time() + PATIENCE
                    await asyncio.sleep(BREATH)
            except SeamError as problem:
                log.debug("%s", problem)
            await asyncio.sleep(self.every)

    async def _hinted(self, neighbour: Neighbour, hint: Hint, hasty: bool) -> bool:
        """Whether *hint* brought something."""
        checked, whole = await self.hurry(hint.channel, hint.carried(), neighbour.source, hasty)
        if not whole:
            checked = await self.look(hint.channel, neighbour.source)
        return bool(checked.fresh)
