"""What the board hears from the loudspeaker's program, and what it says of itself."""

from collections.abc import Callable

from device.paths import Paths
from device.settings import Screen
from device.status import fresh, read_status, write_status
from director.decision import Main, NoticePage
from director.moment import Moment
from display.ledger import PROGRAM
from evidence.report import ProgramStatus, Sounding

STATUS_EVERY = 5.0
BELIEVED = 5.0
"""Seconds for which the loudspeaker's last word is believed: it repeats itself every second."""


class Listener:
    """Reads the status of the audio program when its file changed."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._seen: tuple[int, int] | None = None
        self._status: ProgramStatus | None = None

    def hears(self, moment: Moment) -> Sounding | None:
        """What sounds now, as far as evidence goes."""
        try:
            found = self._paths.status("audio").stat()
        except FileNotFoundError:
            return None
        key = (found.st_mtime_ns, found.st_ino)
        if key != self._seen:
            self._seen, self._status = key, read_status(self._paths, "audio")
        return self._status.sounding if self._status and fresh(self._status, moment, BELIEVED) else None


class StatusLine:
    """Writes the program's status when it changed, and every few seconds."""

    def __init__(self, paths: Paths, simulated: tuple[str, ...]) -> None:
        self._paths, self._simulated = paths, simulated
        self._said: tuple[object, ...] = ()
        self._at = -STATUS_EVERY

    def say(self, moment: Moment, showing: str | None, versions: dict[str, int], reasons: tuple[str, ...] = ()) -> None:
        """Tell what is on the board: what was presented, not what was meant; *reasons* are for what is not."""
        state = (showing, versions, reasons)
        if state == self._said and moment.mono < self._at + STATUS_EVERY:
            return
        self._said, self._at = state, moment.mono
        at = moment.stamp()
        write_status(
            self._paths,
            ProgramStatus(
                program=PROGRAM, at=at, ready=True, reasons=reasons, showing=showing, versions=versions, simulated=self._simulated
            ),
        )


def paced(screen: Screen) -> Callable[[Main], float]:
    """How many times faster than people read pages turn: only notices, and only those that are not *unpaced*."""

    def pace(main: Main) -> float:
        return screen.pace if isinstance(main, NoticePage) and main.notice.id not in screen.unpaced else 1.0

    return pace
