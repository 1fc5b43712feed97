"""One run against the rules of this moment: what of it may sound now, what never will, and when that changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundle.items import Announcement
from director.age import age, in_seconds
from director.decision import ENDING, Listen, Live, Skipped, Utterance
from director.happened import Happened, Life
from director.loudness import INSTANT, Allowed, Loudness
from director.moment import Moment
from director.plan import Rank, Run
from director.programme import Programme
from director.turns import Turn
from evidence.records import Outcome

STEP_BACK = 2.0
FINAL = (Outcome.COMPLETE, Outcome.FAILED, Outcome.MISSED, Outcome.REFUSED_BY_RULE)
LATE = "không kịp giờ / not begun within its window"
SLOT_ENDED = "hết khung giờ / its slot has ended"
NOT_RECEIVED = "không thu được đài cấp trên / the programme could not be received"
OpenTurn = tuple[Turn, Life | None]
FittingTurn = tuple[Turn, Life | None, Allowed]


@dataclass
class Routine:
    """What sessions ask for: the *queue* of the one that may speak, the *skipped*, and the *edges* at which that may change.

    *listen* are the live programmes that must be connected.
    """

    queue: tuple[Utterance, ...] = ()
    skipped: list[Skipped] = field(default_factory=list)
    missing: tuple[tuple[str, str], ...] = ()
    edges: list[datetime] = field(default_factory=list)
    listen: list[Listen] = field(default_factory=list)


@dataclass(frozen=True)
class Candidate:
    """A run with something to say now."""

    run: Run
    begun: bool
    queue: tuple[FittingTurn, ...]

    def order(self) -> tuple[bool, bool, bool, int, datetime, Rank]:
        """An officer speaks live first; what sounds goes on; what has begun comes before what has not; then priority, due time and rank."""
        return (
            self.run.holder is None,
            not any(sounds(life) for _, life, _ in self.queue),
            not self.begun,
            self.run.rank[0],
            self.run.due,
            self.run.rank,
        )

    def only_music_sounds(self) -> bool:
        """Whether something of it sounds now, and all of that is music."""
        sounding = [turn for turn, life, _ in self.queue if sounds(life)]
        return bool(sounding) and all(is_music(turn) for turn in sounding)


def is_music(turn: Turn) -> bool:
    """Whether speech may begin over *turn*."""
    return isinstance(turn.item, Announcement) and turn.item.music


def sounds(life: Life | None) -> bool:
    """Whether it leaves the loudspeaker now, as far as the journal goes."""
    return life is not None and life.outcome is Outcome.STARTED


def resume_at(duration: float, life: Life | None) -> float:
    """Where in a clip of *duration* an interrupted utterance goes on: a little before, so that no word is lost."""
    if life is None or life.outcome is not Outcome.INTERRUPTED:
        return 0.0
    return min(max(0.0, life.offset - STEP_BACK), duration)


def resumes_at(turn: Turn, life: Life | None) -> float:
    """Where *turn* goes on; a live programme is joined at its present."""
    return 0.0 if isinstance(turn.source, Live) else resume_at(turn.source.duration, life)


@dataclass(frozen=True)
class Place:
    """Where in a queue something would begin: *at*, behind what has not begun yet and lasts *ahead*."""

    at: datetime
    ahead: timedelta = timedelta()

    def behind(self, length: timedelta) -> "Place":
        """The place after something of *length* that begins here."""
        return Place(self.at + length, self.ahead + length)

    def not_before(self, instant: datetime) -> "Place":
        """The same place, held back until *instant*."""
        return Place(max(self.at, instant), self.ahead)

    def when(self, start: datetime) -> datetime:
        """By when nothing may have begun for this place to be at *start*: what is not held back moves on with the clock."""
        return start - self.ahead


@dataclass(frozen=True)
class Judge:
    """Weighs each run against the rules of this moment, and adds to *answer* what will never sound.

    *stopped* is a reason for which nothing may sound, *lead* how long before its due time a turn must be known.
    """

    programme: Programme
    moment: Moment
    happened: Happened
    limits: Loudness
    stopped: str
    lead: timedelta
    answer: Routine

    def candidate(self, run: Run, begun: bool, planned: tuple[Turn, ...]) -> Candidate | None:
        """What of *run* may speak now, or nothing."""
        open_turns = [each for each in ((turn, self._life(turn)) for turn in planned) if self._open(each)]
        # A bundle made after the due time is no reason to complain that its session did not sound.
        told = begun or run.due >= run.bundle.made
        if run.refused or (self.stopped and begun):
            self._skip(run, open_turns if told else [], run.refused or self.stopped)
            return None
        # A live programme goes by its own clock: a run that waits for nothing else has begun with it, received or not.
        under_way = begun or any(self._followed(turn) for turn, _ in open_turns[:1])
        over = self.moment.wall >= (run.slot_ends if under_way else run.last_start)
        if over and not any(self._on_air(turn) for turn, _ in open_turns):
            self._skip(run, open_turns if told else [])
            return None
        if self.stopped:
            return None
        for turn, _ in open_turns:
            self._listen(turn)
        if run.due - self.lead > self.moment.wall:
            return None
        queue = tuple(self._fitting(run, open_turns))
        return Candidate(run, begun, queue) if queue else None

    def _life(self, turn: Turn) -> Life | None:
        return self.happened.utterances.get(turn.key)

    def _open(self, each: OpenTurn) -> bool:
        """Whether it may still sound; a live programme that failed may come back while its slot lasts."""
        turn, life = each
        if life is None or life.outcome not in FINAL:
            return True
        return isinstance(turn.source, Live) and life.outcome is Outcome.FAILED and self.moment.wall < turn.source.ends

    def _on_air(self, turn: Turn) -> bool:
        return sounds(self._life(turn)) or any(sounds(self._life(each)) for each in turn.stand_ins)

    def _lost(self, turn: Turn) -> bool:
        found = self.happened.sources.get(turn.key)
        return found is not None and found.lost

    def _followed(self, turn: Turn) -> bool:
        live = turn.source
        return isinstance(live, Live) and turn.start <= self.moment.wall < live.ends and turn.key in self.happened.sources

    def _listen(self, turn: Turn) -> None:
        if not isinstance(turn.source, Live) or turn.refused:
            return
        rules = self.programme.policy().rebroadcast
        begin = turn.start - timedelta(seconds=rules.connect_ahead)
        self.answer.edges += [begin, turn.start - self.lead, turn.start]
        self.answer.edges += [turn.source.ends - self.lead, turn.source.ends, turn.source.ends + ENDING]
        if begin <= self.moment.wall < turn.source.ends:
            self.answer.listen.append(Listen(turn.key, turn.words.title, turn.source, turn.start, rules))

    def _fitting(self, run: Run, open_turns: list[OpenTurn]) -> Iterator[FittingTurn]:
        """The turns that can sound one after the other without reaching into a silence of the rules or beyond the slot."""
        now = self.moment.wall
        place = Place(max(now, run.due))
        slot, queued = place.at, False
        for turn, life in sorted(open_turns, key=lambda each: not self._on_air(each[0])):
            if place.at < slot:
                # The rest of a live slot that nothing fills: what comes after it is not drawn into it.
                if queued or slot - self.lead > now:
                    return
                place = place.not_before(slot)
            if isinstance(turn.source, Live):
                if not queued and turn.start - self.lead > now:
                    # Nothing sounds until its hour: whoever knew of it now would keep the lines active for it.
                    return
                found, place, slot = self._live(run, turn, turn.source.ends, place)
            else:
                found, place = self._clip(run, turn, life, place)
            yield from found
            queued = queued or bool(found)

    def _clip(self, run: Run, turn: Turn, life: Life | None, place: Place) -> tuple[list[FittingTurn], Place]:
        """*turn* if it may sound from *place* on, and the place behind it."""
        if sounds(life):
            return self._sounding(run, turn, life, place)
        length = turn.length - timedelta(seconds=resumes_at(turn, life))
        allowed = self._allowed(run, turn, place, length)
        self.answer.edges.append(place.when(run.slot_ends))
        if turn.refused or allowed.refused or place.at >= run.slot_ends:
            self._skip(run, [(turn, life)], turn.refused or allowed.refused)
            return [], place
        return [(turn, life, allowed)], place.behind(length)

    def _live(self, run: Run, turn: Turn, ends: datetime, place: Place) -> tuple[list[FittingTurn], Place, datetime]:
        """The rebroadcast, or what stands in for it, the place behind that, and until when nothing else may begin.

        What speaks in its place now speaks to its end.
        """
        life = self._life(turn)
        found: list[FittingTurn] = []
        for each in turn.stand_ins:
            if sounds(its_life := self._life(each)):
                here, place = self._sounding(run, each, its_life, place)
                found += here
        if sounds(life) and not self._lost(turn) and self.moment.wall < ends + ENDING:
            here, place = self._sounding(run, turn, life, place)
            return found + here, place.not_before(ends), ends
        # It goes by its own clock, however early what is before it was over or refused.
        begin = place.not_before(turn.start)
        allowed = self._allowed(run, turn, begin, ends - begin.at, lasting=False) if begin.at < ends else Allowed()
        if turn.refused or allowed.refused or begin.at >= ends:
            reason = NOT_RECEIVED if self._lost(turn) else ""
            self._skip(run, [(turn, life)], turn.refused or allowed.refused, reason)
            return found, place, place.at
        if not self._lost(turn):
            return [*found, (turn, life, allowed)], place.not_before(ends), ends
        here, place = self._standing_in(run, turn, ends, begin)
        return found + here, place, ends

    def _standing_in(self, run: Run, turn: Turn, ends: datetime, place: Place) -> tuple[list[FittingTurn], Place]:
        """What may begin from *place* on for the lost *turn*, and is over when its slot *ends*."""
        found: list[FittingTurn] = []
        for each in turn.stand_ins:
            life = self._life(each)
            length = each.length - timedelta(seconds=resumes_at(each, life))
            self.answer.edges.append(place.when(ends - length + INSTANT))
            if not sounds(life) and self._open((each, life)) and place.at + length <= ends:
                allowed = self._allowed(run, each, place, length)
                if not allowed.refused:
                    found.append((each, life, allowed))
                    place = place.behind(length)
        return found, place

    def _sounding(self, run: Run, turn: Turn, life: Life | None, place: Place) -> tuple[list[FittingTurn], Place]:
        """What sounds is cut off only when a rule forbids it now: its length was weighed before it began."""
        if life is None or turn.refused:
            return [], place
        allowed = self.limits.going_on(run.class_of(turn.item), life.zones or run.session.zones, self.moment.wall)
        if allowed.refused:
            return [], place
        ends = in_seconds(self.moment, turn.length.total_seconds() - age(life.at, self.moment))
        return [(turn, life, allowed)], place.not_before(ends)

    def _allowed(self, run: Run, turn: Turn, place: Place, length: timedelta, lasting: bool = True) -> Allowed:
        """What the rules leave of *turn* from *place* on; and when that answer changes if nothing begins until then.

        Not *lasting*: it is over at its hour, however late it begins.
        """
        wanted = run.class_of(turn.item)
        changes = self.limits.changes(wanted, place.at, length if lasting else None)
        self.answer.edges += (place.when(start) for start in changes)
        return self.limits.whole(wanted, run.session.zones, place.at, length)

    def _skip(self, run: Run, open_turns: list[OpenTurn], rule: str = "", why: str = "") -> None:
        """Tell what will not sound, from its due time on; what sounds this instant is told when it has been stopped."""
        for turn, life in open_turns:
            failed = life is not None and life.outcome is Outcome.FAILED
            if self.moment.wall >= run.due and not sounds(life) and not failed:
                reason = rule or why or (SLOT_ENDED if life else LATE)
                self.answer.skipped.append(Skipped(turn.key, run.channel, run.bundle.version, turn.item.id, bool(rule), reason))
