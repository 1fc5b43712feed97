"""Obeys the orders that are the agent's, looks every two seconds, and answers each once: in the journal, then in its memory."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.orders.due import TOO_LATE, Due, Rebooting, Said, ask_now, due, rebooted
from agent.orders.errands import Excerpts, Pictures
from agent.orders.memory import Memory
from agent.orders.tunnel import TunnelKeeper
from bundle.orders import LogOrder, RebootOrder, ReportOrder, ScreenshotOrder, TunnelOrder
from device.clock import Clock
from device.journal import JournalWriter
from device.orders import StandingOrders
from device.paths import Paths
from device.reboots import ORDER, Answer, ask_reboot, granted_for, reboot_answer
from device.settings import Settings
from director.moment import Moment
from evidence.records import Answered, Obedience

LOOK_EVERY = 2.0


@dataclass
class Obeying:
    """The orders to the unit at *paths*; answers go to *writer*, and *report_all* makes the next report a full one, at once."""

    paths: Paths
    settings: Settings
    clock: Clock
    writer: JournalWriter
    report_all: Callable[[], None]
    _asked: dict[str, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._standing = StandingOrders(self.paths, self.clock, self.settings)
        self._memory = Memory(self.paths)
        self._pictures, self._excerpts = Pictures(self.paths), Excerpts(self.paths)
        self._tunnel = TunnelKeeper(self.paths, self.settings.support)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Go on with every order that has no answer yet."""
        orders = await asyncio.to_thread(self._standing.now, self.clock.now())
        if orders is None:
            return
        moment = self.clock.now()
        self._tunnel.mind({each.name for each in orders if each.stands(moment.wall)})
        for each in due(orders, self._memory.answered, moment):
            if (said := self._obey(each, moment)) is not None:
                self._answer(each, said, moment)
                self._memory.add(each.given.name, {other.name for other in orders})

    def _obey(self, each: Due, moment: Moment) -> Said | None:
        name = each.given.name
        match each.order:
            case RebootOrder():
                return self._reboot(each, moment)
            case _ if not each.stands:
                return Said(Obedience.TOO_LATE, TOO_LATE)
            case ScreenshotOrder():
                return self._pictures.step(name, moment.mono)
            case LogOrder() as wanted:
                return self._excerpts.step(name, wanted, moment.mono)
            case TunnelOrder():
                return self._tunnel.step(each.given, moment)
            case ReportOrder():
                self.report_all()
                return Said(Obedience.DONE, "báo cáo đầy đủ đi cùng câu trả lời này / the full report goes with this answer")

    def _reboot(self, each: Due, moment: Moment) -> Said | None:
        name = each.given.name
        seen = Rebooting(granted_for(self.paths, name), self._asked.get(name), self._answered(name, moment))
        if ask_now(seen, each.stands, moment):
            self._asked[name] = moment.mono
            ask_reboot(self.paths, ORDER, f"{each.order.reason} ({each.order.person})", moment.stamp(), name)
        return rebooted(seen, each.stands, moment)

    def _answered(self, name: str, moment: Moment) -> Answer | None:
        answer = reboot_answer(self.paths)
        return answer if answer is not None and answer.order == name and answer.at.boot == moment.boot else None

    def _answer(self, each: Due, said: Said, moment: Moment) -> None:
        """First the record: a power cut before it is remembered makes a second answer, and never none."""
        answered = Answered(
            n=0,
            at=moment.stamp(),
            simulated=said.simulated,
            identity=each.given.name,
            channel=each.given.cell.channel,
            outcome=said.outcome,
            reason=said.reason,
        )
        self.writer.write(answered.model_copy(update={"picture": said.picture, "excerpt": said.excerpt}), sync=True)
