"""The amplifier's journal, status and stop latch, written by a thread of their own so that no card ever delays a line."""

import queue
import threading
from pathlib import Path

from audio.amplifier.change import Change
from audio.amplifier.senses import Stuck
from audio.amplifier.switch import Stop
from device.acks import read_acks
from device.clock import Clock
from device.durable import CARD_FAILS, replace
from device.faults import Faults
from device.inputs import SILENCED, Contact, Damaged, Inputs, Latch, Reset, read_latch, read_reset
from device.journal import JournalWriter, read
from device.paths import Paths
from device.settings import PinFactory, Settings
from device.status import fresh, read_status, write_status, write_volatile
from director.moment import Moment
from evidence.records import StoppedOnSite, Switched
from evidence.report import ProgramStatus

PROGRAM = "amplifier"
STATUS_EVERY = 2.0
RETIRE_EVERY = 3600.0
BY_SOFTWARE = "stop switch: chỉ dừng được khi phần mềm chạy / it stops only while the software runs (breaks_supply = false)"
BOARD = 12.0
"""Seconds for which the board's last word is believed: it repeats itself every five."""
UNKEPT = "stop switch: thẻ nhớ không giữ được lệnh dừng / the card does not keep the stop"


def rests(folder: Path, settings: Settings, now: Moment) -> dict[str, float]:
    """Until when each line rests after an earlier run of this boot; a line that was on when that run died fell off at most now."""
    last = {record.line: record for record in read(folder) if isinstance(record, Switched)}
    fell = {line: now.mono if record.active else record.at.mono for line, record in last.items() if record.at.boot == now.boot}
    return {amplifier.line: fell[amplifier.line] + amplifier.minimum_off for amplifier in settings.amplifier if amplifier.line in fell}


class Writer:
    """Takes changes without waiting; a failure to write is kept in *failure* for the loop that switches to end on.

    *reset* is the newest that provisioning wrote, *alarm* since when the board presents an emergency (seconds since boot), both as
    far as they were looked at. *unread* are sentences on inputs that cannot be had; *service* is when the
    service button was last held long enough.
    """

    def __init__(self, paths: Paths, clock: Clock, settings: Settings) -> None:
        self._paths, self._clock, self._simulated = paths, clock, is_simulated(settings)
        self._by_software = settings.inputs.kill is not None and not settings.inputs.kill.breaks_supply
        self._journal = JournalWriter(paths.journal(PROGRAM), self._simulated)
        self._faults, self._retire_at = Faults(paths.journal(PROGRAM), self._journal, sync=True), 0.0
        self._changes: queue.SimpleQueue[Change | Stuck | tuple[Stop, float] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="amplifier-writer", daemon=True)
        self._stop, self._lines = Stop(), {wire.name: False for wire in settings.outputs}
        self._latch, self._latched = _latched(paths), True
        self.failure: BaseException | None = None
        self.reset: Reset | None = None
        self.alarm: float | None = None
        self.unread: tuple[str, ...] = ()
        self.service: float | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def hand(self, change: Change | Stuck) -> None:
        """Have *change* written soon."""
        self._changes.put(change)

    def keep(self, stop: Stop, at: float) -> None:
        """Have *stop* told to the other programs and latched soon; the first comes before `start`, so that nothing else is ever told."""
        self._changes.put((stop, at))

    def close(self) -> None:
        """Write what is left, and end; at most some seconds, for a card that hangs."""
        self._changes.put(None)
        self._thread.join(5.0)

    def _run(self) -> None:
        try:
            while self._round():
                pass
            self._journal.close()
        except BaseException as problem:
            self.failure = problem
            raise

    def _round(self) -> bool:
        """The next change, then everything that is due; false after the last change."""
        try:
            change = self._changes.get(timeout=STATUS_EVERY)
        except queue.Empty:
            pass
        else:
            match change:
                case None:
                    return False
                case Change():
                    self._write(change)
                case Stuck():
                    now = self._clock.now()
                    self._faults.standing(now.later(change.at - now.mono), change.code, change.detail)
                case stop, at:
                    self._stop = stop
                    self._stand(stop, at)
        self.reset = read_reset(self._paths)
        self._look_at_board()
        if not self._latched:
            self._latch_it(self._clock.now())
        self._tell()
        self._retire()
        return True

    def _look_at_board(self) -> None:
        now, board = self._clock.now(), read_status(self._paths, "display")
        shown = board is not None and board.emergency and fresh(board, now, BOARD)
        self.alarm = (now.mono if self.alarm is None else self.alarm) if shown else None

    def _retire(self) -> None:
        """Delete what the registry has, and what there is no room for; an active fault is said again: the next start must know of it."""
        now, acknowledged = self._clock.now(), read_acks(self._paths).get(PROGRAM, -1)
        if now.mono >= self._retire_at and (acknowledged >= 0 or self._journal.surplus() >= 0):
            self._retire_at = now.mono + RETIRE_EVERY
            self._faults.repeat(now)
            self._journal.forget(acknowledged)

    def _tell(self) -> None:
        now, stop = self._clock.now(), self._stop
        reasons = {SILENCED: stop.holds, BY_SOFTWARE: self._by_software, UNKEPT: not self._latched}
        told = (*self._faults.active, *self.unread, *(reason for reason, holds in reasons.items() if holds))
        write_status(self._paths, status(now, told, self._simulated, ready=True))
        seen = Contact.NONE if stop.pressed is None else Contact.PRESSED if stop.pressed else Contact.RELEASED
        inputs = Inputs(at=now.stamp(), switch=seen, stopped=stop.holds, count=stop.count, service=self.service, lines=dict(self._lines))
        write_volatile(self._paths.inputs, inputs.model_dump_json().encode())

    def _stand(self, stop: Stop, at: float) -> None:
        """First RAM, which the other programs see at once; then the card."""
        self._tell()
        if self._latch == (stop.count, stop.holds):
            return
        now = self._clock.now()
        moment = now.later(at - now.mono)
        self._latch_it(moment)
        record = StoppedOnSite(n=0, at=moment.stamp(), count=stop.count, stopped=stop.holds, person=stop.person)
        self._journal.write(record, sync=True)

    def _latch_it(self, moment: Moment) -> None:
        stop = self._stop
        latch = Latch(count=stop.count, stopped=stop.holds, at=moment.stamp(), person=stop.person)
        try:
            replace(self._paths.stop_latch, latch.model_dump_json().encode())
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            # What stands in RAM holds for this boot; each round tries again.
            self._latched = False
        else:
            self._latch, self._latched = (stop.count, stop.holds), True

    def _write(self, change: Change) -> None:
        now = self._clock.now()
        at = now.later(change.at - now.mono).stamp()
        record = Switched(n=0, at=at, line=change.line, active=change.active, activation=change.activation, reason=change.cause)
        self._journal.write(record, sync=True)
        self._lines[change.line] = change.active


def status(now: Moment, reasons: tuple[str, ...], simulated: bool, ready: bool = False) -> ProgramStatus:
    """What the amplifier program says of itself."""
    return ProgramStatus(
        program=PROGRAM,
        at=now.stamp(),
        ready=ready,
        reasons=reasons,
        simulated=("pins: mock",) if simulated else (),
        versions={},
    )


def is_simulated(settings: Settings) -> bool:
    """Whether no real line is driven: then nothing may be reported as if one were."""
    return settings.pins.factory is PinFactory.MOCK


def _latched(paths: Paths) -> tuple[int, bool] | None:
    """What stands on the card: number and whether it holds; ``None`` when that cannot be read."""
    try:
        latch = read_latch(paths)
    except Damaged:
        return None
    return (latch.count, latch.stopped) if latch else (0, False)
