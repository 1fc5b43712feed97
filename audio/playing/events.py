"""What happened to the loudspeaker: turns the director's queue and what samples and lines really do into events of the table."""

from audio.driver.ring import RATE
from audio.driver.speaker import Speaker
from audio.ledger import ALERT, Ledger
from audio.mix.signals import length
from audio.playing.airing import Airing
from audio.playing.feed import Feed
from audio.playing.playback import Event, State
from audio.playing.stage import PLACING, Stage, due, end
from bundle.base import BulletinClass
from device.errors import AmplifierLost, ClipUnplayable
from director.decision import Attention, Utterance
from director.moment import Moment
from evidence.records import FaultCode, Outcome, Rung

RUN_UP = 0.5
"""Seconds kept in hand when the lines are activated before a due time."""
GRACE = 3.0
"""Seconds that the sound device and the amplifier program may need after a start before that is called a fault."""
NO_AMPLIFIER = "mất tăng âm: chương trình tăng âm không trả lời / amplifier lost: the amplifier program does not answer"
OVERRAN = "mất tăng âm: hết thời gian bật tối đa khi đang phát / amplifier lost: the maximum on-time ended while it sounded"
SILENCED = "mất tăng âm: đường tăng âm bị ngắt khi đang phát / amplifier lost: the lines went inactive while it sounded"
NOT_ACTIVE = "mất tăng âm: đường không bật lên hoặc bị ngắt giữa chừng / amplifier lost: a line did not become active, or fell: "
NO_SPEAKER = "mất loa: thiết bị âm thanh không chạy / speaker lost: the sound device does not run"


class Events:
    """Finds the next event; *speaker_lost* is what was last said about a lost sound device."""

    def __init__(self, stage: Stage, speaker: Speaker, feed: Feed, ledger: Ledger) -> None:
        self._stage, self._speaker, self._feed, self._ledger = stage, speaker, feed, ledger
        self._queue: tuple[Utterance, ...] = ()
        self._faulty_since: float | None = None
        self._broken: frozenset[str] = frozenset()
        self.speaker_lost = NO_SPEAKER

    def next(self, state: State, moment: Moment, queue: tuple[Utterance, ...], running: bool) -> Event | None:
        """What happened in *state*, if anything; ``AmplifierLost`` and ``ClipUnplayable`` are events of their own."""
        self._queue = queue
        if state is State.FAULT:
            return self._out_of_fault(moment, running)
        self._faulty_since = None
        if self._speaker.amplifier is None:
            raise AmplifierLost(NO_AMPLIFIER)
        match state:
            case State.SILENT | State.COOLING:
                return self._at_rest(state, moment)
            case State.WARMING:
                return self._cut(moment) or (Event.WARM if self._warm() else None)
            case State.SIGNALLING:
                return self._cut(moment) or self._signalling()
            case State.SPEAKING:
                return self._cut(moment) or self._speaking(moment)
            case State.SIGNALLING_OVER:
                return self._cut(moment) or self._music_below() or self._signalling()
            case State.SPEAKING_OVER:
                return self._cut(moment) or self._music_below() or self._speaking_over(moment)
            case State.TAILING | State.HOLDING:
                return self._lingering(state, moment)

    def why(self) -> str:
        """What is missing in FAULT."""
        return NO_AMPLIFIER if self._speaker.open else self.speaker_lost

    def _out_of_fault(self, moment: Moment, running: bool) -> Event | None:
        if running and self._speaker.amplifier is not None:
            self._ledger.right(FaultCode.SPEAKER_LOST)
            self._tell_broken()
            return Event.RECOVERED
        self._faulty_since = moment.mono if self._faulty_since is None else self._faulty_since
        if moment.mono - self._faulty_since < GRACE:
            return None
        code = FaultCode.AMPLIFIER_LOST if self._speaker.open else FaultCode.SPEAKER_LOST
        self._ledger.fault(code, self.why())
        for utterance in self._queue[:1]:
            # An alert waits for the loudspeaker until it expires; an announcement's time passes.
            if not utterance.key.startswith(ALERT) and moment.mono > due(utterance, moment):
                self._ledger.utterance(utterance, Outcome.FAILED, Rung.UNKNOWN, self.why())
        return None

    def _at_rest(self, state: State, moment: Moment) -> Event | None:
        if state is State.COOLING:
            if self._emergency():
                self._choose(moment)
                return Event.PREEMPTED
            return Event.ELAPSED if self._stage.lines.rested(moment.mono) else None
        if not self._queue:
            return None
        head, stage = self._queue[0], self._stage
        if self._emergency() or moment.mono >= stage.leaves(head, moment) - length(head.attention) - stage.lines.run_up - RUN_UP:
            self._choose(moment)
            return Event.WANTED
        return None

    def _lingering(self, state: State, moment: Moment) -> Event | None:
        if self._stage.lines.silenced():
            # The sound process released the lease by itself at the very end of the hold.
            return Event.ELAPSED
        if self._queue and (wanted := self._wanted(state, moment)) is not None:
            self._choose(moment)
            return wanted
        quiet = self._stage.position - self._feed.track.loud_end
        lines = self._stage.lines
        return Event.ELAPSED if quiet >= RATE * (lines.tail if state is State.TAILING else lines.tail + lines.hold) else None

    def _wanted(self, state: State, moment: Moment) -> Event | None:
        """How what comes next begins while the lines still are on; other zones wait for the end of the tail.

        What would not end before the maximum on-time begins after a rest of the lines, not before.
        """
        if self._emergency():
            return Event.PREEMPTED
        head, lines = self._queue[0], self._stage.lines
        if not lines.last(self._stage.latest(head, moment)):
            return None
        if lines.suit(head):
            return Event.WANTED
        return Event.MOVED if state is State.HOLDING else None

    def _cut(self, moment: Moment) -> Event | None:
        """Whether what is under way must end: for an emergency, or because it is not wanted any more."""
        target = self._stage.target
        if target is None or self._stage.lines.stopped_on_site():
            return Event.STOPPED
        wanted = self._is_wanted(target)
        both = target.bulletin_class is BulletinClass.EMERGENCY and wanted
        if self._emergency() and self._queue[0].key != target.key and not both:
            self._choose(moment)
            return Event.PREEMPTED
        return None if wanted else Event.STOPPED

    def _signalling(self) -> Event | None:
        self._still_heard()
        return Event.SIGNALLED if self._stage.signalled() else None

    def _speaking(self, moment: Moment) -> Event | None:
        self._still_heard()
        airing = self._stage.airing
        if airing is not None and self._comes_over(airing, moment):
            self._choose(moment)
            return Event.OVERLAID
        return self._spoken(airing, moment)

    def _speaking_over(self, moment: Moment) -> Event | None:
        self._still_heard()
        return self._spoken(self._stage.airing, moment)

    def _spoken(self, airing: Airing | None, moment: Moment) -> Event | None:
        if airing is None:
            return Event.STOPPED
        self._follow(airing, moment)
        self._stage.progress()
        if not airing.over(self._stage.position):
            return None
        follower = self._stage.next
        return Event.FOLLOWED if follower is not None and follower.first is not None else Event.ENDED

    def _follow(self, present: Airing, moment: Moment) -> None:
        """The next of the queue is made ready, if it can follow without a gap: no signal, no other zones, and not the music below."""
        follower, following = self._follower(present, moment), self._stage.next
        other = following is not None and following.first is None and (follower is None or follower.key != following.utterance.key)
        if following is not None and (other or not self._is_wanted(following.utterance)):
            self._stage.unfollow()
        if follower is not None:
            self._stage.follow(follower)

    def _follower(self, present: Airing, moment: Moment) -> Utterance | None:
        key, stage = present.utterance.key, self._stage
        keys = [utterance.key for utterance in self._queue]
        after = self._queue[keys.index(key) + 1 :] if key in keys else ()
        below = stage.music.utterance.key if stage.music else None
        if not after or after[0].attention is not Attention.NONE or after[0].key == below or not stage.lines.suit(after[0]):
            return None
        begins = end(present.utterance, moment.mono - present.heard(stage.position) / RATE, moment)
        return after[0] if stage.lines.last(end(after[0], begins, moment)) else None

    def _comes_over(self, music: Airing, moment: Moment) -> bool:
        """Whether speech that comes before *music* in the queue is to begin over it now: in the same horns, and not at its end."""
        head = self._queue[0]
        if not music.utterance.music or music.first is None or music.end is not None or head.key == music.utterance.key or head.music:
            return False
        at = self._stage.leaves(head, moment) - length(head.attention) - self._stage.duck.down - PLACING
        lines = self._stage.lines
        return moment.mono >= at and lines.suit(head) and lines.last(self._stage.latest(head, moment))

    def _music_below(self) -> Event | None:
        music = self._stage.music
        if music is None:
            return None
        try:
            self._stage.progress_music()
        except ClipUnplayable as problem:
            self._stage.reason = str(problem)
            return Event.MUSIC_LOST
        if music.over(self._stage.position):
            return Event.MUSIC_ENDED
        return None if self._is_wanted(music.utterance) else Event.MUSIC_STOPPED

    def _still_heard(self) -> None:
        """``AmplifierLost`` when no line carries what sounds; one that others do without is a fault, and they go on."""
        if self._stage.lines.silenced():
            self._stage.overran = self._stage.lines.overran()
            raise AmplifierLost(OVERRAN if self._stage.overran else SILENCED)
        if not (fallen := self._stage.lines.fallen()) <= self._broken:
            self._broken |= fallen
            self._tell_broken()

    def _warm(self) -> bool:
        stage = self._stage
        if stage.lines.ended(stage.now):
            stage.lines.rest(stage.now)
            stage.activate()
        self._broken = self._broken - stage.lines.carrying() | stage.lines.broken(stage.now)
        if stage.lines.dead(stage.now):
            raise AmplifierLost(NOT_ACTIVE + ", ".join(sorted(self._broken)))
        warm = stage.lines.warm_at(stage.now)
        if stage.airing is None and stage.target is not None:
            self._feed.prepare(stage.target, stage.now).preread(stage.now)
        if warm is None or stage.now < warm - 0.1:
            return False
        self._tell_broken()
        return True

    def _tell_broken(self) -> None:
        """A broken line is a fault until it is active for an activation: an amplifier program that answers is no proof of it."""
        self._ledger.standing(FaultCode.AMPLIFIER_LOST, NOT_ACTIVE + ", ".join(sorted(self._broken)) if self._broken else "")

    def _choose(self, moment: Moment) -> None:
        self._stage.choose(self._queue[0], moment)

    def _is_wanted(self, utterance: Utterance) -> bool:
        return utterance.key in {each.key for each in self._queue}

    def _emergency(self) -> bool:
        return bool(self._queue) and self._queue[0].bulletin_class is BulletinClass.EMERGENCY
