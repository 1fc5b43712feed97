"""Watches what is handed to the driver: counts it for whoever sounds, and says when late or missing samples were heard, or rather not."""

from audio.driver.ring import RATE
from audio.driver.speaker import Speaker
from audio.ledger import Ledger
from audio.mix.level import SILENCE
from audio.playing.airing import Airing
from audio.playing.feed import Feed
from audio.playing.track import Departure
from evidence.records import FaultCode

CLEAN = 5.0
"""Seconds of speech without a gap, and of sound where it was meant, after which the output counts as whole again."""
SILENT_AFTER = 0.5
"""Seconds of sound that fell due and left as silence, from which on that is a fault."""
LATE = "âm thanh bị ngắt quãng / the sound was interrupted by late samples"
SILENT = "lẽ ra có tiếng nhưng ra loa chỉ có im lặng / sound fell due, and silence was handed to the driver"


class Output:
    """Looks at what left since it last looked."""

    def __init__(self, speaker: Speaker, feed: Feed, ledger: Ledger) -> None:
        self._speaker, self._feed, self._ledger = speaker, feed, ledger
        self._starved = self._gaps = 0
        self._gap_at: float | None = 0.0
        self._lost = self._good = 0

    def look(self, present: tuple[Airing, ...], talking: bool, now: float) -> None:
        """Count for those *present*; while *talking*, judge whether samples came late."""
        for departure in self._feed.track.departures():
            for airing in present:
                if airing.sounds(departure.position):
                    airing.tally.add(departure.frames, departure.energy, departure.meant)
                    break
            self._judge(departure)
        self._count_gaps(talking, now)

    def _judge(self, departure: Departure) -> None:
        silence = SILENCE * departure.frames
        if departure.meant <= silence:
            return
        if departure.energy > silence:
            self._lost, self._good = 0, self._good + departure.frames
        else:
            self._lost, self._good = self._lost + departure.frames, 0
        if self._lost >= SILENT_AFTER * RATE:
            self._ledger.fault(FaultCode.SILENT_OUTPUT, SILENT)
        elif self._good >= CLEAN * RATE:
            self._ledger.right(FaultCode.SILENT_OUTPUT)

    def _count_gaps(self, talking: bool, now: float) -> None:
        gaps = self._speaker.ring.gaps if self._speaker.ring is not None else 0
        if talking and (gaps > self._gaps or self._feed.starved > self._starved):
            self._ledger.fault(FaultCode.UNDERRUN, LATE)
            self._gap_at = now
        elif talking and self._gap_at is not None and now - self._gap_at > CLEAN:
            self._ledger.right(FaultCode.UNDERRUN)
            self._gap_at = None
        self._gaps, self._starved = gaps, self._feed.starved
