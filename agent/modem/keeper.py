"""Climbs the ladder: looks twice a minute, and keeps on the card what it is about to do before it does it."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import ValidationError

from agent.modem.ladder import Memory, Modem, Rung, Seen, decide, exhausted, recovered, with_step
from device.clock import Clock
from device.durable import CARD_FAILS, replace
from device.faults import Faults
from device.own import read_own
from device.paths import Paths
from device.service import ModemSettings
from device.status import BELIEVED, fresh, read_status
from evidence.records import FaultCode

log = logging.getLogger(__name__)
LOOK_EVERY = 30.0
_STEPS = {
    Rung.RESET: "đặt lại modem / the modem is reset",
    Rung.POWER_CYCLE: "tắt cổng USB của modem / the modem's USB port goes off for a moment",
    Rung.REBOOT: "xin khởi động lại thiết bị / a reboot of the unit is asked for",
}
_WAITS = {
    Modem.ONLINE: "có sóng mà không tới máy chủ / it is online, yet the registry is not reached",
    Modem.NO_COVERAGE: "không có sóng / there is no coverage",
    Modem.PERSON: "cần người: SIM thiếu, khóa hoặc hỏng / a person is needed: the SIM is missing, locked or broken",
    Modem.HANGS: "modem treo / it hangs",
}


class Hands(Protocol):
    """Whatever does a step; each returns a complaint, empty when it was begun."""

    async def state(self) -> tuple[Modem, str]:
        """How the modem answers, and in its own words."""
        ...

    async def do(self, rung: Rung, reason: str) -> str:
        """Do *rung*."""
        ...


@dataclass
class ModemKeeper:
    """Told by `reached` and `failed` how requests to the registry end."""

    paths: Paths
    settings: ModemSettings
    clock: Clock
    faults: Faults
    hands: Hands
    _failing: float | None = field(default=None, init=False)
    _memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self._memory = self._read()

    def reached(self) -> None:
        """A request succeeded."""
        self._failing = None

    def failed(self) -> None:
        """A request failed."""
        if self._failing is None:
            self._failing = self.clock.now().mono

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> Rung | None:
        """The step that was taken now, if one was."""
        moment = self.clock.now()
        if self._failing is None:
            self._keep(recovered(self._memory))
            self.faults.cleared(moment, FaultCode.MODEM_HANGS)
            return None
        failing = moment.mono - self._failing
        if failing < self.settings.silent_seconds:
            return None
        modem, words = await self.hands.state()
        moment = self.clock.now()
        seen = Seen(failing, modem, self._sounds())
        rung = decide(seen, self._memory, self.settings, moment)
        told = f"{_WAITS[modem]} ({words})"
        if rung is None:
            none_left = exhausted(seen, self._memory, self.settings, moment)
            told += "; hết số lần hôm nay / no step is left today" if none_left else ""
            self.faults.raised(moment, FaultCode.MODEM_HANGS, told, again=none_left)
            return None
        # First the card: a step that ends the power was taken all the same. A card that takes nothing allows no step.
        if not self._keep(with_step(self._memory, rung, moment)):
            return None
        self.faults.raised(moment, FaultCode.MODEM_HANGS, f"{told}; {_STEPS[rung]}")
        complaint = await self.hands.do(rung, told)
        if complaint:
            log.warning("%s: %s", _STEPS[rung], complaint)
        return rung

    def _sounds(self) -> bool:
        status = read_status(self.paths, "audio")
        return status is not None and fresh(status, self.clock.now(), BELIEVED) and status.sounding is not None

    def _keep(self, memory: Memory) -> bool:
        if memory == self._memory:
            return True
        try:
            replace(self.paths.modem, memory.model_dump_json().encode())
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("thẻ nhớ không ghi được / the card takes nothing: %s", problem)
            return False
        self._memory = memory
        return True

    def _read(self) -> Memory:
        try:
            return read_own(Memory, self.paths.modem)
        except (OSError, ValidationError):
            return Memory()
