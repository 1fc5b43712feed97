"""The voice's journal: every step of every utterance, and the history folded from it."""

from audio.driver.ring import Ring, left_behind
from device.clock import Clock
from device.faults import Faults
from device.happened import load_happened, retire
from device.journal import JournalReader, JournalWriter
from device.paths import Paths
from director.age import age
from director.decision import FirstSight, Skipped, Utterance
from director.happened import Happened, Life, fold
from director.moment import Moment
from evidence.override import Override
from evidence.records import (
    AlertSeen,
    FaultCode,
    OpenedOnSite,
    OrderSeen,
    Outcome,
    Record,
    Recording,
    Rung,
    Sounded,
    SourceHeard,
    SourceState,
    Stamp,
)

PROGRAM = "audio"
ALERT = "alert:"
CRASHED = "chương trình bị ngắt khi đang phát / crash: the program ended while it sounded"
UNHEARD = "chương trình bị ngắt trước tiếng đầu tiên / crash: the program ended before its first sample left"
STARTS = 3
"""How often an announcement is begun of which nothing left: one that ends the program itself must not call a village for an hour."""


def outcome_of_loss(key: str) -> Outcome:
    """How an utterance ends that something of ours cut: an alert sounds again, an announcement sounds at most once."""
    return Outcome.INTERRUPTED if key.startswith(ALERT) else Outcome.FAILED


class Ledger:
    """Writes the journal of the audio program, each line on the card at once, and keeps *happened* folded to the last."""

    def __init__(self, paths: Paths, clock: Clock, simulated: bool) -> None:
        self._paths, self._clock = paths, clock
        self.happened: Happened = load_happened(paths, PROGRAM, clock)
        self._journal = JournalWriter(paths.journal(PROGRAM), simulated)
        self._skipped: set[str] = set()
        self._opened = {line.occurrence for line in JournalReader(paths.journal(PROGRAM)).new() if isinstance(line, OpenedOnSite)}
        self._faults = Faults(paths.journal(PROGRAM), self._journal, sync=True)
        ring, boot = left_behind(paths.ring), clock.now().boot
        for key, life in self.happened.utterances.items():
            if life.outcome is Outcome.STARTED:
                # A ring in RAM says nothing of what was recorded before a power cut.
                self._end_of_earlier_run(key, life, ring if life.at.boot == boot else None)

    def utterance(self, said: Utterance, outcome: Outcome, rung: Rung, reason: str = "", **heard: float | int | None) -> None:
        """One step in the life of *said*; *heard* is offset, samples and late, as far as they are known."""
        line = Sounded.model_validate(
            {
                "n": 0,
                "at": self._clock.now().stamp(),
                "occurrence": said.key,
                "item": said.item,
                "channel": said.channel,
                "version": said.version,
                "language": said.language,
                "outcome": outcome,
                "rung": rung,
                "reason": reason,
                "holder": said.holder,
                "zones": said.zones,
                "words": said.words,
                **heard,
            }
        )
        self._write(line)

    def learn(
        self,
        alerts: tuple[FirstSight, ...] = (),
        orders: tuple[tuple[str, str], ...] = (),
        skipped: tuple[Skipped, ...] = (),
    ) -> None:
        """Put on the card which *alerts* and *orders*, (name, channel), are held first now, and what will not sound, once each.

        All by one sync, before anything sounds: a card may take 30 ms for each, and a storm brings hundreds of alerts at once while
        the amplifier is already on.
        """
        at = self._clock.now().stamp()
        self._write(
            *(AlertSeen(n=0, at=at, **each._asdict()) for each in alerts),
            # Without a clock an order ends by its age.
            *(OrderSeen(n=0, at=at, identity=name, channel=channel) for name, channel in orders),
            *(self._skipping(each, at) for each in skipped if self._is_news(each)),
        )

    def _is_news(self, skipped: Skipped) -> bool:
        life = self.happened.utterances.get(skipped.key)
        # What sounds this instant is stopped first; that writes its end.
        if skipped.key in self._skipped or (life is not None and life.outcome is not Outcome.INTERRUPTED):
            return False
        self._skipped.add(skipped.key)
        return True

    def _skipping(self, skipped: Skipped, at: Stamp) -> Sounded:
        return Sounded(
            n=0,
            at=at,
            occurrence=skipped.key,
            item=skipped.item,
            channel=skipped.channel,
            version=skipped.version,
            outcome=Outcome.REFUSED_BY_RULE if skipped.rule else Outcome.MISSED,
            reason=skipped.reason,
        )

    def source(self, occurrence: str, state: SourceState, detail: str) -> None:
        """How the live source of *occurrence* is received from now on."""
        self._write(SourceHeard(n=0, at=self._clock.now().stamp(), occurrence=occurrence, state=state, detail=detail or None))

    def opened(self, override: Override, seconds: float, moment: Moment) -> None:
        """Who opened something on site for at most *seconds*: once, on the card before it sounds, and not when it is long over."""
        if override.name in self._opened or age(override.at, moment) >= seconds:
            return
        self._opened.add(override.name)
        self._journal.write(
            OpenedOnSite(n=0, at=override.at, occurrence=override.name, holder=override.holder, seconds=seconds, urgent=override.urgent),
            sync=True,
        )

    def recording(self, occurrence: str, sha256: str, size: int, seconds: float) -> None:
        """What was said as *occurrence* is kept on this card."""
        kept = Recording(n=0, at=self._clock.now().stamp(), occurrence=occurrence, sha256=sha256, size=size, seconds=seconds)
        self._journal.write(kept, sync=True)

    def fault(self, code: FaultCode, detail: str) -> None:
        """Something is wrong; said once until it changes or is right again."""
        self._faults.raised(self._clock.now(), code, detail)

    def standing(self, code: FaultCode, detail: str) -> None:
        """It is wrong in the way that *detail* says, or right when that is empty."""
        # Asked at every look of the voice, and a look at the clock is dearer than the answer.
        if self._faults.detail(code) != detail:
            self._faults.standing(self._clock.now(), code, detail)

    def right(self, code: FaultCode) -> None:
        """What was wrong is right again."""
        self.standing(code, "")

    def retire(self) -> None:
        """Delete what the registry has; call it now and then, never while anything sounds."""
        retire(self._paths, PROGRAM, self._journal, self._clock)

    def close(self) -> None:
        """End with everything on the card."""
        self._journal.close()

    def _end_of_earlier_run(self, key: str, life: Life, ring: Ring | None) -> None:
        unheard = ring is not None and life.starts < STARTS and ring.beginnings.nothing_left(key, ring.position)
        self._write(
            Sounded(
                n=0,
                at=self._clock.now().stamp(),
                occurrence=key,
                item=life.item,
                channel=life.channel,
                version=0,
                outcome=Outcome.INTERRUPTED if unheard else outcome_of_loss(key),
                offset=life.offset,
                reason=UNHEARD if unheard else CRASHED,
                words=life.words,
            )
        )

    def _write(self, *records: Record) -> None:
        if records:
            self.happened = fold(self.happened, [*self._journal.write_all(records)])
