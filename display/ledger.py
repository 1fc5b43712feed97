"""The board's journal: what was shown, which alerts were first held when, what is wrong; and the history folded from it."""

from collections.abc import Iterable

from bundle.errors import Complaint
from device.clock import Clock
from device.faults import Faults
from device.happened import load_happened, retire
from device.journal import JournalWriter
from device.paths import Paths
from director.decision import ScreenDecision
from director.gaps import kept_back
from director.happened import Happened, fold
from director.moment import Moment
from display.scene import Subject
from evidence.records import AlertSeen, FaultCode, Outcome, Record, Shown
from evidence.report import Sounding

PROGRAM = "display"
FLUSH_EVERY = 15 * 60.0
"""Seconds between syncs of ordinary receipts: a card dies of writing, and a lost tail is a marked gap."""
RETIRE_EVERY = 3600.0
MOST_BYTES = 64 * 1024 * 1024
"""A receipt takes some 320 bytes: three weeks of a new notice every ten seconds, day and night, for a courier who comes once a month
to a board that turns its pages more slowly and sleeps at night."""


class Ledger:
    """Writes the journal of the display program and keeps *happened* folded to the last line."""

    def __init__(self, paths: Paths, clock: Clock, simulated: bool) -> None:
        self._paths, self._clock = paths, clock
        self.happened: Happened = load_happened(paths, PROGRAM, clock)
        ram = paths.journal_ram(PROGRAM)
        self._journal = JournalWriter(paths.journal(PROGRAM), simulated, ram=ram, most_bytes=MOST_BYTES)
        self._faults = Faults(paths.journal(PROGRAM), self._journal)
        self._flushed = self._retired = -RETIRE_EVERY

    def shown(self, receipt: Shown, sync: bool) -> None:
        """One presentation."""
        self._write(receipt, sync)

    def hear(self, sounding: Sounding | None, unreceived: bool = False) -> None:
        """What the loudspeaker says now, and whether it lacks a live programme."""
        self.happened = self.happened.sounding_now(sounding, unreceived)

    def note(self, moment: Moment, decision: ScreenDecision) -> None:
        """What a decision asks to be written down: alerts held for the first time, and that the feed brings more than it may."""
        if decision.unseen:
            # By one sync: a card may take 60 ms for each, and a storm brings many at once while a Cancel waits to be painted.
            seen = [AlertSeen(n=0, at=moment.stamp(), **each._asdict()) for each in decision.unseen]
            self.happened = fold(self.happened, self._journal.write_all(seen))
        self.standing(moment, FaultCode.FEED_HELD_BACK, kept_back(decision.held_back))

    def refusals(self, moment: Moment, fresh: Iterable[Complaint], standing: bool) -> None:
        """What the shelf refused since the last look; all is right again when nothing refused is *standing*."""
        if told := "; ".join(str(complaint) for complaint in fresh):
            self._faults.raised(moment, FaultCode.CONTENT_REFUSED, told)
        elif not standing:
            self._faults.cleared(moment, FaultCode.CONTENT_REFUSED)

    def fault(self, moment: Moment, code: FaultCode, detail: str) -> None:
        """Something is wrong; said once until it changes or is right again."""
        self._faults.raised(moment, code, detail)

    def standing(self, moment: Moment, code: FaultCode, detail: str) -> None:
        """It is wrong in the way that *detail* says, or right when that is empty."""
        self._faults.standing(moment, code, detail)

    def right(self, moment: Moment, code: FaultCode) -> None:
        """It is right again."""
        self._faults.cleared(moment, code)

    def pass_over(self, subject: Subject, moment: Moment, again: bool = False) -> None:
        """Something that cannot be drawn: it failed, and the round goes on after it. *Again* is not written again."""
        stamp = moment.stamp()
        failed = {"version": subject.version, "language": subject.language, "began": stamp, "pages": 0, "of": 0, "frames": 0}
        line = {"n": 0, "at": stamp, "item": subject.item[:300], "channel": subject.channel, "outcome": Outcome.FAILED, **failed}
        record = Shown.model_validate(line)
        if again:
            self.happened = fold(self.happened, [record])
        else:
            self._write(record, sync=False)

    def tidy(self, moment: Moment) -> None:
        """Sync and delete now and then, as often as a card can bear."""
        if moment.mono - self._flushed >= FLUSH_EVERY:
            self._journal.sync()
            self._flushed = moment.mono
        if moment.mono - self._retired >= RETIRE_EVERY:
            retire(self._paths, PROGRAM, self._journal, self._clock)
            self._retired = moment.mono

    def close(self) -> None:
        """End with everything on the card."""
        self._journal.close()

    def _write(self, record: Record, sync: bool) -> None:
        self.happened = fold(self.happened, [self._journal.write(record, sync)])
