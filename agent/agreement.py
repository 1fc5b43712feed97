"""Whether board and loudspeaker obey the same generation: both verify for themselves, so a lasting difference is a fault."""

from dataclasses import dataclass

from device.status import fresh
from director.moment import Moment
from evidence.report import ProgramStatus

PATIENCE = 10.0
ALIVE = 30.0


@dataclass
class Agreement:
    """Remembers since when (monotonic seconds) the two differ."""

    since: float | None = None

    def complaint(self, display: ProgramStatus | None, audio: ProgramStatus | None, moment: Moment) -> str:
        """What differs for longer than ``PATIENCE``, in one sentence, or nothing. A program that is not there differs from nobody."""
        differing: tuple[str, ...] = ()
        if display and audio and fresh(display, moment, ALIVE) and fresh(audio, moment, ALIVE):
            both = display.versions.keys() & audio.versions.keys()
            differing = tuple(sorted(target for target in both if display.versions[target] != audio.versions[target]))
        if not differing or display is None or audio is None:
            self.since = None
            return ""
        if self.since is None:
            self.since = moment.mono
        if moment.mono - self.since <= PATIENCE:
            return ""
        told = ", ".join(f"{target} {display.versions[target]} ≠ {audio.versions[target]}" for target in differing)
        return f"bảng và loa theo hai phiên bản / board and loudspeaker obey different versions: {told}"
