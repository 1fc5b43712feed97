"""The voice: asks what happened, goes through the playback table, and has its effects done; what is lost is told and waited for."""

import logging

from audio.driver.output import Output
from audio.driver.speaker import Speaker
from audio.ledger import Ledger
from audio.playing import playback
from audio.playing.effects import Effects
from audio.playing.events import Events
from audio.playing.feed import Feed
from audio.playing.playback import ACTIVE, TALKING, Event, State
from audio.playing.stage import Stage
from device.errors import AmplifierLost, ClipUnplayable, SpeakerLost
from device.settings import Settings
from director.decision import Utterance
from director.moment import Moment
from evidence.records import FaultCode

log = logging.getLogger(__name__)


class Voice:
    """One loudspeaker. Call `step` often; it never blocks, except for the card when a record must be on it first."""

    def __init__(self, settings: Settings, speaker: Speaker, feed: Feed, ledger: Ledger) -> None:
        self.stage = Stage(settings, speaker, feed, ledger)
        self.state = State.FAULT
        self._speaker, self._feed, self._ledger = speaker, feed, ledger
        self._events = Events(self.stage, speaker, feed, ledger)
        self._effects = Effects(self.stage)
        self._output = Output(speaker, feed, ledger)
        self._queue: tuple[Utterance, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether `step` must be called many times a second."""
        return self.state in ACTIVE or bool(self._queue)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing can be heard; empty when it can."""
        return (self._events.why(),) if self.state is State.FAULT else ()

    def step(self, moment: Moment, queue: tuple[Utterance, ...]) -> None:
        """Do what is due at *moment* with the director's *queue*."""
        self._queue = queue
        event = self._what_happened(moment)
        if event is not None:
            self._apply(event)
        self.stage.keep_lease(self.state)

    def stop(self, moment: Moment) -> None:
        """The program ends: a short fade, the records of what was cut, and the lines released at once."""
        self.stage.look(moment)
        self._effects.end_of_program()

    def _what_happened(self, moment: Moment) -> Event | None:
        try:
            self._speaker.work(moment.mono)
            running = self.stage.look(moment, closely=self.busy or self.state is State.FAULT)
            self._output.look(self.stage.present(), self.state in TALKING, moment.mono)
            self.stage.sense()
            self._feed.regulate(self._queue)
            self._prepare(moment)
            return self._events.next(self.state, moment, self._queue, running)
        except SpeakerLost as problem:
            self.stage.reason = self._events.speaker_lost = f"mất loa / speaker lost: {problem}"
            self._ledger.fault(FaultCode.SPEAKER_LOST, str(problem))
            return Event.SPEAKER_LOST if self.state is not State.FAULT else None
        except AmplifierLost as problem:
            self.stage.reason = str(problem)
            self._ledger.fault(FaultCode.AMPLIFIER_LOST, str(problem))
            return Event.AMPLIFIER_LOST
        except ClipUnplayable as problem:
            self.stage.reason = str(problem)
            return Event.CLIP_LOST

    def _apply(self, event: Event) -> None:
        before = self.state
        self.state, effects = playback.step(before, event)
        log.info("%s: %s -> %s", event, before, self.state)
        for effect in effects:
            self._effects.perform(effect)

    def _prepare(self, moment: Moment) -> None:
        """Have the decoders of what comes first running; those of what is not wanted any more end."""
        target = self.stage.target
        keys = {utterance.key for utterance in self._queue[:2]} | ({target.key} if target else set())
        self._feed.keep_only(keys | {airing.utterance.key for airing in self.stage.present()})
        if self.state is State.SILENT and self._queue:
            self.stage.choose(self._queue[0], moment)
            self._feed.prepare(self._queue[0], moment.mono).preread(moment.mono)
