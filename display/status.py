"""What the board hears from the loudspeaker's program, and what it says of itself."""

from collections.abc import Callable

from device.first_boot import NextStep, Step
from device.paths import Paths
from device.screen import Screen
from device.status import BELIEVED, fresh, read_status, write_status
from director.decision import Main, NoticePage
from director.moment import Moment
from display.board import Board
from display.ledger import PROGRAM
from display.pages.set_up_list import troubles_said
from display.pages.set_up_panel import access_said
from evidence.records import Stamp
from evidence.report import ProgramStatus, Sounding

STATUS_EVERY = 5.0
SAID_FOR = 180.0
"""Seconds that a sentence for the people in front stays on the board: a courier or a technician stands there, and walks away."""


class Listener:
    """Reads what the other programs say of themselves, each when its file changed."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._seen: dict[str, tuple[int, int]] = {}
        self._status: dict[str, ProgramStatus | None] = {}
        self._next = NextStep(paths)

    def hears(self, moment: Moment) -> Sounding | None:
        """What sounds now, as far as evidence goes."""
        status = self._read("audio")
        return status.sounding if status and fresh(status, moment, BELIEVED) else None

    def unreceived(self, moment: Moment) -> bool:
        """Whether a live programme should be on air and cannot be received."""
        status = self._read("audio")
        return status is not None and status.unreceived and fresh(status, moment, BELIEVED)

    def said(self, moment: Moment) -> str:
        """How to get into the unit's own page while that is open, else what the agent says to the people in front, else what is wrong.

        Empty when all of that is over.
        """
        told = self._next.now(moment.boot)
        if told is not None and told.access is not None and moment.mono < told.access.until:
            return access_said(told.access)
        status = self._read("agent")
        if status is not None and status.said is not None and _lately(status.said.at, moment):
            return status.said.text
        # Until the site is confirmed the set-up page has all of it.
        return troubles_said(told) if told is not None and told.step is Step.DONE and _lately(told.at, moment) else ""

    def _read(self, program: str) -> ProgramStatus | None:
        try:
            found = self._paths.status(program).stat()
        except FileNotFoundError:
            return None
        key = (found.st_mtime_ns, found.st_ino)
        if key != self._seen.get(program):
            self._seen[program], self._status[program] = key, read_status(self._paths, program)
        return self._status[program]


def _lately(at: Stamp, moment: Moment) -> bool:
    return at.boot == moment.boot and moment.mono - at.mono <= SAID_FOR


class StatusLine:
    """Writes the program's status when it changed, and every few seconds."""

    def __init__(self, paths: Paths, simulated: tuple[str, ...], always: tuple[str, ...] = ()) -> None:
        self._paths, self._simulated, self._always = paths, simulated, always
        self._said: tuple[object, ...] = ()
        self._at = -STATUS_EVERY
        self.unwritten = ""

    def say(self, moment: Moment, board: Board, reasons: tuple[str, ...] = (), ready: bool = True) -> None:
        """Tell what is on the *board*: what was presented, not what was meant; *reasons* are for what is not. *ready*: it has a screen."""
        showing, versions, emergency = board.showing, board.versions, board.emergency
        state = (showing, versions, emergency, reasons, ready)
        if state == self._said and moment.mono < self._at + STATUS_EVERY:
            return
        self._said, self._at = state, moment.mono
        at = moment.stamp()
        status = ProgramStatus(
            program=PROGRAM,
            at=at,
            ready=ready,
            reasons=(*self._always, *reasons),
            showing=showing,
            emergency=emergency,
            versions=versions,
            simulated=self._simulated,
        )
        try:
            write_status(self._paths, status)
        except OSError as problem:
            # A full folder in RAM: nobody hears of the board, which goes on all the same.
            self.unwritten = f"{self._paths.status(PROGRAM)}: {problem.strerror}"
        else:
            self.unwritten = ""


def paced(screen: Screen) -> Callable[[Main], float]:
    """How many times faster than people read pages turn: only notices, and only those that are not *unpaced*."""

    def pace(main: Main) -> float:
        return screen.pace if isinstance(main, NoticePage) and main.notice.id not in screen.unpaced else 1.0

    return pace
