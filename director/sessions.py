"""Planned runs meet what happened: what sounds now, what was missed, what a rule forbids, and when that changes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.base import BulletinClass
from director.age import age, in_seconds
from director.decision import Attention, Skipped, Utterance
from director.happened import Happened, Life
from director.moment import Moment
from director.plan import QUIET, Run, Turn, runs_of_day, turns
from director.programme import Programme
from director.rules import Interval, quiet_between
from evidence.records import Outcome

# How far back a missed session is still told, and how far ahead an answer is computed.
REACH = timedelta(hours=24)
STEP_BACK = 2.0
FINAL = (Outcome.COMPLETE, Outcome.FAILED, Outcome.MISSED, Outcome.REFUSED_BY_RULE)
BEGUN = (Outcome.STARTED, Outcome.COMPLETE, Outcome.INTERRUPTED, Outcome.FAILED)
OpenTurn = tuple[Turn, Life | None]


@dataclass
class Routine:
    """What sessions ask for: the *queue* of the one that may speak, the *skipped*, and the *edges* at which that may change."""

    queue: tuple[Utterance, ...] = ()
    skipped: list[Skipped] = field(default_factory=list)
    missing: tuple[tuple[str, str], ...] = ()
    edges: list[datetime] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidate:
    run: Run
    begun: bool
    queue: tuple[OpenTurn, ...]

    def order(self) -> tuple[bool, bool, int, datetime, tuple[int, int, int]]:
        """What sounds goes on; what has begun comes before what has not; then priority, due time and rank."""
        return (not any(_sounds(life) for _, life in self.queue), not self.begun, self.run.rank[0], self.run.due, self.run.rank)


def routine(programme: Programme, moment: Moment, happened: Happened, stopped: str = "") -> Routine:
    """What the sessions ask for at *moment*, whose clock must be usable.

    *stopped* is a reason for which nothing may sound: what had begun is then skipped for good, so that it stays stopped.
    """
    quiet = quiet_between(programme, moment.wall - REACH, moment.wall + 2 * REACH)
    answer = Routine(edges=[moment.wall + REACH, *(edge for interval in quiet for edge in interval)])
    lead = timedelta(seconds=programme.site.lead)
    judge = _Judge(moment, quiet, stopped, answer)
    candidates = []
    for run, begun in _runs(programme, moment, happened, lead):
        answer.edges += [run.due - lead, run.due, run.last_start, run.slot_ends, run.due + REACH]
        if run.due - lead <= moment.wall:
            open_turns = [(turn, happened.utterances.get(turn.key)) for turn in turns(programme, run)]
            candidate = judge.candidate(run, begun, [each for each in open_turns if each[1] is None or each[1].outcome not in FINAL])
            candidates += [candidate] if candidate else []
    if candidates:
        chosen = min(candidates, key=_Candidate.order)
        answer.queue = tuple(utterance(chosen.run, turn, life) for turn, life in chosen.queue)
        answer.missing = tuple((turn.announcement.id, language) for turn, _ in chosen.queue for language in turn.missing)
    return answer


def _runs(programme: Programme, moment: Moment, happened: Happened, lead: timedelta) -> Iterator[tuple[Run, bool]]:
    zone = ZoneInfo(programme.site.timezone)
    first, last = moment.wall - REACH, moment.wall + REACH + lead
    begun = _begun(happened, zone)
    day = first.astimezone(zone).date()
    while day <= last.astimezone(zone).date():
        of_day = begun.get(day, frozenset())
        for run in runs_of_day(programme, day, of_day):
            if first < run.due <= last:
                yield run, run.name in of_day
        day += timedelta(days=1)


# An utterance's key: <channel>/<session>@<due>/<number>:<item>; those of alerts begin with "alert:".
_KEY = re.compile(r"(?!alert:)(?P<name>.+@(?P<due>[-0-9T:.]+\+00:00))/\d+:[^/]+")


def _begun(happened: Happened, zone: ZoneInfo) -> dict[date, frozenset[str]]:
    """The names of runs that have sounded, by the local day on which they were due."""
    found: dict[date, set[str]] = {}
    for key, life in happened.utterances.items():
        if life.outcome in BEGUN and (match := _KEY.fullmatch(key)):
            found.setdefault(datetime.fromisoformat(match["due"]).astimezone(zone).date(), set()).add(match["name"])
    return {day: frozenset(names) for day, names in found.items()}


@dataclass(frozen=True)
class _Judge:
    """Weighs each run against the rules of this moment, and adds to *answer* what will never sound."""

    moment: Moment
    quiet: tuple[Interval, ...]
    stopped: str
    answer: Routine

    def candidate(self, run: Run, begun: bool, open_turns: list[OpenTurn]) -> _Candidate | None:
        """What of *run* may speak now, or nothing."""
        # A bundle made after the due time is no reason to complain that its session did not sound.
        told = begun or run.due >= run.bundle.made
        if run.refused or (self.stopped and begun):
            self._skip(run, open_turns if told else [], run.refused or self.stopped)
            return None
        if not any(_sounds(life) for _, life in open_turns) and self.moment.wall >= (run.slot_ends if begun else run.last_start):
            self._skip(run, open_turns if told else [])
            return None
        queue = tuple(self._fitting(run, open_turns))
        return _Candidate(run, begun, queue) if queue and not self.stopped else None

    def _fitting(self, run: Run, open_turns: list[OpenTurn]) -> Iterator[OpenTurn]:
        """The turns that can be spoken one after the other without reaching into quiet hours or beyond the slot."""
        now = self.moment.wall
        cursor = max(now, run.due)
        for turn, life in sorted(open_turns, key=lambda each: not _sounds(each[1])):
            if life is not None and _sounds(life):
                # What sounds is cut off only when a rule forbids it now: its length was weighed before it began.
                if not turn.refused and not any(start <= now < end for start, end in self.quiet):
                    yield turn, life
                    cursor = max(cursor, in_seconds(self.moment, turn.spoken.clip.duration - age(life.at, self.moment)))
                continue
            length = turn.length - timedelta(seconds=resume_at(turn.spoken.clip.duration, life))
            hush = self._hush(cursor, length)
            self.answer.edges.append(now + (run.slot_ends - cursor))
            if turn.refused or hush or cursor >= run.slot_ends:
                self._skip(run, [(turn, life)], turn.refused or (QUIET if hush else ""))
            else:
                yield turn, life
                cursor += length

    def _hush(self, cursor: datetime, length: timedelta) -> bool:
        """Whether speech from *cursor* on would meet quiet hours; and when that answer changes if nothing begins until then."""
        now = self.moment.wall
        for start, end in self.quiet:
            if end > cursor:
                meets = start < cursor + length
                # Speech may end on the very stroke, so it is a moment after that stroke that it no longer fits.
                self.answer.edges.append(now + (end - cursor if meets else start - cursor - length + timedelta(microseconds=1)))
                return meets
        return False

    def _skip(self, run: Run, open_turns: list[OpenTurn], rule: str = "") -> None:
        """Tell what will not sound, from its due time on; what sounds this instant is told when it has been stopped."""
        for turn, life in open_turns:
            if self.moment.wall >= run.due and not _sounds(life):
                reason = rule or ("hết khung giờ / its slot has ended" if life else "không kịp giờ / not begun within its window")
                self.answer.skipped.append(Skipped(turn.key, run.channel, run.bundle.version, turn.announcement.id, bool(rule), reason))


def _sounds(life: Life | None) -> bool:
    return life is not None and life.outcome is Outcome.STARTED


def resume_at(duration: float, life: Life | None) -> float:
    """Where in a clip of *duration* an interrupted utterance goes on: a little before, so that no word is lost."""
    if life is None or life.outcome is not Outcome.INTERRUPTED:
        return 0.0
    return min(max(0.0, life.offset - STEP_BACK), duration)


def attempt(life: Life | None) -> int:
    """How often it was begun, with the time that now sounds or is about to."""
    begun = life.starts if life else 0
    return begun if _sounds(life) else begun + 1


def utterance(run: Run, turn: Turn, life: Life | None) -> Utterance:
    """*turn* of *run* as the loudspeaker is told."""
    resume = resume_at(turn.spoken.clip.duration, life)
    # A bundle's item is never an emergency, whatever it calls itself: those come as alerts, from other signers.
    routine_item = run.rank[0] == 1 and turn.announcement.bulletin_class is BulletinClass.ROUTINE
    signal = Attention.CHIME if routine_item else Attention.PRIORITY
    return Utterance(
        key=turn.key,
        channel=run.channel,
        version=run.bundle.version,
        item=turn.announcement.id,
        bulletin_class=BulletinClass.ROUTINE if routine_item else BulletinClass.PRIORITY,
        language=turn.spoken.language,
        source=turn.spoken.clip,
        text="\n".join(part for part in (turn.spoken.title, turn.spoken.body) if part),
        due=turn.start,
        attention=signal if turn.start == run.due and not resume else Attention.NONE,
        resume=resume,
        slot_ends=run.slot_ends,
        attempt=attempt(life),
        zones=run.session.zones,
        music=turn.announcement.music,
    )
