"""The voice: turns the director's queue and what really happens into events of the playback table, and has its effects done."""

import logging

from audio import playback
from audio.feed import Feed
from audio.ledger import ALERT, Ledger
from audio.playback import ACTIVE, Event, State
from audio.ring import RATE
from audio.signals import length
from audio.speaker import Speaker
from audio.stage import Stage, due
from bundle.base import BulletinClass
from device.errors import AmplifierLost, ClipUnplayable, SpeakerLost
from device.settings import Settings
from director.decision import Attention, Utterance
from director.moment import Moment
from evidence.records import FaultCode, Outcome, Rung

RUN_UP = 0.5
"""Seconds kept in hand when the lines are activated before a due time."""
GRACE = 3.0
"""Seconds that the sound device and the amplifier program may need after a start before that is called a fault."""
CLEAN = 5.0
"""Seconds of speech without a gap after which the sound counts as whole again."""
NO_AMPLIFIER = "amplifier lost: chương trình âm-li không trả lời / the amplifier program does not answer"
SILENCED = "amplifier lost: đường âm-li bị ngắt khi đang phát / the lines went inactive while it sounded"
NO_SPEAKER = "speaker lost: thiết bị âm thanh không chạy / the sound device does not run"
log = logging.getLogger(__name__)


class Voice:
    """One loudspeaker. Call `step` often; it never blocks, except for the card when a record must be on it first."""

    def __init__(self, settings: Settings, speaker: Speaker, feed: Feed, ledger: Ledger) -> None:
        self.stage = Stage(settings, speaker, feed, ledger)
        self.state = State.FAULT
        self._speaker, self._feed, self._ledger = speaker, feed, ledger
        self._run_up = max(self.stage.warm_ups.values(), default=0.0) + 0.1 * len(settings.amplifier) + RUN_UP
        self._queue: tuple[Utterance, ...] = ()
        self._faulty_since: float | None = None
        self._speaker_lost = NO_SPEAKER
        self._starved = self._gaps = 0
        self._gap_at: float | None = 0.0

    @property
    def busy(self) -> bool:
        """Whether `step` must be called many times a second."""
        return self.state in ACTIVE or bool(self._queue)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing can be heard; empty when it can."""
        if self.state is not State.FAULT:
            return ()
        return (NO_AMPLIFIER,) if self._speaker.open else (self._speaker_lost,)

    def step(self, moment: Moment, queue: tuple[Utterance, ...]) -> None:
        """Do what is due at *moment* with the director's *queue*."""
        self._queue = tuple(utterance for utterance in queue if self._has_recording(utterance))
        try:
            self._speaker.work(moment.mono)
            running = self.stage.look(moment, closely=self.busy or self.state is State.FAULT)
            self._prepare(moment)
            event = self._event(moment, running)
        except SpeakerLost as problem:
            self.stage.reason = self._speaker_lost = f"speaker lost: {problem}"
            self._ledger.fault(FaultCode.SPEAKER_LOST, str(problem))
            event = Event.SPEAKER_LOST if self.state is not State.FAULT else None
        except AmplifierLost as problem:
            self.stage.reason = str(problem)
            self._ledger.fault(FaultCode.AMPLIFIER_LOST, str(problem))
            event = Event.AMPLIFIER_LOST
        except ClipUnplayable as problem:
            self.stage.reason = str(problem)
            event = Event.CLIP_LOST
        if event is not None:
            self._apply(event)
        self.stage.keep_lease(self.state)
        self._count_underruns(moment)

    def stop(self, moment: Moment) -> None:
        """The program ends: a short fade, the records of what was cut, and the lines released at once."""
        self.stage.look(moment)
        self.stage.end_of_program()

    def _apply(self, event: Event) -> None:
        before = self.state
        self.state, effects = playback.step(before, event)
        log.info("%s: %s -> %s", event, before, self.state)
        for effect in effects:
            self.stage.perform(effect)

    def _event(self, moment: Moment, running: bool) -> Event | None:
        if self.state is State.FAULT:
            return self._out_of_fault(moment, running)
        self._faulty_since = None
        if self._speaker.amplifier is None:
            raise AmplifierLost(NO_AMPLIFIER)
        match self.state:
            case State.SILENT | State.COOLING:
                return self._at_rest(moment)
            case State.WARMING:
                return self._cut(moment) or (Event.WARM if self._warm() else None)
            case State.SIGNALLING:
                return self._cut(moment) or (Event.SIGNALLED if self._still_heard() and self.stage.signalled() else None)
            case State.SPEAKING:
                return self._cut(moment) or (self._speaking() if self._still_heard() else None)
            case State.TAILING | State.HOLDING:
                return self._lingering(moment)

    def _out_of_fault(self, moment: Moment, running: bool) -> Event | None:
        if running and self._speaker.amplifier is not None:
            self._ledger.right(FaultCode.SPEAKER_LOST)
            self._ledger.right(FaultCode.AMPLIFIER_LOST)
            return Event.RECOVERED
        self._faulty_since = moment.mono if self._faulty_since is None else self._faulty_since
        if moment.mono - self._faulty_since < GRACE:
            return None
        code = FaultCode.AMPLIFIER_LOST if self._speaker.open else FaultCode.SPEAKER_LOST
        self._ledger.fault(code, self.reasons[0])
        for utterance in self._queue[:1]:
            # An alert waits for the loudspeaker until it expires; an announcement's time passes.
            if not utterance.key.startswith(ALERT) and moment.mono > due(utterance, moment):
                self._ledger.utterance(utterance, Outcome.FAILED, Rung.UNKNOWN, self.reasons[0])
        return None

    def _at_rest(self, moment: Moment) -> Event | None:
        if self.state is State.COOLING:
            if self._emergency() and self._choose(moment):
                return Event.PREEMPTED
            return Event.ELAPSED if self.stage.rested() else None
        if not self._queue:
            return None
        head = self._queue[0]
        if self._emergency() or moment.mono >= due(head, moment) - length(head.attention) - self._run_up:
            self._choose(moment)
            return Event.WANTED
        return None

    def _lingering(self, moment: Moment) -> Event | None:
        if self.stage.silenced():
            # The sound process released the lease by itself at the very end of the hold.
            return Event.ELAPSED
        if self._queue:
            self._choose(moment)
            return Event.PREEMPTED if self._emergency() else Event.WANTED
        quiet = self.stage.position - self._feed.loud_end
        enough = self.stage.tail if self.state is State.TAILING else self.stage.tail + self.stage.hold
        return Event.ELAPSED if quiet >= enough * RATE else None

    def _cut(self, moment: Moment) -> Event | None:
        """Whether what is under way must end: for an emergency, or because it is not wanted any more."""
        target = self.stage.target
        if target is None or self.stage.stopped_on_site():
            return Event.STOPPED
        wanted = target.key in {utterance.key for utterance in self._queue}
        both = target.bulletin_class is BulletinClass.EMERGENCY and wanted
        if self._emergency() and self._queue[0].key != target.key and not both:
            self._choose(moment)
            return Event.PREEMPTED
        return None if wanted else Event.STOPPED

    def _speaking(self) -> Event | None:
        airing = self.stage.airing
        if airing is None:
            return Event.STOPPED
        self._follow(airing.utterance.key)
        self.stage.progress()
        if airing.end is None or self.stage.position < airing.end:
            return None
        follower = self.stage.next
        return Event.FOLLOWED if follower is not None and follower.first is not None else Event.ENDED

    def _follow(self, key: str) -> None:
        keys = [utterance.key for utterance in self._queue]
        after = self._queue[keys.index(key) + 1 :] if key in keys else ()
        if after and after[0].attention is Attention.NONE:
            self.stage.follow(after[0])

    def _still_heard(self) -> bool:
        if self.stage.silenced():
            raise AmplifierLost(SILENCED)
        return True

    def _warm(self) -> bool:
        warm = self.stage.warm_at()
        if self.stage.airing is None and self.stage.target is not None:
            self._feed.prepare(self.stage.target, self.stage.now).preread(self.stage.now)
        return warm is not None and self.stage.now >= warm - 0.1

    def _prepare(self, moment: Moment) -> None:
        """Have the decoders of what comes first running; those of what is not wanted any more end."""
        target = self.stage.target
        keys = {utterance.key for utterance in self._queue[:2]} | ({target.key} if target else set())
        if self.stage.next is not None:
            keys.add(self.stage.next.utterance.key)
        self._feed.keep_only(keys)
        if self.state is State.SILENT and self._queue:
            self._choose(moment)
            self._feed.prepare(self._queue[0], moment.mono).preread(moment.mono)

    def _choose(self, moment: Moment) -> bool:
        self.stage.choose(self._queue[0], moment)
        return True

    def _emergency(self) -> bool:
        return bool(self._queue) and self._queue[0].bulletin_class is BulletinClass.EMERGENCY

    def _has_recording(self, utterance: Utterance) -> bool:
        """An alert never waits on the board for its recording, but in the loudspeaker it must."""
        return not utterance.key.startswith(ALERT) or self._feed.has(utterance.source)

    def _count_underruns(self, moment: Moment) -> None:
        gaps = self._speaker.ring.gaps if self._speaker.ring is not None else 0
        if self.state is State.SPEAKING and (gaps > self._gaps or self._feed.starved > self._starved):
            self._ledger.fault(FaultCode.UNDERRUN, "âm thanh bị ngắt quãng / the sound was interrupted by late samples")
            self._gap_at = moment.mono
        elif self.state is State.SPEAKING and self._gap_at is not None and moment.mono - self._gap_at > CLEAN:
            self._ledger.right(FaultCode.UNDERRUN)
            self._gap_at = None
        self._gaps, self._starved = gaps, self._feed.starved
