"""The reporter: journals and statuses out, acknowledgements in; an outage delays proofs and never loses one."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agent.compose import Sketch, report, sketch
from agent.gather import Gatherer, urgent
from agent.outbox import Outbox, Waiting
from agent.permits import Permits
from agent.registry import Forgotten, RegistryLink
from agent.watching import jitter
from bundle.errors import Refused
from device.acks import read_acks, write_acks
from device.clock import Clock
from device.durable import CARD_FAILS
from device.errors import Unreachable
from device.journal import JournalReader
from device.paths import JOURNALS, PROGRAMS, Paths
from device.status import read_status
from device.unit import UnitRecord
from device.upgrades import running_version
from director.moment import Moment
from evidence.cadence import FULL_AFTER, Cadence
from evidence.changes import Told, shortened
from evidence.health import Health
from evidence.records import Stamp
from evidence.report import Acknowledgement, Report
from evidence.travelling import signed

log = logging.getLogger(__name__)

TICK = 0.5
WRITE_ACKS_EVERY = 3600.0
TRY_PARKED_EVERY = 3600.0


@dataclass
class Reporter:
    """Reports for *record*, signed with *key_pem*, by way of *outbox* and *link*.

    At most one report is under way: while the registry is out of reach the journals hold the lines, and nothing is written.
    *refused* is why the registry took a report amiss last, *reported* when it took one; *heard* is told which timestamps it announced,
    *permits* take up what it permits, and *forgotten* is called when it does not know the unit (any more). *health* is how the unit is
    now; it reads files. It is reported, and reports are short, once the registry has said that it knows both.
    """

    paths: Paths
    record: UnitRecord
    key_pem: bytes
    outbox: Outbox
    link: RegistryLink
    clock: Clock
    cadence: Cadence
    heard: Callable[[dict[str, int]], None]
    permits: Permits
    forgotten: Callable[[], None] = lambda: None
    health: Callable[[], Health | None] = lambda: None
    refused: str = ""
    reported: Stamp | None = None
    _kept: dict[str, int] = field(default_factory=dict)
    _acks_due: float = 0.0
    _parked_due: float = 0.0
    _standing: object = None
    _told: Told | None = None
    _whole_wanted: bool = False
    _sent_again: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kept = read_acks(self.paths)
        taken = self.outbox.taken()
        # The acknowledgement counts where the outbox had to be made anew.
        begin = {program: max(taken.get(program, -1), self._kept.get(program, -1)) for program in JOURNALS}
        self._gatherer = Gatherer(self.paths, begin)
        self._scouts = [JournalReader(self.paths.journal(program), begin[program], exact=True) for program in JOURNALS]

    async def run(self) -> None:
        """Report for ever."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK)

    async def tick(self) -> None:
        """Look whether a report is due, and deliver it with everything that waits."""
        moment, now = self.clock.now(), self.sketch()
        if any(urgent(line) for scout in self._scouts for line in scout.new()) or now.standing != self._standing or self._whole_wanted:
            self.cadence.hasten(moment.mono)
        self._standing = now.standing
        if self.cadence.due(moment.mono):
            await self._report(moment, now)

    @property
    def kept(self) -> dict[str, int]:
        """The last line of each program that the registry is known to have."""
        return dict(self._kept)

    def told_by_stick(self, kept: dict[str, int]) -> dict[str, int]:
        """The registry's signed word came on a stick: keep it, so that the journals may forget. Returns what of it can be true."""
        believed = self._possible(kept)
        self._raise(believed)
        self.keep_acks()
        return believed

    def known_now(self) -> None:
        """The registry has let the unit in a moment ago: what it refused of a stranger is tried again at once."""
        self._parked_due = 0.0
        self.cadence.hasten(self.clock.now().mono)

    def whole_now(self) -> None:
        """A person wants the whole of it, or the registry lacks it: at once."""
        self._whole_wanted = True

    def sketch(self) -> Sketch:
        """What the programs say of themselves now."""
        said = (read_status(self.paths, program) for program in PROGRAMS)
        return sketch(said, running_version(self.paths), self.permits.newest)

    def whole(self) -> Sketch:
        """The same, with how the unit is now."""
        return replace(self.sketch(), health=self.health())

    def keep_acks(self) -> None:
        """Write what was acknowledged; not after every report, for the sake of the card."""
        if not self._unwritten():
            return
        try:
            write_acks(self.paths, self._kept)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("không ghi được acks.json / cannot be written: %s", problem)

    async def _report(self, moment: Moment, now: Sketch) -> None:
        # Whatever goes wrong, the next report is full: nobody knows what arrived.
        told, self._told = None if self._whole_wanted else self._told, None
        self._whole_wanted = False
        try:
            await self._deliver_waiting()
            told = await self._sign_and_deliver(moment, now, told)
            await self._try_parked(moment.mono)
        except Unreachable as problem:
            log.info("báo cáo chờ / the report waits: %s", problem)
            self.cadence.failed(moment.mono, problem.retry_after, jitter())
        except sqlite3.OperationalError as problem:
            # A full or read-only card: the journals keep the lines as far as they can, and this is tried again.
            log.warning("không giữ được báo cáo / the report cannot be kept: %s", problem)
            self.cadence.failed(moment.mono, None, jitter())
        except Refused as problem:
            log.warning("báo cáo bị từ chối / the report was refused: %s", problem)
            self.refused = str(problem)
            if isinstance(problem, Forgotten):
                self.forgotten()
            self.cadence.failed(moment.mono, None, jitter())
        else:
            self.refused, self._told = "", told
            self.cadence.reported(self.clock.now().mono)
        if moment.mono >= self._acks_due and self._unwritten():
            self.keep_acks()
            self._acks_due = moment.mono + WRITE_ACKS_EVERY

    async def _sign_and_deliver(self, moment: Moment, now: Sketch, told: Told | None) -> Told | None:
        """One report in any case; further ones while there are lines, as after an outage. Returns what is told with them."""
        lines = self._gatherer.next_lines()
        now = replace(now, health=self.health()) if self.outbox.changes_taken() else now
        while True:
            n = self.outbox.next_number(moment.boot, moment.mono)
            said, told = self._shortened(report(self.record, moment, n, now, lines), told)
            await asyncio.to_thread(self.outbox.put, signed(said, self.key_pem), moment.boot, n, dict(self._gatherer.taken))
            await self._deliver_waiting()
            if not (lines := self._gatherer.next_lines()):
                return told

    def _shortened(self, whole: Report, told: Told | None) -> tuple[Report, Told | None]:
        """What *whole* says beside what was *told*; all of it to a registry that knows no short reports."""
        return shortened(told, whole, FULL_AFTER) if self.outbox.changes_taken() else (whole, None)

    async def _deliver_waiting(self) -> None:
        while waiting := self.outbox.waiting():
            await self._deliver(waiting)

    async def _try_parked(self, now: float) -> None:
        """What was refused is tried again now and then: the registry may know the unit, or the program, by then."""
        if now < self._parked_due:
            return
        self._parked_due = now + TRY_PARKED_EVERY
        while waiting := self.outbox.parked():
            await self._deliver(waiting)

    async def _deliver(self, waiting: Waiting) -> None:
        try:
            self._acknowledged(await self.link.deliver(waiting.token))
        except Refused:
            await asyncio.to_thread(self.outbox.park, waiting)
            raise
        finally:
            if self.link.takes_changes is not None:
                await asyncio.to_thread(self.outbox.note_changes_taken, self.link.takes_changes)
        await asyncio.to_thread(self.outbox.delivered, waiting)
        if self.link.wants_full:
            self.whole_now()

    def _acknowledged(self, answer: Acknowledgement) -> None:
        self._send_again(answer.kept)
        self._raise(self._possible(answer.kept))
        self.reported = self.clock.now().stamp()
        self.permits.take(answer.permits)
        self.heard(answer.newest)

    def _send_again(self, kept: dict[str, int]) -> None:
        """A registry that was restored from a backup holds less than it had acknowledged: what is still here goes out once more."""
        for program, told in self._kept.items():
            held = kept.get(program, -1)
            if held >= told:
                self._sent_again.pop(program, None)
            # Once from each line: where what follows is refused it stands still, and no report may carry the same for ever.
            elif self._sent_again.get(program) != held:
                log.info("%s: acknowledged up to %d, the registry has it up to %d; it goes out again", program, told, held)
                self._sent_again[program] = held
                self._gatherer.go_back(program, held)

    def _possible(self, kept: dict[str, int]) -> dict[str, int]:
        """*kept*, as far as lines have left by network or stick: whoever holds a copy of this card can make a registry say more."""
        sent, carried = self._gatherer.taken, self.outbox.carried()
        return {program: min(kept.get(program, -1), max(sent.get(program, -1), carried.get(program, -1))) for program in JOURNALS}

    def _raise(self, kept: dict[str, int]) -> None:
        for program in JOURNALS:
            # It never falls: what was acknowledged may be deleted already, whatever a restored registry remembers.
            self._kept[program] = max(self._kept.get(program, -1), kept.get(program, -1))

    def _unwritten(self) -> bool:
        return self._kept != read_acks(self.paths)
