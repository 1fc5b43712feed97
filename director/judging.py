"""One run against the rules of this moment: what of it may sound now, what never will, and when that changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundle.items import Announcement
from director.age import age, in_seconds
from director.decision import ENDING, Listen, Live, Skipped, Utterance
from director.happened import Happened, Life
from director.loudness import Allowed, Loudness
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
        cursor = slot = max(now, run.due)
        queued = False
        for turn, life in sorted(open_turns, key=lambda each: not self._on_air(each[0])):
            if cursor < slot:
                # The rest of a live slot that nothing fills: what comes after it is not drawn into it.
                if queued or slot - self.lead > now:
                    return
                cursor = slot
            if isinstance(turn.source, Live):
                if not queued and turn.start - self.lead > now:
                    # Nothing sounds until its hour: whoever knew of it now would keep the lines active for it.
                    return
                found, cursor, slot = self._live(run, turn, turn.source.ends, cursor)
            else:
                found, cursor = self._clip(run, turn, life, cursor)
            yield from found
            queued = queued or bool(found)

    def _clip(self, run: Run, turn: Turn, life: Life | None, cursor: datetime) -> tuple[list[FittingTurn], datetime]:
        """*turn* if it may sound from *cursor* on, and where that leaves the cursor."""
        if sounds(life):
            return self._sounding(run, turn, life, cursor)
        length = turn.length - timedelta(seconds=resumes_at(turn, life))
        allowed = self._allowed(run, turn, cursor, length)
        self.answer.edges.append(self.moment.wall + (run.slot_ends - cursor))
        if turn.refused or allowed.refused or cursor >= run.slot_ends:
            self._skip(run, [(turn, life)], turn.refused or allowed.refused)
            return [], cursor
        return [(turn, life, allowed)], cursor + length

    def _live(self, run: Run, turn: Turn, ends: datetime, cursor: datetime) -> tuple[list[FittingTurn], datetime, datetime]:
        """The rebroadcast, or what stands in for it, the cursor after that, and until when nothing else may begin.

        What speaks in its place now speaks to its end.
        """
        life, now = self._life(turn), self.moment.wall
        found: list[FittingTurn] = []
        for each in turn.stand_ins:
            if sounds(its_life := self._life(each)):
                here, cursor = self._sounding(run, each, its_life, cursor)
                found += here
        if sounds(life) and not self._lost(turn) and now < ends + ENDING:
            here, cursor = self._sounding(run, turn, life, cursor)
            return found + here, max(cursor, ends), ends
        # It goes by its own clock, however early what is before it was over or refused.
        begin = max(cursor, turn.start)
        allowed = self._allowed(run, turn, begin, ends - begin) if begin < ends else Allowed()
        if turn.refused or allowed.refused or begin >= ends:
            reason = NOT_RECEIVED if self._lost(turn) else ""
            self._skip(run, [(turn, life)], turn.refused or allowed.refused, reason)
            return found, cursor, cursor
        if not self._lost(turn):
            return [*found, (turn, life, allowed)], ends, ends
        cursor = begin
        for each in turn.stand_ins:
            its_life = self._life(each)
            length = each.length - timedelta(seconds=resumes_at(each, its_life))
            self.answer.edges.append(now + (ends - length - cursor) + timedelta(microseconds=1))
            if not sounds(its_life) and self._open((each, its_life)) and cursor + length <= ends:
                allowed = self._allowed(run, each, cursor, length)
                found += [] if allowed.refused else [(each, its_life, allowed)]
                cursor += timedelta() if allowed.refused else length
        return found, cursor, ends

    def _sounding(self, run: Run, turn: Turn, life: Life | None, cursor: datetime) -> tuple[list[FittingTurn], datetime]:
        """What sounds is cut off only when a rule forbids it now: its length was weighed before it began."""
        if life is None or turn.refused:
            return [], cursor
        allowed = self.limits.going_on(run.class_of(turn.item), life.zones or run.session.zones, self.moment.wall)
        if allowed.refused:
            return [], cursor
        return [(turn, life, allowed)], max(cursor, in_seconds(self.moment, turn.length.total_seconds() - age(life.at, self.moment)))

    def _allowed(self, run: Run, turn: Turn, cursor: datetime, length: timedelta) -> Allowed:
        """What the rules leave of *turn* from *cursor* on; and when that answer changes if nothing begins until then."""
        wanted = run.class_of(turn.item)
        self.answer.edges += self.limits.changes(wanted, self.moment.wall, cursor, length)
        return self.limits.whole(wanted, run.session.zones, cursor, length)

    def _skip(self, run: Run, open_turns: list[OpenTurn], rule: str = "", why: str = "") -> None:
        """Tell what will not sound, from its due time on; what sounds this instant is told when it has been stopped."""
        for turn, life in open_turns:
            failed = life is not None and life.outcome is Outcome.FAILED
            if self.moment.wall >= run.due and not sounds(life) and not failed:
                reason = rule or why or (SLOT_ENDED if life else LATE)
                self.answer.skipped.append(Skipped(turn.key, run.channel, run.bundle.version, turn.item.id, bool(rule), reason))
