"""The director's desk in the voice's program: what is in force, what happened, and the answer that holds for now."""

from dataclasses import replace

from audio.ledger import Ledger
from bundle.errors import Complaint
from device.arrivals import Arrivals
from device.shelf import Shelf
from director.age import usable
from director.decision import Listen, Silence, SoundDecision, Speak, Utterance, Why
from director.gaps import kept_back, on_board, sentence, strange_classes, strange_zones, unheard
from director.moment import Moment
from director.orders import Given, given, mute_sentence, volume
from director.override import opened
from director.programme import Programme, Site
from director.rules import quiet_now
from director.sound import direct_sound
from evidence.override import Override
from evidence.records import FaultCode

LONGEST = 5.0
"""Seconds after which the director is asked again in any case."""


class Desk:
    """Asks the director again when the shelf, the history or the time may have changed the answer."""

    def __init__(self, shelf: Shelf, site: Site, ledger: Ledger) -> None:
        self._shelf, self._site, self._ledger = shelf, site, ledger
        self._programme = Programme(site)
        self._arrivals = Arrivals(shelf.blob)
        self._asked_of: object = None
        self._asked_at = 0.0
        self._news = self._answered = False
        self._decision = SoundDecision(Silence(Why.NO_CONTENT), None)
        self._orders: tuple[Given, ...] = ()

    @property
    def versions(self) -> dict[str, int]:
        """What is in force."""
        return self._shelf.versions

    @property
    def listen(self) -> tuple[Listen, ...]:
        """The live sources that must be connected now."""
        return self._decision.listen

    def ordered(self, moment: Moment) -> tuple[float, str | None]:
        """The volume in dB and the mute that orders set *moment*, if any."""
        return volume(self._orders, moment.wall), mute_sentence(self._orders, moment.wall, self._site.timezone)

    def queue(self, moment: Moment, stopped_on_site: bool = False, override: Override | None = None) -> tuple[Utterance, ...]:
        """What should be said at *moment*, in order; *override* is what a person opened at the unit itself.

        No card is waited for before the answer: what it rests on is written down at the beginning of the next call (``settle``). Until
        then the voice may switch an amplifier on, but it cannot have placed a sample.
        """
        self.settle(moment)
        here = (stopped_on_site, override)
        before = (self._programme.stopped_on_site, self._programme.override)
        news = self._shelf.changed() or self._arrivals.changed(moment.mono) or here != before
        if news:
            verified = self._shelf.at_once(self._site, moment)
            absent = self._arrivals.absent(verified)
            self._programme = replace(verified, stopped_on_site=stopped_on_site, override=override, absent=absent)
            self._news = True
        if news or self._stale(moment):
            self._decision = direct_sound(self._programme, moment, self._ledger.happened)
            self._orders = given(self._programme, moment, self._ledger.happened)
            self._asked_of, self._asked_at, self._answered = self._ledger.happened, moment.mono, True
        match self._decision.what:
            case Speak(queue):
                return queue
            case Silence():
                return ()

    def settle(self, moment: Moment) -> None:
        """Put on the card what the last answer rests on: the documents themselves, who opened what, and first sights."""
        if self._news:
            self._news = False
            self._shelf.keep()
            if (override := self._programme.override) is not None:
                self._ledger.opened(override, opened(self._programme, moment, self._ledger.happened).seconds, moment)
            self._ledger.standing(FaultCode.LANGUAGE_MISSING, sentence(unheard(self._programme)))
            self._ledger.standing(FaultCode.CLASS_UNKNOWN, strange_classes(self._programme, lambda item: not on_board(item)))
            self._ledger.standing(FaultCode.ZONE_UNKNOWN, strange_zones(self._programme))
            self._complain(self._shelf.new_refusals())
        if self._answered:
            self._answered = False
            # These lines change the history, so the director is asked again.
            self._ledger.learn(self._decision.unseen, self._decision.unseen_orders, self._decision.skipped)
            self._ledger.standing(FaultCode.FEED_HELD_BACK, kept_back(self._decision.held_back))

    def may_listen(self, moment: Moment) -> bool:
        """Whether the unit's microphone may listen for its horn: never in quiet hours, nor when nobody knows whether these are some."""
        return usable(moment.state) and quiet_now(self._programme, moment) is None

    def _stale(self, moment: Moment) -> bool:
        until = self._decision.until
        timed_out = moment.mono - self._asked_at > LONGEST or (until is not None and moment.wall >= until)
        return timed_out or self._asked_of is not self._ledger.happened

    def _complain(self, refused: tuple[Complaint, ...]) -> None:
        if refused:
            self._ledger.fault(FaultCode.CONTENT_REFUSED, "; ".join(str(complaint) for complaint in refused))
        elif not self._shelf.refusals:
            self._ledger.right(FaultCode.CONTENT_REFUSED)
