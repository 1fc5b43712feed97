"""What the voice holds in its hands: the utterance, its samples, the lines; and how each effect of the playback table is done."""

from audio.amplifier.lease import Verdict
from audio.feed import Airing, Feed
from audio.ledger import Ledger, outcome_of_loss
from audio.playback import Effect, State
from audio.ring import RATE
from audio.signals import PAUSE, length, signal
from audio.speaker import Speaker
from audio.timeline import Timeline
from bundle.base import BulletinClass
from device.errors import ClipUnplayable
from device.settings import Settings
from director.decision import Utterance
from director.moment import Moment
from evidence.records import FaultCode, Outcome, Rung

PLACING = 0.4
"""Seconds before its moment a signal is given its position, and the record of a start goes to the card."""
NEAR = 0.15
"""Seconds before its moment the first sample of speech is given its position: so late that the device's drift does not matter."""
SAFETY = 0.05
_LEASE_AHEAD = 1.5
STOPPED = "dừng: không còn hiệu lực / stopped: no longer in force"
ENDED = "chương trình được tắt / the program was told to end"
CUT = "nhường tin khẩn cấp / gave way to an emergency"


def due(utterance: Utterance, moment: Moment) -> float:
    """When the first sample of *utterance* is to leave, in seconds since boot."""
    return moment.mono + (utterance.due - moment.wall).total_seconds()


class Stage:
    """One loudspeaker's present; *now* is seconds since boot, *line* the device's clock, *position* where its reader stands."""

    def __init__(self, settings: Settings, speaker: Speaker, feed: Feed, ledger: Ledger) -> None:
        lines = settings.amplifier
        self.warm_ups = {line.line: line.warm_up for line in lines}
        self.tail = max((line.tail for line in lines), default=1.0)
        self.hold = max((line.hold for line in lines), default=5.0)
        self._minimum_off = max((line.minimum_off for line in lines), default=0.0)
        self.speaker, self.feed, self.ledger = speaker, feed, ledger
        self.now, self.line, self.position = 0.0, Timeline(0.0, 0.0), 0
        self.target: Utterance | None = None
        self.due = 0.0
        self._coming: tuple[Utterance, float] | None = None
        self.airing: Airing | None = None
        self.next: Airing | None = None
        self.reason = ""
        self._after_signal: int | None = None
        self._activation: int | None = None
        self._newest = 0
        self._rested = 0.0

    def look(self, moment: Moment, closely: bool = True) -> bool:
        """Take the present in, the device's pace only if *closely*; false while there is no running sound device."""
        self.now = moment.mono
        if self.speaker.ring is None or not self.speaker.open:
            return False
        self.feed.attach(self.speaker.ring)
        self.position = self.speaker.ring.position
        line = self.speaker.timeline() if closely else self.line
        self.line = line or self.line
        return line is not None

    def choose(self, utterance: Utterance, moment: Moment) -> None:
        """Make *utterance* the one that the next ACTIVATE or SIGNAL is for."""
        self._coming = (utterance, due(utterance, moment))

    def warm_at(self) -> float | None:
        """When the last line will have been active for its warm-up; None while not all are active."""
        lines = self.speaker.amplifier.lines if self.speaker.amplifier else {}
        if not lines or not all(line.active and line.activation == self._activation for line in lines.values()):
            return None
        return max(line.since + self.warm_ups.get(name, 0.0) for name, line in lines.items())

    def silenced(self) -> bool:
        """Whether no line is active for us, although the amplifier program answers."""
        lines = self.speaker.amplifier.lines if self.speaker.amplifier else {}
        return not any(line.active and line.activation == self._activation for line in lines.values())

    def stopped_on_site(self) -> bool:
        """Whether the amplifier program refuses because the unit was stopped at its own switch: no fault of any line."""
        lines = self.speaker.amplifier.lines if self.speaker.amplifier else {}
        return any(line.verdict == Verdict.STOPPED for line in lines.values())

    def rested(self) -> bool:
        """Whether every line has been off for its minimum."""
        lines = self.speaker.amplifier.lines if self.speaker.amplifier else {}
        return self.now >= max([self._rested, *(line.rested for line in lines.values())])

    def keep_lease(self, state: State) -> None:
        """Say up to which position the lines stay leased; only moves on while this program runs."""
        if self.speaker.ring is None:
            return
        linger = round((self.tail + self.hold) * RATE)
        match state:
            case State.WARMING | State.SIGNALLING:
                self.speaker.ring.until = self.position + round(_LEASE_AHEAD * RATE)
            case State.SPEAKING:
                self.speaker.ring.until = max(self.feed.cursor, self.position) + linger
            case State.TAILING | State.HOLDING:
                self.speaker.ring.until = self.feed.loud_end + linger
            case State.SILENT | State.COOLING | State.FAULT:
                self.speaker.ring.until = 0

    def signalled(self) -> bool:
        """Place the attention signal when its moment is near; true when the speech is ready to be placed after it."""
        if self.target is None:
            return False
        self.airing = self.airing or self.feed.prepare(self.target, self.now)
        ready = self.airing.preread(self.now)
        lead = length(self.target.attention)
        if self._after_signal is None and self.now >= self.due - lead - PLACING:
            samples = signal(self.target.attention)
            earliest = max(self.line.frame_at((self.warm_at() or self.now) + SAFETY), self.feed.cursor)
            end = self.feed.place(samples, max(self.line.frame_at(self.due - lead), earliest))
            # Most of the pause is give: a device that runs slow must not push the speech beyond its due time.
            self._after_signal = end + (round(PAUSE / 4 * RATE) if len(samples) else 0)
        return ready and self._after_signal is not None and self.now >= self.line.moment_of(self._speech()) - PLACING

    def progress(self) -> None:
        """Keep the ring filled, and have the next utterance follow without a gap; ``ClipUnplayable`` for the present one."""
        if self.airing is None:
            return
        if self.airing.broken:
            raise self.airing.broken
        if self.airing.first is None:
            if self.now < self.line.moment_of(self._speech()) - NEAR:
                return
            self.feed.begin(self.airing, self._speech(), self.now)
        self.feed.fill(self.airing, self.now)
        if self.next is not None:
            self._progress_next(self.next)
        first, meant = self.airing.first, self.airing.due
        if self.airing.late is None and first is not None and meant is not None and self.position > first:
            left = self.speaker.left_at(first)
            self.airing.late = None if left is None else left + self.line.latency - meant

    def follow(self, utterance: Utterance) -> None:
        """Have *utterance* ready to follow the present one."""
        if self.next is None:
            try:
                self.next = self.feed.prepare(utterance, self.now)
            except ClipUnplayable:
                return  # its own turn comes, and then it fails by itself

    def sounding(self) -> Airing | None:
        """What leaves the loudspeaker now."""
        airing = self.airing
        return airing if airing is not None and airing.first is not None and self.position >= airing.first else None

    def perform(self, effect: Effect) -> None:
        """Carry out *effect*."""
        match effect:
            case Effect.ACTIVATE:
                self._aim()
                self._activate()
            case Effect.SIGNAL:
                self._aim()
                self.airing, self._after_signal = None, None
            case Effect.SPEAK:
                self._speak()
            case Effect.FADE:
                self.position = self.feed.fade()
            case Effect.RELEASE:
                self.speaker.release()
                self._rest()
            case Effect.DROP:
                self.speaker.drop()
                self._rest()
            case Effect.FORGET:
                self._forget()
            case Effect.COMPLETE | Effect.INTERRUPT | Effect.STOP | Effect.FAIL | Effect.ABANDON:
                self._conclude(effect)

    def end_of_program(self) -> None:
        """Fade, record what is cut as if it were lost, and let the lines go."""
        self.position = self.feed.fade()
        self._end(outcome_of_loss(self.target.key if self.target else ""), ENDED)
        self.speaker.release()

    def _conclude(self, effect: Effect) -> None:
        by_loss = outcome_of_loss(self.target.key if self.target else "")
        match effect:
            case Effect.COMPLETE:
                self._complete()
            case Effect.INTERRUPT:
                self._end(Outcome.INTERRUPTED, CUT)
            case Effect.STOP:
                self._end(by_loss, STOPPED)
            case Effect.FAIL:
                self._fail()
            case _:
                self._end(by_loss, self.reason)
                self._rest()

    def _rest(self) -> None:
        self._activation, self._rested = None, self.now + self._minimum_off

    def _aim(self) -> None:
        if self._coming is not None:
            (self.target, self.due), self._coming = self._coming, None

    def _activate(self) -> None:
        emergency = self.target is not None and self.target.bulletin_class is BulletinClass.EMERGENCY
        if self._activation is None:
            # Milliseconds since boot: larger than any number of an earlier run of this program within this boot.
            self._activation = self._newest = max(self._newest + 1, int(self.now * 1000))
        if self.speaker.ring is not None:
            self.speaker.ring.until = self.position + round(_LEASE_AHEAD * RATE)
        self.speaker.hold(self._activation, emergency)

    def _speech(self) -> int:
        return max(self.line.frame_at(self.due), self._after_signal or 0)

    def _speak(self) -> None:
        if self.airing is not None:
            # On the card before the first sample: what sounded can never be unknown after a power cut.
            self._started(self.airing)
            self.airing.due = self.due

    def _started(self, airing: Airing) -> None:
        self.ledger.utterance(airing.utterance, Outcome.STARTED, Rung.COMMANDED)
        airing.started = True

    def _progress_next(self, following: Airing) -> None:
        try:
            if following.broken:
                return
            ready = following.first is not None or following.preread(self.now)
            if ready and following.first is None and self.airing is not None and self.airing.end is not None:
                self._started(following)
                self.feed.begin(following, self.feed.cursor, self.now)
            if following.first is not None:
                self.feed.fill(following, self.now)
        except ClipUnplayable as problem:
            following.broken = problem

    def _complete(self) -> None:
        if self.airing is not None:
            self._record(self.airing, Outcome.COMPLETE, "")
        begun = self.next is not None and self.next.first is not None
        self.airing, self.next = (self.next, None) if begun else (None, None)
        self.target = self.airing.utterance if self.airing else None
        self.ledger.right(FaultCode.CLIP_UNPLAYABLE)

    def _end(self, outcome: Outcome, reason: str) -> None:
        if self.airing is not None and self.airing.started:
            self._record(self.airing, outcome, reason)
        if self.next is not None and self.next.started:
            self._record(self.next, Outcome.INTERRUPTED, reason)
        self._forget()

    def _fail(self) -> None:
        if self.target is None:
            self._aim()
        said = self.target
        self.ledger.fault(FaultCode.CLIP_UNPLAYABLE, self.reason)
        if self.airing is not None and self.airing.started:
            self._end(Outcome.FAILED, self.reason)
        elif said is not None:
            self.ledger.utterance(said, Outcome.FAILED, Rung.UNKNOWN, self.reason)
            self._forget()

    def _forget(self) -> None:
        for airing in (self.airing, self.next):
            if airing is not None:
                self.feed.forget(airing.utterance.key)
        if self.target is not None:
            self.feed.forget(self.target.key)
        self.airing, self.next, self.target = None, None, None

    def _record(self, airing: Airing, outcome: Outcome, reason: str) -> None:
        heard = airing.heard(self.position)
        self.ledger.utterance(
            airing.utterance,
            outcome,
            Rung.LEFT_DRIVER if heard else Rung.COMMANDED,
            reason,
            offset=round(airing.offset(self.position), 3),
            samples=heard,
            late=None if airing.late is None else round(airing.late, 4),
        )
        self.feed.forget(airing.utterance.key)
