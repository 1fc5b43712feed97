"""The amplifier's journal and status, written by a thread of their own so that no card ever delays a line."""

import queue
import threading
from pathlib import Path

from audio.amplifier.bank import Change
from device.acks import read_acks
from device.clock import Clock
from device.journal import JournalWriter, read
from device.paths import Paths
from device.settings import PinFactory, Settings
from device.status import write_status
from director.moment import Moment
from evidence.records import Switched
from evidence.report import ProgramStatus

PROGRAM = "amplifier"
STATUS_EVERY = 2.0


def rests(folder: Path, settings: Settings, now: Moment) -> dict[str, float]:
    """Until when each line rests after an earlier run of this boot; a line that was on when that run died fell off at most now."""
    last = {record.line: record for record in read(folder) if isinstance(record, Switched)}
    fell = {line: now.mono if record.active else record.at.mono for line, record in last.items() if record.at.boot == now.boot}
    return {amplifier.line: fell[amplifier.line] + amplifier.minimum_off for amplifier in settings.amplifier if amplifier.line in fell}


class Writer:
    """Takes changes without waiting; a failure to write is kept in *failure* for the loop that switches to end on."""

    def __init__(self, paths: Paths, clock: Clock, simulated: bool) -> None:
        self._paths, self._clock, self._simulated = paths, clock, simulated
        self._journal = JournalWriter(paths.journal(PROGRAM), simulated)
        self._changes: queue.SimpleQueue[Change | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="amplifier-writer", daemon=True)
        self.failure: BaseException | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def hand(self, change: Change) -> None:
        """Have *change* written soon."""
        self._changes.put(change)

    def close(self) -> None:
        """Write what is left, and end; at most some seconds, for a card that hangs."""
        self._changes.put(None)
        self._thread.join(5.0)

    def _run(self) -> None:
        try:
            while True:
                write_status(self._paths, status(self._clock.now(), (), self._simulated))
                self._journal.forget(read_acks(self._paths).get(PROGRAM, -1))
                try:
                    change = self._changes.get(timeout=STATUS_EVERY)
                except queue.Empty:
                    continue
                if change is None:
                    break
                self._write(change)
            self._journal.close()
        except BaseException as problem:
            self.failure = problem
            raise

    def _write(self, change: Change) -> None:
        now = self._clock.now()
        at = now.later(change.at - now.mono).stamp()
        record = Switched(n=0, at=at, line=change.line, active=change.active, activation=change.activation, reason=change.cause)
        self._journal.write(record, sync=True)


def status(now: Moment, reasons: tuple[str, ...], simulated: bool) -> ProgramStatus:
    """What the amplifier program says of itself."""
    return ProgramStatus(
        program=PROGRAM,
        at=now.stamp(),
        ready=not reasons,
        reasons=reasons,
        simulated=("pins: mock",) if simulated else (),
        versions={},
    )


def is_simulated(settings: Settings) -> bool:
    """Whether no real line is driven: then nothing may be reported as if one were."""
    return settings.pins.factory is PinFactory.MOCK
