"""The agent of an enrolled unit: one watch per channel, the hints, the reports, and its own status."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiohttp import ClientSession

from agent.agreement import Agreement
from agent.claiming import Claiming
from agent.clock_keeper import ClockKeeper
from agent.courier.visit import Courier
from agent.health.reading import Reader
from agent.looking import Looks
from agent.mirror.following import Following, Neighbour
from agent.mirror.serving import Mirror
from agent.modem.hands import Machine
from agent.modem.keeper import ModemKeeper
from agent.modem.mmcli import Mmcli
from agent.orders.obeying import Obeying
from agent.outbox import Outbox
from agent.permits import Permits
from agent.polling import Poll
from agent.pull import Checked, HttpSource, Metered, Scrub, Source
from agent.pull.lacking import lacking
from agent.purse import Purse
from agent.received import Received
from agent.registry import RegistryLink
from agent.reporting import Reporter
from agent.roads import Roads
from agent.upgrading import EVERY, Upgrading
from agent.waiting import until
from agent.watching import ChannelWatch, jitter
from bundle.base import Line
from device.clock import Clock
from device.durable import CARD_FAILS
from device.errors import SeamError, Unreachable
from device.faults import Faults
from device.journal import JournalWriter
from device.paths import Paths
from device.settings import Settings
from device.status import read_status, write_status
from device.unit import UnitRecord
from director.moment import Moment
from evidence.cadence import Cadence
from evidence.records import FaultCode, Stamp
from evidence.report import ProgramStatus, Said
from evidence.timing import Rhythm

log = logging.getLogger(__name__)

STATUS_EVERY = 5.0
JUST_SAID = 60.0


@dataclass(frozen=True)
class Identity:
    """Who the unit is and what it believes in: enrolment, private key (PEM), trust root."""

    record: UnitRecord
    key_pem: bytes
    root: bytes


@dataclass
class Session:
    """Everything that runs while the enrolment stays the same; *reasons* are told in the status beside its own.

    *writer* is the agent's journal, in which the *faults* are, too.
    """

    paths: Paths
    settings: Settings
    clock: Clock
    identity: Identity
    writer: JournalWriter
    faults: Faults
    reasons: tuple[Line, ...] = ()
    _watches: dict[str, ChannelWatch] = field(default_factory=dict)
    _agreement: Agreement = field(default_factory=Agreement)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _mirror: Mirror | None = None

    def __post_init__(self) -> None:
        self._purse = Purse(self.paths, self.settings.agent.budget, self.clock)
        self._keeper = ClockKeeper(self.paths, self.clock, self.settings.clock, self.faults)
        self._modem = _modem(self.paths, self.settings, self.clock, self.faults)
        self._received = Received(self.paths, self.identity.record.channels)
        permits = Permits(self.paths, self.identity.record, self._permitted)
        self._upgrading = Upgrading(self.paths, self.identity.record, self.identity.root, permits, self.clock.now)

    async def run(self) -> None:
        """Run until cancelled."""
        record, poll = self.identity.record, self.settings.agent.poll_seconds
        rhythm = Rhythm.of(record.unit, poll)
        cadence = Cadence.of(record.unit, poll, self._mono())
        async with ClientSession() as http:
            neighbours = tuple(Neighbour(HttpSource(http, base), RegistryLink(http, base).hints) for base in self.settings.agent.mirrors)
            roads = Roads(Metered(HttpSource(http, record.content), self._purse), tuple(each.source for each in neighbours))
            link = RegistryLink(http, record.registry)
            looks = Looks(
                self.paths, record.channels, self.identity.root, roads, self.clock, self.faults, cadence.reachable, self._upgrading
            )
            self._looks = looks
            for channel in record.channels:
                self._watches[channel] = ChannelWatch(channel, rhythm, looks.look, self._hurry, self._told, self._mono)
            with _outbox(self.paths.outbox) as outbox:
                key, permits = self.identity.key_pem, self._upgrading.permits
                self._reporter = Reporter(
                    self.paths, record, key, outbox, link, self.clock, cadence, self._heard, permits, lambda: self._claiming.forgotten()
                )
                self._health = Reader(self.paths, self.clock, outbox.count, partial(lacking, self.paths, looks.channels))
                self._reporter.health = self._health.read
                self._claiming = Claiming(self.paths, record, key, link, self.clock, self.faults, self._reporter.known_now)
                self._courier = Courier(
                    self.settings,
                    self.clock,
                    self._reporter,
                    roads,
                    looks.by_stick,
                    lambda refused: looks.refused_by("USB", refused),
                    self._claiming,
                )
                self._obeying = Obeying(self.paths, self.settings, self.clock, self.writer, self._reporter.whole_now)
                try:
                    await self._all(link, rhythm, looks, neighbours)
                finally:
                    self._reporter.keep_acks()
                    self._purse.keep()
                    self._health.keep()

    async def _all(self, link: RegistryLink, rhythm: Rhythm, looks: Looks, neighbours: tuple[Neighbour, ...]) -> None:
        refused_by = partial(looks.refused_by, "LAN")
        following = Following(neighbours, looks.channels, self._beside, self._hurry, refused_by)
        scrub = Scrub(self.paths, looks.root, looks.kept, looks.roads.all, looks.doubt, self._damaged, self._mono)
        async with asyncio.TaskGroup() as group:
            for watch in self._watches.values():
                group.create_task(watch.run())
            group.create_task(Poll(rhythm, lambda: self._ask(link), self._watches, self._mono).run())
            group.create_task(self._listen(link))
            group.create_task(self._reporter.run())
            group.create_task(self._health.run())
            group.create_task(self._courier.run())
            group.create_task(self._claiming.run())
            group.create_task(self._obeying.run())
            group.create_task(following.run())
            if mirror := self.settings.agent.mirror:
                self._mirror = Mirror(self.paths, looks.channels, looks.root, mirror.host, mirror.port)
                group.create_task(self._mirror.run())
            if self._modem is not None:
                group.create_task(self._modem.run())
            group.create_task(self._tell())
            group.create_task(self._upgrades())
            group.create_task(scrub.run())

    async def _ask(self, link: RegistryLink) -> dict[str, bytes]:
        held = await asyncio.to_thread(self._looks.held)
        try:
            found = await link.check(self._looks.channels, held)
        except Unreachable:
            if self._modem is not None:
                self._modem.failed()
            raise
        if self._modem is not None:
            self._modem.reached()
        return found

    def _damaged(self, damage: str) -> None:
        self.faults.standing(self.clock.now(), FaultCode.SHELF_DAMAGED, damage, again=False)

    def _heard(self, newest: dict[str, int]) -> None:
        for channel, timestamp in newest.items():
            if channel in self._watches:
                self._watches[channel].hint(timestamp)

    def _permitted(self) -> None:
        """What was held back may be fetched now: look again, although nothing newer was announced."""
        self._changed.set()
        for watch in self._watches.values():
            watch.offer(None)

    def _told(self, channel: str, outcome: Checked | SeamError) -> None:
        self._looks.told(channel, outcome)
        self._changed.set()
        if isinstance(outcome, Checked):
            self._arrived(outcome)

    async def _hurry(
        self, channel: str, files: Mapping[str, bytes], behind: Source | None = None, hasty: bool = True
    ) -> tuple[Checked, bool]:
        checked, whole = await self._looks.hurry(channel, files, behind, hasty)
        self._arrived(checked)
        return checked, whole

    async def _beside(self, channel: str, source: Source) -> Checked:
        checked = await self._looks.beside(channel, source)
        self._arrived(checked)
        return checked

    def _arrived(self, checked: Checked) -> None:
        """Whoever waits for an alert to arrive, at the centre or at a neighbour, hears of it at once and not with the next round."""
        if checked.fresh:
            self.tell()
            if self._mirror is not None:
                self._mirror.news()

    async def _upgrades(self) -> None:
        while True:
            self._changed.clear()
            await asyncio.to_thread(self._upgrading.tell)
            await until(self._changed, EVERY)

    async def _listen(self, link: RegistryLink) -> None:
        """Follow the hints; without them the polls still come."""
        failures, rhythm = 0, Rhythm.of(self.identity.record.unit, self.settings.agent.poll_seconds)
        while True:
            try:
                async with contextlib.aclosing(link.hints(self.identity.record.channels)) as hints:
                    async for hint in hints:
                        failures = 0
                        if (watch := self._watches.get(hint.channel)) is not None:
                            watch.hint(hint.timestamp, hint.carried)
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
        self.faults.standing(moment, FaultCode.GENERATIONS_DIFFER, self._agreement.complaint(display, audio, moment), again=False)
        refused = (f"registry: {self._reporter.refused}"[:300],) if self._reporter.refused else ()
        reasons = (*self.reasons, *refused, *self._claiming.reasons(), *self._looks.waits)
        told = status(self.clock, not self.reasons, reasons, self._said(moment), self._reporter.reported, self._received.versions())
        write_status(self.paths, told)

    def _said(self, moment: Moment) -> Said | None:
        """What just happened to a stick, else what stays wrong."""
        said = self._courier.said
        if said is not None and moment.mono - said.at.mono < JUST_SAID:
            return said
        return self._claiming.said() or said

    def _mono(self) -> float:
        return self.clock.now().mono


def _modem(paths: Paths, settings: Settings, clock: Clock, faults: Faults) -> ModemKeeper | None:
    """Whoever minds the modem, where there is one."""
    if settings.modem is None:
        return None
    return ModemKeeper(paths, settings.modem, clock, faults, Machine(paths, clock, Mmcli(settings.modem.modem)))


def _outbox(path: Path) -> Outbox:
    """The outbox on the card; in memory when the card takes nothing, so that the registry still hears of it."""
    try:
        return Outbox(path)
    except (sqlite3.OperationalError, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno not in CARD_FAILS:
            raise
        log.warning("hộp thư nằm trong RAM / the outbox is in memory: %s", problem)
        return Outbox(Path(":memory:"))


def status(
    clock: Clock,
    ready: bool,
    reasons: tuple[Line, ...],
    said: Said | None = None,
    reported: Stamp | None = None,
    received: dict[str, int] | None = None,
) -> ProgramStatus:
    """The agent's status now; *received* are the versions that it has of each target."""
    simulated = ("clock",) if clock.simulated else ()
    return ProgramStatus(
        program="agent",
        at=clock.now().stamp(),
        ready=ready,
        reasons=reasons,
        versions=received or {},
        simulated=simulated,
        time_source=clock.source,
        said=said,
        reported=reported,
    )
