"""How each effect of the playback table is done, on the stage and in the journal."""

from audio.driver.ring import RATE
from audio.ledger import outcome_of_loss
from audio.playing.airing import Airing
from audio.playing.endings import CUT, ENDED, STOPPED
from audio.playing.playback import Effect
from audio.playing.stage import Stage
from audio.playing.track import FADE
from evidence.records import Outcome


class Effects:
    """Carries out what the table says on *stage*."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def perform(self, effect: Effect) -> None:
        """Carry out *effect*."""
        stage = self._stage
        match effect:
            case Effect.ACTIVATE:
                stage.aim()
                stage.activate()
            case Effect.SIGNAL:
                stage.aim()
                stage.begin_signal()
            case Effect.SPEAK:
                self._speak()
            case Effect.FORGET:
                self._forget()
            case Effect.RELEASE:
                stage.lines.release(stage.now)
            case Effect.DROP:
                stage.lines.drop(stage.now)
                stage.feed.clear()
            case Effect.FADE | Effect.HUSH | Effect.PART | Effect.LOWER | Effect.LIFT:
                self._mix(effect)
            case Effect.COMPLETE | Effect.INTERRUPT | Effect.STOP | Effect.FAIL | Effect.ABANDON:
                self._conclude(effect)
            case Effect.COMPLETE_MUSIC | Effect.INTERRUPT_MUSIC | Effect.STOP_MUSIC | Effect.FAIL_MUSIC:
                self._conclude_music(effect)

    def end_of_program(self) -> None:
        """Fade, record what is cut as if it were lost, and let the lines go."""
        self._stage.position = self._stage.feed.fade()
        self._abandon(ENDED)
        self._stage.speaker.release()

    def _mix(self, effect: Effect) -> None:
        stage = self._stage
        match effect:
            case Effect.FADE:
                stage.position = stage.feed.fade()
            case Effect.HUSH:
                stage.feed.hush()
                stage.position = stage.feed.track.nearest + FADE
            case Effect.PART:
                stage.feed.part(tuple(airing for airing in (stage.airing, stage.next) if airing is not None))
                stage.position = stage.feed.track.nearest + FADE
            case Effect.LOWER:
                # It is lowered when the moment of what comes over it is known.
                stage.music, stage.next = stage.airing, None
            case _:
                stage.feed.lift(round(stage.duck.up * RATE))
                stage.airing, stage.music = stage.music, None
                stage.target = stage.airing.utterance if stage.airing else None

    def _conclude(self, effect: Effect) -> None:
        stage = self._stage
        match effect:
            case Effect.COMPLETE:
                self._complete()
            case Effect.INTERRUPT:
                self._end(Outcome.INTERRUPTED, CUT)
            case Effect.STOP:
                self._end(outcome_of_loss(stage.target.key if stage.target else ""), STOPPED)
            case Effect.FAIL:
                self._fail()
            case _:
                self._abandon(stage.reason)
                stage.lines.rest(stage.now)

    def _conclude_music(self, effect: Effect) -> None:
        stage = self._stage
        music, stage.music = stage.music, None
        if music is None:
            return
        match effect:
            case Effect.COMPLETE_MUSIC:
                stage.endings.complete(music, stage.position)
            case Effect.INTERRUPT_MUSIC:
                stage.endings.cut(music, Outcome.INTERRUPTED, CUT, stage.position)
            case Effect.STOP_MUSIC:
                stage.endings.lose(music, STOPPED, stage.position)
            case _:
                stage.endings.fail(music, None, stage.reason, stage.position)
        stage.feed.forget(music.utterance.key)

    def _speak(self) -> None:
        if self._stage.airing is not None:
            self._stage.start(self._stage.airing)
            self._stage.airing.due = self._stage.due

    def _complete(self) -> None:
        stage = self._stage
        stage.endings.complete(stage.airing, stage.position)
        if stage.airing is not None:
            stage.feed.forget(stage.airing.utterance.key)
        begun = stage.next is not None and stage.next.first is not None
        stage.airing, stage.next = (stage.next, None) if begun else (None, None)
        stage.target = stage.airing.utterance if stage.airing else None

    def _abandon(self, reason: str) -> None:
        stage = self._stage
        music, stage.music = stage.music, None
        stage.endings.lose(music, reason, stage.position)
        self._end(stage.endings.of_loss(stage.target, stage.overran), reason)
        self._close(music)

    def _end(self, outcome: Outcome, reason: str) -> None:
        stage = self._stage
        stage.endings.cut(stage.airing, outcome, reason, stage.position)
        stage.endings.cut(stage.next, Outcome.INTERRUPTED, reason, stage.position)
        self._forget()

    def _fail(self) -> None:
        stage = self._stage
        if stage.target is None:
            stage.aim()
        stage.endings.fail(stage.airing, stage.target, stage.reason, stage.position)
        if stage.airing is not None and stage.airing.started:
            stage.endings.cut(stage.next, Outcome.INTERRUPTED, stage.reason, stage.position)
        self._forget()

    def _forget(self) -> None:
        stage = self._stage
        self._close(stage.airing)
        self._close(stage.next)
        if stage.target is not None:
            stage.feed.forget(stage.target.key)
        stage.airing, stage.next, stage.target = None, None, None

    def _close(self, airing: Airing | None) -> None:
        if airing is not None:
            self._stage.feed.forget(airing.utterance.key)
