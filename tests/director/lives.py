"""Any order of {Alert, Update, Cancel} from two authorities and the feed, lost, late and twice, with cuts and reboots between.

What the unit holds is held against the oracle after every step, and every second word of the voice against FIELD's rule of airings.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bundle.alert import Alert, AlertSet, MessageType
from bundle.policy import FeedRules, Policy, QuietHours, StopList
from bundle.trust import Target
from device.clock import ManualClock
from director.alerts import Standing, held_alerts
from director.decision import FirstSight, Skipped, SoundDecision, Speak, Utterance
from director.happened import Happened
from director.moment import Moment
from director.programme import Programme
from director.sound import direct_sound
from evidence.records import ClockState, Outcome
from tests.director import village as v
from tests.director.oracle import CANCELLED, COMMUNE, EXPIRED, FEED, IN_FORCE, PROVINCE, Note, Oracle

PLACES = {PROVINCE: (v.PROVINCE, Target.ALERTS), COMMUNE: (v.COMMUNE, Target.ALERTS), FEED: (v.COMMUNE, Target.FEED)}
STOP = (v.COMMUNE, Target.STOP)
FEED_LEVEL = 3
FEED_RULES = FeedRules(areas=(v.PROVINCE,), level=FEED_LEVEL, at_once=20, per_hour=60)
NIGHT_AFTER, NIGHT = timedelta(minutes=2), timedelta(minutes=12)
"""When the quiet hours begin that an example lives through, and how long they are."""
NAMES = tuple("abcdef")
STEP, SPEECH, EVERY = 2.0, 8.0, 60.0
OWN, OTHERS = "Lời của người viết", "Lời của người khác"
Place = tuple[str, Target]
Document = AlertSet | StopList | Policy


class Unit(Protocol):
    """A unit's voice as far as alerts go; *clock* is its own. A *cut* is how many durable writes the shelf still does."""

    clock: ManualClock
    happened: Happened

    def release(self, place: Place, document: Document, at: datetime) -> int: ...
    def deliver(self, place: Place, number: int, fast: bool, cut: int | None) -> bool: ...
    def programme(self) -> Programme: ...
    def see(self, new: tuple[FirstSight, ...]) -> None: ...
    def skip(self, skipped: tuple[Skipped, ...]) -> None: ...
    def said(self, what: Utterance, outcome: Outcome) -> None: ...
    def reboot(self, moment: Moment, torn: bool) -> None: ...


@st.composite
def pools(draw: st.DrawFn) -> list[Note]:
    """Some messages that meet; when they were sent is told apart from the order in which they come."""
    notes = []
    for number, name in enumerate(NAMES):
        kind = draw(st.sampled_from(["Update", "Cancel", "Alert"])) if number else "Alert"
        names = draw(st.lists(st.sampled_from(NAMES[:4]), min_size=1, max_size=2, unique=True)) if kind != "Alert" else []
        minutes = draw(st.sampled_from([300, 7, None])) if kind == "Alert" else None
        sent = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 40)))
        notes.append(
            Note(
                name,
                draw(st.sampled_from(list(PLACES))),
                kind,
                sent,
                tuple(names),
                None if minutes is None else sent + timedelta(minutes=minutes),
                draw(st.sampled_from([1, 5, 3, 5])),
                draw(st.integers(1, 4)),
                draw(st.booleans()),
            )
        )
    return notes


class Lives(RuleBasedStateMachine):
    """One unit, and the oracle beside it."""

    def make(self) -> tuple[Unit, datetime]:
        """A new unit, and the hour at which it begins."""
        raise NotImplementedError

    @initialize(pool=pools())
    def begin(self, pool: list[Note]) -> None:
        self.unit, start = self.make()
        self.true, self.start = start, start
        self.the_clock_is_set()
        offset = start - datetime(1970, 1, 1, tzinfo=UTC)
        self.pool = {each.name: _moved(each, offset) for each in pool}
        self.alerts = {(name, others): self._alert(note, others) for name, note in self.pool.items() for others in (False, True)}
        self.oracle, self.newest = Oracle(FEED_LEVEL), Counter[Place]()
        self.released: list[tuple[str, int, tuple[str, ...]]] = []
        self.on: tuple[Utterance, float] | None = None
        self.starts, self.wholes, self.cut_off, self.begun = Counter[str](), Counter[str](), Counter[str](), set[str]()
        self.first_start: dict[str, datetime] = {}
        self.night = (start + NIGHT_AFTER).replace(second=0, microsecond=0)
        hours = QuietHours(start=self.night.astimezone(v.ZONE).time(), end=(self.night + NIGHT).astimezone(v.ZONE).time())
        rules = Policy(format=1, channel=v.COMMUNE, quiet_hours=(hours,), feed=FEED_RULES)
        self.unit.deliver((v.COMMUNE, Target.POLICY), self.unit.release((v.COMMUNE, Target.POLICY), rules, start), fast=False, cut=None)

    def _alert(self, note: Note, others_words: bool) -> Alert:
        others = tuple(v.reference(name, self.pool[name].sent) for name in note.names)
        made = v.alert(note.name, note.sent, level=note.level, count=note.count, every=EVERY, seconds=SPEECH, replaces=others)
        words = tuple(text.model_copy(update={"headline": OTHERS if others_words else OWN}) for text in made.versions)
        return made.model_copy(update={"message_type": MessageType(note.kind), "expires": note.expires, "versions": words})

    def _written(self, name: str, where: str) -> Alert:
        """What stands under *name* in a list of *where*."""
        note = self.pool[name]
        return self.alerts[name, note.forged and where != note.author]

    # what authorities and roads do

    @rule(
        where=st.sampled_from(list(PLACES)),
        left_out=st.sets(st.sampled_from(NAMES), max_size=3),
        copied=st.sets(st.sampled_from(NAMES), max_size=2),
        order=st.permutations(NAMES),
        fast=st.booleans(),
    )
    def a_new_list_comes(self, where: str, left_out: set[str], copied: set[str], order: list[str], fast: bool) -> None:
        """Some of its own messages in any order; perhaps with one that is somebody else's."""
        self.a_list_is_signed_and_lost(where, left_out, copied, order)
        self.a_list_comes(0, fast, twice=False, cut=None, clock=True)

    @rule(
        where=st.sampled_from(list(PLACES)),
        left_out=st.sets(st.sampled_from(NAMES), max_size=3),
        copied=st.sets(st.sampled_from(NAMES), max_size=2),
        order=st.permutations(NAMES),
    )
    def a_list_is_signed_and_lost(self, where: str, left_out: set[str], copied: set[str], order: list[str]) -> None:
        """It may still come later."""
        listed = tuple(name for name in order if (self.pool[name].author == where or name in copied) and name not in left_out)
        document = AlertSet(format=1, channel=PLACES[where][0], alerts=tuple(self._written(name, where) for name in listed))
        number = self.unit.release(PLACES[where], document, self.true)
        self.released.append((where, number, listed))

    @precondition(lambda self: self.released)
    @rule(
        which=st.integers(0, 3), fast=st.booleans(), twice=st.booleans(), cut=st.sampled_from([None, None, 0, 1, 2, 3]), clock=st.booleans()
    )
    def a_list_comes(self, which: int, fast: bool, twice: bool, cut: int | None, clock: bool) -> None:
        """The newest, or one from before: late, or for the second time. The power may fail while it is put on the card."""
        where, number, listed = self.released[max(0, len(self.released) - 1 - which)]
        if number > self.newest[PLACES[where]]:
            self.newest[PLACES[where]] = number
            for name in listed:
                self.oracle.arrive(where, self.pool[name])
        for _ in range(1 + twice):
            if not self.unit.deliver(PLACES[where], number, fast, cut):
                # A pack in RAM is gone with the power; it is delivered again, as the next look of the agent would.
                self.the_power_fails(seconds=30, clock=clock, torn=True)
                self.unit.deliver(PLACES[where], number, fast=False, cut=None)
        self.speak()

    @precondition(lambda self: self.released and not self.oracle.stops)
    @rule(name=st.sampled_from(NAMES))
    def one_person_stops(self, name: str) -> None:
        self.oracle.stops.add(name)
        named = tuple(v.reference(each, self.pool[each].sent) for each in sorted(self.oracle.stops))
        number = self.unit.release(STOP, StopList(format=1, channel=v.COMMUNE, cancelled=named), self.true)
        self.unit.deliver(STOP, number, fast=False, cut=None)
        self.speak()

    @precondition(lambda self: self.oracle.notes)
    @rule(seconds=st.sampled_from([1, 30, 600]), clock=st.booleans(), torn=st.booleans())
    def the_power_fails(self, seconds: int, clock: bool, torn: bool) -> None:
        if self.on is not None:
            self.cut_off[_airing(self.on[0])] += 1
            self.on = None
        self.true += timedelta(seconds=seconds)
        boot = f"boot-{self.unit.clock.moment.boot.count('+')}" + "+" * (self.unit.clock.moment.boot.count("+") + 1)
        state, wall = (ClockState.TRUSTED, self.true) if clock else (ClockState.UNKNOWN, self.start - timedelta(days=1))
        self.unit.reboot(Moment(wall, state, boot, 5.0), torn)

    @precondition(lambda self: self.unit.clock.moment.state is ClockState.UNKNOWN)
    @rule()
    def the_clock_is_set(self) -> None:
        now = self.unit.clock.moment
        self.unit.clock.moment = Moment(self.true, ClockState.TRUSTED, now.boot, now.mono)

    @precondition(lambda self: self.oracle.notes)
    @rule(seconds=st.sampled_from([4, 20, 70, 500]))
    def time_passes(self, seconds: int) -> None:
        for _ in range(round(seconds / STEP)):
            self.speak()

    # the voice

    def speak(self) -> SoundDecision:
        """One look of the voice, and what it says until the next."""
        moment, programme = self.unit.clock.now(), self.unit.programme()
        decision = direct_sound(programme, moment, self.unit.happened)
        self.unit.see(decision.unseen)
        self.unit.skip(decision.skipped)
        queue = decision.what.queue if isinstance(decision.what, Speak) else ()
        self._hear(queue[0] if queue else None)
        self._later(STEP)
        return decision

    def _later(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)
        self.unit.clock.advance(seconds)

    def _speak_until(self, end: datetime) -> None:
        """With a clock; over what the voice says will stay silent in one step."""
        while self.true < end:
            decision = self.speak()
            if self.on is None and not decision.unseen and not isinstance(decision.what, Speak):
                wait = min(decision.until or end, end) - self.true
                self._later(max(0.0, wait.total_seconds()))

    def _hear(self, first: Utterance | None) -> None:
        if self.on is not None:
            what, position = self.on
            if first is None or first.key != what.key:
                assert not self._counts(what) or not self._may_sound(_name(what)), f"{what.key} gave way in the middle"
                # What was ended, or taken from whoever said it, may stand again when somebody with more authority says it.
                self.cut_off[_airing(what)] += 1
                self.unit.said(what, Outcome.INTERRUPTED)
                self.on = None
            elif position + STEP >= SPEECH:
                self.unit.said(what, Outcome.COMPLETE)
                self.wholes[_airing(what)] += 1
                self.on = None
            else:
                self.on = what, position + STEP
        elif first is None:
            self._nothing_waits()
        else:
            name = _name(first)
            assert self._may_sound(name), f"{name} must not sound: {self.oracle.standing(name, self.true)}"
            assert self._counts(first), f"{first.key} says what somebody with less authority put under its name"
            assert first.item in self.unit.happened.alerts_seen, "it is on the card before it sounds"
            assert self.wholes[_airing(first)] == 0, "no airing sounds twice, by whatever channel it comes"
            assert self.starts[_airing(first)] == self.cut_off[_airing(first)], "it is begun again only when a cut interrupted it"
            numbers = range(self.pool[name].count)
            roads = [channel + "/feed" * (target is Target.FEED) for channel, target in PLACES.values()]
            assert first.key in [f"alert:{road}:{first.item}#{number}" for road in roads for number in numbers]
            if not self.starts[_airing(first)]:
                assert not self._at_night() or not self._keeps_the_night(name), f"{name} wakes people for nothing"
                self._keeps_apart(first)
            self.starts[_airing(first)] += 1
            self.begun.add(name)
            self.unit.said(first, Outcome.STARTED)
            self.on = first, 0.0

    def _nothing_waits(self) -> None:
        """In silence nothing stands that was not heard whole, but what keeps the night."""
        if self.unit.clock.moment.state is ClockState.UNKNOWN:
            return
        for name in (name for name, note in self.oracle.notes.items() if note.kind != "Cancel"):
            first = self._nth(name, 0)
            silent = self._at_night() and not self.starts[first] and self._keeps_the_night(name)
            waits = not self.wholes[first] and not silent and self.oracle.standing(name, self.true) == IN_FORCE
            assert not waits, f"{name} is in force, and was not heard whole"

    def _keeps_apart(self, what: Utterance) -> None:
        """However late each began, between two airings lie as many distances as there are airings between them."""
        mine = int(_airing(what).rpartition("#")[2].partition(" ")[0])
        self.first_start[_airing(what)] = self.true
        for number in range(mine):
            began = self.first_start.get(_nth(what.item, number, _words(what)))
            apart = (mine - number - 1) * timedelta(seconds=EVERY)
            assert began is None or self.true - began > apart, f"{what.key} piles up"

    def _at_night(self) -> bool:
        return self.unit.clock.moment.state is not ClockState.UNKNOWN and self.night <= self.true < self.night + NIGHT

    def _keeps_the_night(self, name: str) -> bool:
        whole = {each for each in self.oracle.notes if self._heard_whole(each)}
        return self.oracle.is_no_news(name, whole)

    def _heard_whole(self, name: str) -> bool:
        """Whether the words that count under its name were."""
        return any(self.wholes[self._nth(name, number)] for number in range(self.pool[name].count))

    def _nth(self, name: str, number: int) -> str:
        return _nth(str(self.alerts[name, False].identity()), number, self._words_of(name))

    def _words_of(self, name: str) -> str:
        return OTHERS if self.oracle.others_words(name) else OWN

    def _counts(self, what: Utterance) -> bool:
        """Whether it says the words that count under its name now."""
        return _words(what) == self._words_of(_name(what))

    def _may_sound(self, name: str) -> bool:
        """Whether the oracle lets it: it stands, or is a Cancel of something that people heard. Without a clock nobody knows its end."""
        if self.pool[name].kind == "Cancel":
            return bool((self.oracle.ended_by(name) - self.oracle.goes_on(self.true)) & self.begun)
        standing = self.oracle.standing(name, self.true)
        return standing == IN_FORCE or (standing == EXPIRED and self.unit.clock.moment.state is ClockState.UNKNOWN)

    # what must hold

    @invariant()
    def the_unit_holds_what_the_oracle_holds(self) -> None:
        if not hasattr(self, "oracle"):
            return
        held = held_alerts(self.unit.programme(), self.unit.clock.now(), self.unit.happened)
        found = {each.alert.identifier: each.standing for each in held if each.alert.message_type is not MessageType.CANCEL}
        for name, note in self.oracle.notes.items():
            if note.kind == "Cancel":
                continue
            expected = self.oracle.standing(name, self.true)
            if name not in found:
                assert expected in (EXPIRED, CANCELLED, "superseded"), f"{name} is {expected} and was forgotten"
            elif self.unit.clock.moment.state is ClockState.UNKNOWN and EXPIRED in (expected, found[name]):
                assert {expected, str(found[name])} <= {EXPIRED, IN_FORCE, "held-back"}
            else:
                assert found[name] == Standing(expected), f"{name} is {found[name]}, and should be {expected}"
        assert set(found) <= set(self.oracle.notes)

    def teardown(self) -> None:
        """In the end, with a clock and without cuts, everything that stands is heard whole, as often as it asks for."""
        if not hasattr(self, "oracle"):
            return
        self.the_clock_is_set()
        self._speak_until(max(self.true, self.night + NIGHT) + timedelta(seconds=len(NAMES) * 4 * (EVERY + SPEECH)))
        self.the_unit_holds_what_the_oracle_holds()
        whole, said = Counter[str](), Counter[tuple[str, str]]()
        for key in self.wholes:
            name, words = key.split(",")[1], key.rpartition("#")[2].partition(" ")[2]
            whole[name] += self.wholes[key]
            said[name, words] += self.wholes[key]
        for name, note in self.oracle.notes.items():
            assert all(said[name, words] <= (1 if note.kind == "Cancel" else note.count) for words in (OWN, OTHERS))
            if note.kind != "Cancel" and self.oracle.standing(name, self.true) == IN_FORCE:
                assert said[name, self._words_of(name)] == note.count, (
                    f"{name} was heard {said[name, self._words_of(name)]} times of {note.count}"
                )
        for name in self.begun - self.oracle.goes_on(self.true):
            told = self.oracle.notes[name].kind != "Cancel" and not self.oracle.stopped(name)
            cancels = self.oracle.cancels(name) if told else set()
            assert not cancels or any(whole[each] for each in cancels), f"nobody told those who heard {name} that it is over"


def _name(what: Utterance) -> str:
    return what.item.split(",")[1]


def _airing(what: Utterance) -> str:
    """One airing of one alert in the same words, under whichever channel."""
    return _nth(what.item, int(what.key.rpartition("#")[2]), _words(what))


def _nth(item: str, number: int, words: str) -> str:
    return f"{item}#{number} {words}"


def _words(what: Utterance) -> str:
    return what.text.split("\n")[0]


def _moved(note: Note, offset: timedelta) -> Note:
    expires = note.expires + offset if note.expires else None
    return replace(note, sent=note.sent + offset, expires=expires)
