"""A voice for what a source sends: it is read aloud while it waits, and leaves without that when its time is up."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bundle.alert import MessageType
from registry.alerts.pending import keeping
from registry.alerts.pending.gate_keeper import GateKeeper
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import Origin, State
from registry.alerts.speech import spoken
from registry.making.spoken import Speaker

log = logging.getLogger(__name__)

READER = "máy đọc, chưa ai nghe lại / read by a machine, nobody has listened to it"
UNFINISHED = "chưa đọc xong / the reading was not finished"
VOICED = "voiced"
"""Where a row keeps that a voice has tried, and what it could not read."""


@dataclass
class Speaking:
    """Reads aloud what waits before *keeper* with a *speaker*, looked at *every* so many seconds."""

    keeper: GateKeeper
    speaker: Callable[[], Speaker]
    every: float

    async def tick(self) -> None:
        """Give each alert that waits its clips, the most urgent first; what was tried is not tried again."""
        async with self.keeper.storage.reading() as connection:
            waiting = [each for each in await keeping.not_out(connection) if _needs_voice(each)]
        for each in sorted(waiting, key=lambda each: (-each.alert.level, each.id)):
            try:
                await self._read_aloud(each)
            except Exception:
                # Neither words that a voice falls of nor a channel whose tree is damaged may silence the others, or end the gate.
                log.exception("#%s %s", each.id, each.channel)

    async def _read_aloud(self, pending: Pending) -> None:
        extra: dict[str, Any] = dict(pending.extra or {})
        # Written down first: words that a voice dies of must not be tried again at every start.
        await self.keeper.dress(pending.id, pending.alert, extra | {VOICED: [UNFINISHED]})
        said, silent = await asyncio.to_thread(spoken, pending.alert, self.speaker(), READER, extra.get("speech"))
        await self.keeper.dress(pending.id, said, extra | {VOICED: [str(complaint) for complaint in silent]})

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.tick()
            await asyncio.sleep(self.every)


def _needs_voice(pending: Pending) -> bool:
    fits = pending.origin is Origin.SOURCE and pending.state is State.PENDING
    return fits and pending.alert.message_type is not MessageType.CANCEL and VOICED not in (pending.extra or {})
