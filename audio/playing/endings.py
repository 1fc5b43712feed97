"""How an utterance ends in the journal: what became of it, how much of it left, where, and how strongly that is known."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from audio.driver.proof import rung
from audio.driver.ring import RATE
from audio.ledger import ALERT, Ledger, outcome_of_loss
from audio.playing.airing import Airing
from audio.source.sources import live, unspoken
from director.decision import Utterance
from evidence.records import FaultCode, Outcome, Rung

STOPPED = "dừng: không còn hiệu lực / stopped: no longer in force"
ENDED = "chương trình được tắt / the program was told to end"
CUT = "nhường tin khẩn cấp / gave way to an emergency"
SILENT = "đường tăng âm không bật suốt lúc phát / lines that were not active all the time: "
TRIES = 3
"""How often an alert is tried whose decoder ends or hangs: one that was killed, or got no processor, says nothing of its recording.

The same holds for one that the maximum on-time of a line cut off: what is longer than that never sounds whole.
"""
_LOST = round(0.2 * RATE)
"""Frames that were meant to sound and left as zeros, from which on nothing is claimed of an utterance."""


class Endings:
    """Writes into the *ledger*; *latency* in seconds from the driver to the horn as calibrated, None when that is unknown.

    *zones* is where the horns of each line are.
    """

    def __init__(self, ledger: Ledger, latency: float | None, zones: Mapping[str, str]) -> None:
        self._ledger, self._latency, self._zones = ledger, latency, zones
        self._failures: Counter[str] = Counter()

    def start(self, airing: Airing) -> None:
        """On the card before the first sample: what sounded can never be unknown after a power cut."""
        self._ledger.utterance(airing.utterance, Outcome.STARTED, Rung.COMMANDED, latency=self._latency)
        airing.started = True

    def complete(self, airing: Airing | None, position: int) -> None:
        """It sounded to its end. What that lacked is told; only the last part may be on its way still, so any other is a fault."""
        lacked = ""
        if airing is not None:
            self._record(airing, Outcome.COMPLETE, unspoken(airing.decoder), position)
            lacked = unspoken(airing.decoder, but_the_last=True)
        self._ledger.standing(FaultCode.CLIP_UNPLAYABLE, lacked)

    def cut(self, airing: Airing | None, outcome: Outcome, reason: str, position: int) -> None:
        """It was cut short; what never began has no end."""
        if airing is not None and airing.started:
            # What is made while it is heard has not failed: it is joined again while its time lasts.
            self._record(airing, Outcome.INTERRUPTED if live(airing.utterance) else outcome, reason, position)

    def lose(self, airing: Airing | None, reason: str, position: int) -> None:
        """Something of ours cut it short."""
        if airing is not None:
            self.cut(airing, outcome_of_loss(airing.utterance.key), reason, position)

    def of_loss(self, said: Utterance | None, overran: bool) -> Outcome:
        """What becomes of *said* when something of ours cuts it short; *overran*: a line's maximum on-time did."""
        key = said.key if said is not None else ""
        if overran and key.startswith(ALERT) and not self._tries_again(key):
            return Outcome.FAILED
        return outcome_of_loss(key)

    def fail(self, airing: Airing | None, said: Utterance | None, reason: str, position: int) -> None:
        """Its recording cannot be played, or not to its end; an alert, which must sound whole once, is tried again."""
        lost = airing.utterance if airing is not None and airing.started else said
        self._ledger.fault(FaultCode.CLIP_UNPLAYABLE, f"{lost.channel}/{lost.item}: {reason}" if lost is not None else reason)
        if lost is not None and self._tries_again(lost.key):
            self.cut(airing, Outcome.INTERRUPTED, reason, position)
        elif airing is not None and airing.started:
            self._record(airing, Outcome.FAILED, reason, position)
        elif said is not None:
            self._ledger.utterance(said, Outcome.FAILED, Rung.UNKNOWN, reason)

    def _tries_again(self, key: str) -> bool:
        self._failures[key] += key.startswith(ALERT)
        return 0 < self._failures[key] < TRIES

    def _record(self, airing: Airing, outcome: Outcome, reason: str, position: int) -> None:
        heard, tally, said = airing.heard(position), airing.tally, airing.utterance
        where = self._where(airing, outcome)
        left = heard > 0 and tally.lost < _LOST and where is not None
        if airing.silent:
            reason = "; ".join(part for part in (reason, SILENT + ", ".join(sorted(airing.silent))) if part)
        self._ledger.utterance(
            said if where is None else replace(said, zones=where),
            outcome,
            rung(left, airing.electrical and not airing.silent, airing.heard_by_ear),
            reason,
            offset=round(airing.offset(position), 3),
            samples=heard,
            late=None if airing.late is None else round(airing.late, 4),
            latency=self._latency,
            level=None if tally.level is None else round(tally.level, 2),
        )

    def _where(self, airing: Airing, outcome: Outcome) -> tuple[str, ...] | None:
        """The zones in which every line carried it, as they are recorded; None when there is none of which that is known.

        What goes on later does so in all of its zones, by this very record: nothing beyond the command is claimed of it then.
        """
        if not airing.silent:
            return airing.utterance.zones or tuple(sorted({self._zones[line] for line in airing.utterance.lines}))
        if outcome is Outcome.INTERRUPTED:
            return None
        asked = frozenset(airing.utterance.zones or self._zones.values())
        return tuple(sorted(asked - {self._zones[line] for line in airing.silent})) or None
