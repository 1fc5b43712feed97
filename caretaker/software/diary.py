"""The caretaker's own journal: what became of a release goes home like every other line."""

from bundle.software import Release
from device.acks import read_acks
from device.clock import Clock
from device.faults import Faults
from device.journal import JournalWriter
from device.paths import Paths
from evidence.records import FaultCode, Upgrade, Upgraded


class JournalDiary:
    """Writes into the journal of the unit at *paths*, by *clock*; opened for each line, because lines are months apart."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock

    def tell(self, release: Release, outcome: Upgrade, was: str, why: str) -> None:
        """Write what became of *release*, onto the card before this returns."""
        line = Upgraded(
            n=0,
            at=self._clock.now().stamp(),
            channel=release.channel,
            release=release.number,
            software=release.software,
            was=was,
            outcome=outcome,
            reason=why or None,
        )
        writer = JournalWriter(self._paths.journal("caretaker"), simulated=self._clock.simulated)
        try:
            writer.write(line, sync=True)
            writer.forget(read_acks(self._paths).get("caretaker", -1))
        finally:
            writer.close()

    def room(self, lacking: str) -> None:
        """The card is too full for a release, in the words of *lacking*, or is not."""
        folder = self._paths.journal("caretaker")
        writer = JournalWriter(folder, simulated=self._clock.simulated)
        try:
            Faults(folder, writer, sync=True).standing(self._clock.now(), FaultCode.SHELF_FULL, lacking, again=False)
        finally:
            writer.close()
