"""What is wrong with one program, in its own journal: once per change, also over a restart."""

from pathlib import Path

from device.journal import JournalReader, JournalWriter
from director.moment import Moment
from evidence.records import Fault, FaultCode

LONGEST_DETAIL = 2000


class Faults:
    """The active faults of a program. Its journal *folder* says which were active when it last ran, so a restart repeats nothing.

    *sync* puts each line on the card at once.
    """

    def __init__(self, folder: Path, writer: JournalWriter, sync: bool = False) -> None:
        self._writer, self._sync = writer, sync
        self._active: dict[FaultCode, str] = {}
        for line in JournalReader(folder).new():
            if isinstance(line, Fault):
                self._remember(line)

    @property
    def active(self) -> tuple[str, ...]:
        """One sentence per active fault."""
        return tuple(self._active.values())

    def detail(self, code: FaultCode) -> str:
        """In which way *code* is wrong; empty when it is right."""
        return self._active.get(code, "")

    def raised(self, moment: Moment, code: FaultCode, detail: str, again: bool = True) -> None:
        """*code* is wrong; a new *detail* is written too, unless *again* is false (the same failure in other words)."""
        detail = detail[:LONGEST_DETAIL]
        if self._active.get(code) == detail or (code in self._active and not again):
            return
        self._write(moment, code, detail, True)

    def standing(self, moment: Moment, code: FaultCode, detail: str, again: bool = True) -> None:
        """*code* is wrong in the way that *detail* says, or right when that is empty; *again* as in ``raised``."""
        if detail:
            self.raised(moment, code, detail, again)
        else:
            self.cleared(moment, code)

    def cleared(self, moment: Moment, code: FaultCode) -> None:
        """*code* is right again."""
        if code in self._active:
            self._write(moment, code, self._active[code], False)

    def repeat(self, moment: Moment) -> None:
        """Say again what is wrong: the lines that said so are about to be deleted, and the next start must know of it."""
        for code, detail in list(self._active.items()):
            self._write(moment, code, detail, True)

    def _write(self, moment: Moment, code: FaultCode, detail: str, active: bool) -> None:
        fault = Fault(n=0, at=moment.stamp(), code=code, detail=detail, active=active)
        self._remember(self._writer.write(fault, self._sync))

    def _remember(self, fault: Fault) -> None:
        if fault.active:
            self._active[fault.code] = fault.detail
        else:
            self._active.pop(fault.code, None)
