"""A simulated fleet at work: each unit in its own slot, by the units' own rule of when to report and how to wait after a failure."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.hdrs import RETRY_AFTER

from bundle.errors import Refused
from bundle.parse import parse
from evidence.cadence import Cadence
from evidence.report import Acknowledgement
from registry.simulate.kinds import Kind
from registry.simulate.tally import Tally
from registry.simulate.unit import LETTER_LINES, LETTERS, Sent, SimulatedUnit

PERIOD = 900.0
"""Seconds of a unit's time between its reports."""
BATCH = 50
OUT_OF_REACH = 0.4
"""How often the link of a flapping unit is down when its slot comes."""
PATIENCE = ClientTimeout(total=120, sock_connect=15)
MAX_ANSWER = 64 * 1024


class _NotNow(Exception):
    """The registry was out of reach, or asked to come again after *wish* seconds."""

    def __init__(self, why: str, wish: float | None = None) -> None:
        super().__init__(why)
        self.wish = wish


@dataclass
class Crowd:
    """*fleet* reports to *url* over at most *connections*; its time passes *faster* than ours. *dice* throws what is left to chance."""

    fleet: Sequence[SimulatedUnit]
    url: str
    connections: int
    faster: float
    dice: Random
    tally: Tally = field(default_factory=Tally)
    _began: float = 0.0

    async def run(self, seconds: float) -> Tally:
        """Report for so many *seconds*; what is under way then is ended."""
        self._began = time.monotonic()
        async with ClientSession(connector=TCPConnector(limit=self.connections), timeout=PATIENCE) as http, asyncio.TaskGroup() as group:
            for unit in self.fleet:
                group.create_task(self._live(http, unit, seconds * self.faster))
        return self.tally

    def _now(self) -> float:
        """Seconds of the fleet's time since it began."""
        return (time.monotonic() - self._began) * self.faster

    async def _live(self, http: ClientSession, unit: SimulatedUnit, end: float) -> None:
        cadence = Cadence.of(unit.name, PERIOD, 0.0)
        # The fleet has run for long: nobody has just started.
        cadence.regular = cadence.rhythm.slot * PERIOD
        if unit.kind is Kind.COURIER:
            for n in range(LETTERS * LETTER_LINES):
                unit.shows(float(n))
        waiting: list[Sent] = []
        while (due := max(cadence.regular, cadence.not_before)) < end:
            await asyncio.sleep(max(0.0, due - self._now()) / self.faster)
            now = self._now()
            unit.shows(now)
            if unit.kind is Kind.FLAPPING and self.dice.random() < OUT_OF_REACH:
                cadence.failed(now, None, self.dice.random())
                continue
            waiting += unit.reports(now)
            try:
                await self._deliver(http, waiting)
            except _NotNow as problem:
                self.tally.failed[str(problem)] += 1
                cadence.failed(self._now(), problem.wish, self.dice.random())
            else:
                cadence.reported(self._now())

    async def _deliver(self, http: ClientSession, waiting: list[Sent]) -> None:
        """Send all that waits, in order; each batch is forgotten when it was answered, refused or not."""
        while waiting:
            batch = tuple(waiting[:BATCH])
            self.tally.tried[int(time.monotonic() - self._began)] += 1
            began = time.monotonic()
            answer = await self._ask(http, batch)
            self.tally.answered(batch, answer, time.monotonic() - began)
            del waiting[: len(batch)]

    async def _ask(self, http: ClientSession, batch: tuple[Sent, ...]) -> Acknowledgement:
        body = json.dumps({"format": 1, "reports": [each.token for each in batch]}).encode()
        try:
            async with http.post(f"{self.url}/v1/report", data=body, headers={"Content-Type": "application/json"}) as response:
                answer, wish = await response.read(), response.headers.get(RETRY_AFTER, "")
        except (ClientError, TimeoutError) as problem:
            raise _NotNow(type(problem).__name__) from None
        if response.status != 200:
            raise _NotNow(f"HTTP {response.status}", float(wish) if wish.isdigit() else None)
        try:
            return parse(Acknowledgement, answer, self.url, MAX_ANSWER)
        except Refused:
            raise _NotNow("HTTP 200, không phải sổ trung tâm / not a registry") from None
