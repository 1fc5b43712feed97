"""The agent of an enrolled unit: one watch per channel, the hints, the reports, and its own status."""

import asyncio
import contextlib
import logging
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession

from agent.agreement import Agreement
from agent.clock_keeper import ClockKeeper
from agent.compose import Cadence
from agent.courier.visit import Courier
from agent.mirror.following import Following
from agent.mirror.serving import Mirror
from agent.outbox import Outbox
from agent.polling import Poll
from agent.pull import Checked, HttpSource, Metered, Refusals, Scrub, Source, check_channel, held_timestamp, sweep
from agent.purse import Purse
from agent.registry import RegistryLink
from agent.reporting import Reporter
from agent.roads import Roads
from agent.timing import Rhythm
from agent.turns import Turns
from agent.watching import ChannelWatch, jitter
from bundle.base import Line
from bundle.errors import Complaint
from bundle.trust import Target
from device.clock import Clock
from device.durable import CARD_FAILS
from device.errors import OverBudget, SeamError, ShelfFull, Unreachable
from device.faults import Faults
from device.paths import Paths
from device.settings import Settings
from device.status import read_status, write_status
from device.unit import UnitRecord
from director.moment import Moment
from evidence.records import FaultCode
from evidence.report import ProgramStatus, Said

log = logging.getLogger(__name__)

STATUS_EVERY = 5.0


@dataclass(frozen=True)
class Identity:
    """Who the unit is and what it believes in: enrolment, private key (PEM), trust root."""

    record: UnitRecord
    key_pem: bytes
    root: bytes


@dataclass
class Session:
    """Everything that runs while the enrolment stays the same; *reasons* are told in the status beside its own."""

    paths: Paths
    settings: Settings
    clock: Clock
    identity: Identity
    faults: Faults
    reasons: tuple[Line, ...] = ()
    _watches: dict[str, ChannelWatch] = field(default_factory=dict)
    _refused: dict[str, tuple[Complaint, ...]] = field(default_factory=dict)
    _failed: dict[str, SeamError] = field(default_factory=dict)
    _rechecked: set[str] = field(default_factory=set)
    _refusals: Refusals = field(default_factory=Refusals)
    _polled: Refusals = field(default_factory=Refusals)
    _agreement: Agreement = field(default_factory=Agreement)

    def __post_init__(self) -> None:
        self._purse = Purse(self.paths, self.settings.agent.budget, self.clock)
        self._keeper = ClockKeeper(self.paths, self.clock, self.settings.clock, self.faults)

    async def run(self) -> None:
        """Run until cancelled."""
        record, poll = self.identity.record, self.settings.agent.poll_seconds
        rhythm = Rhythm.of(record.unit, poll)
        async with ClientSession() as http:
            neighbours = tuple(HttpSource(http, base) for base in self.settings.agent.mirrors)
            self._roads = Roads(Metered(HttpSource(http, record.content), self._purse), neighbours)
            link = RegistryLink(http, record.registry)
            for channel in record.channels:
                self._watches[channel] = ChannelWatch(channel, rhythm, self._look, self._told, self._mono)
            cadence = Cadence.of(record.unit, poll, self._mono())
            with _outbox(self.paths.outbox) as outbox:
                self._turns = {channel: Turns() for channel in record.channels}
                self._reporter = Reporter(self.paths, record, self.identity.key_pem, outbox, link, self.clock, cadence, self._heard)
                self._courier = Courier(
                    self.settings, self.clock, self._reporter, self._roads, self._by_stick, lambda refused: self._refused_by("USB", refused)
                )
                try:
                    await self._all(link, rhythm)
                finally:
                    self._reporter.keep_acks()
                    self._purse.keep()

    async def _all(self, link: RegistryLink, rhythm: Rhythm) -> None:
        async with asyncio.TaskGroup() as group:
            for watch in self._watches.values():
                group.create_task(watch.run())
            group.create_task(Poll(rhythm, lambda: self._ask(link), self._watches, self._mono).run())
            group.create_task(self._listen(link))
            group.create_task(self._reporter.run())
            group.create_task(self._courier.run())
            neighbours, channels = self._roads.neighbours, self.identity.record.channels
            group.create_task(Following(neighbours, channels, self._beside, lambda refused: self._refused_by("LAN", refused)).run())
            if mirror := self.settings.agent.mirror:
                group.create_task(Mirror(self.paths, channels, self.identity.root, mirror.host, mirror.port).run())
            group.create_task(self._tell())
            group.create_task(self._scrub().run())

    async def _ask(self, link: RegistryLink) -> dict[str, bytes]:
        channels = self.identity.record.channels
        held = await asyncio.to_thread(self._timestamps, channels)
        return await link.check(channels, held)

    def _timestamps(self, channels: tuple[str, ...]) -> dict[str, bytes]:
        found = {channel: held_timestamp(self.paths, channel) for channel in channels}
        return {channel: raw for channel, raw in found.items() if raw is not None}

    async def _look(self, channel: str, timestamp: bytes | None) -> Checked:
        # The first look after a start hashes what is on the shelf: a power cut may have spoilt it.
        recheck = channel not in self._rechecked
        checked = await self._turns[channel].take(
            lambda: self._roads.look(channel, lambda source: self._check(source, channel, recheck, timestamp))
        )
        self._rechecked.add(channel)
        if Target.BUNDLE in checked.fresh:
            await asyncio.to_thread(sweep, self.paths.shelf, self._kept)
        return checked

    async def _by_stick(self, channel: str, source: Source) -> Checked:
        # A stick that was refused may come back mended, with the very same timestamp: what was refused before is not remembered.
        return await self._turns[channel].take(lambda: self._check_at(source, channel, False, None, None))

    async def _beside(self, channel: str, source: Source) -> Checked:
        return await self._turns[channel].take(lambda: self._check_at(source, channel, False, None, self._refusals))

    def _refused_by(self, road: str, refusals: tuple[Complaint, ...]) -> None:
        self._refused[road] = refusals
        self._judge(self.clock.now())

    async def _check(self, source: Source, channel: str, recheck: bool, timestamp: bytes | None) -> Checked:
        # The poll speaks for the network alone; what a neighbour or a stick has is its own affair.
        polled = timestamp if source is self._roads.network else None
        # Nor does what the source then says for itself make the poll's answer good: a registry that lags costs one request a poll.
        memory = self._refusals if polled is None else self._polled
        checked = await self._check_at(source, channel, recheck, polled, memory)
        if polled is None or not checked.refusals:
            return checked
        # Nobody signed the poll's answer: before it is taken for refused or frozen, the source itself is asked.
        own = await self._check_at(source, channel, recheck, None, self._refusals)
        return Checked(channel, (*checked.fresh, *own.fresh), own.refusals)

    async def _check_at(self, source: Source, channel: str, recheck: bool, timestamp: bytes | None, refusals: Refusals | None) -> Checked:
        root, moment = self.identity.root, self.clock.now()
        try:
            return await check_channel(source, self.paths, channel, root, moment, recheck, timestamp, refusals)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            raise ShelfFull(f"thẻ nhớ không ghi được / the card cannot be written: {problem.strerror}") from problem

    @property
    def _kept(self) -> tuple[Path, ...]:
        """Where workers keep copies of their own."""
        return self.paths.kept("display"), self.paths.kept("audio")

    def _scrub(self) -> Scrub:
        def tell(damage: str) -> None:
            self._say(self.clock.now(), FaultCode.SHELF_DAMAGED, damage, again=False)

        return Scrub(self.paths, self.identity.root, self._kept, self._roads.all, self._rechecked.discard, tell, self._mono)

    def _told(self, channel: str, outcome: Checked | SeamError) -> None:
        moment = self.clock.now()
        if isinstance(outcome, Checked):
            self._refused[channel] = outcome.refusals
            if outcome.away is None:
                self._failed.pop(channel, None)
                self._reporter.cadence.reachable()
            else:
                self._failed[channel] = outcome.away
            if outcome.fresh:
                log.info("%s: mới trên kệ / new on the shelf: %s", channel, ", ".join(outcome.fresh))
        else:
            log.info("%s: %s", channel, outcome)
            self._failed[channel] = outcome
        self._judge(moment)

    def _judge(self, moment: Moment) -> None:
        """Faults from what the channels' last looks brought."""
        refused = "; ".join(dict.fromkeys(str(complaint) for found in self._refused.values() for complaint in found))
        full = [problem for problem in self._failed.values() if isinstance(problem, ShelfFull)]
        spent = [problem for problem in self._failed.values() if isinstance(problem, OverBudget)]
        away = [problem for problem in self._failed.values() if not isinstance(problem, ShelfFull | OverBudget)]
        self._say(moment, FaultCode.CONTENT_REFUSED, refused, again=True)
        self._say(moment, FaultCode.SHELF_FULL, str(full[0]) if full else "", again=False)
        self._say(moment, FaultCode.DATA_BUDGET, str(spent[0]) if spent else "", again=False)
        # Not in other words again: a flapping link changes its error text all the time.
        self._say(moment, FaultCode.UNREACHABLE, str(away[0]) if away else "", again=False)

    def _say(self, moment: Moment, code: FaultCode, detail: str, again: bool) -> None:
        if detail:
            self.faults.raised(moment, code, detail, again)
        else:
            self.faults.cleared(moment, code)

    def _heard(self, newest: dict[str, int]) -> None:
        for channel, timestamp in newest.items():
            if channel in self._watches:
                self._watches[channel].hint(timestamp)

    async def _listen(self, link: RegistryLink) -> None:
        """Follow the hints; without them the polls still come."""
        failures, rhythm = 0, Rhythm.of(self.identity.record.unit, self.settings.agent.poll_seconds)
        while True:
            try:
                async with contextlib.aclosing(link.hints(self.identity.record.channels)) as hints:
                    async for hint in hints:
                        failures = 0
                        self._heard({hint.channel: hint.timestamp})
            except Unreachable as problem:
                failures += 1
                log.info("%s", problem)
                wait = rhythm.retry(0.0, failures, problem.retry_after, jitter())
                await asyncio.sleep(wait)

    async def _tell(self) -> None:
        while True:
            self.tell()
            await asyncio.sleep(STATUS_EVERY)

    def tell(self) -> None:
        """Write the agent's own status, mind the clock, and judge what the others' say together."""
        self._keeper.mind()
        moment = self.clock.now()
        display, audio = (read_status(self.paths, program) for program in ("display", "audio"))
        self._say(moment, FaultCode.GENERATIONS_DIFFER, self._agreement.complaint(display, audio, moment), again=False)
        refused = (f"registry: {self._reporter.refused}"[:300],) if self._reporter.refused else ()
        waits = tuple(dict.fromkeys(str(problem) for problem in self._failed.values() if isinstance(problem, OverBudget)))
        write_status(self.paths, status(self.clock, not self.reasons, (*self.reasons, *refused, *waits), self._courier.said))

    def _mono(self) -> float:
        return self.clock.now().mono


def _outbox(path: Path) -> Outbox:
    """The outbox on the card; in memory when the card takes nothing, so that the registry still hears of it."""
    try:
        return Outbox(path)
    except (sqlite3.OperationalError, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno not in CARD_FAILS:
            raise
        log.warning("hộp thư nằm trong RAM / the outbox is in memory: %s", problem)
        return Outbox(Path(":memory:"))


def status(clock: Clock, ready: bool, reasons: tuple[Line, ...], said: Said | None = None) -> ProgramStatus:
    """The agent's status now."""
    simulated = ("clock",) if clock.simulated else ()
    at = clock.now().stamp()
    return ProgramStatus(
        program="agent", at=at, ready=ready, reasons=reasons, versions={}, simulated=simulated, time_source=clock.source, said=said
    )
