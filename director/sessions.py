"""Planned runs meet what happened: what sounds now, what was missed, what a rule forbids, and when that changes."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.base import BulletinClass
from director.decision import Attention, Live, Utterance
from director.happened import Happened, Life
from director.judging import Candidate, Judge, Routine, is_music, resumes_at, sounds
from director.loudness import Allowed, loudness
from director.moment import Moment
from director.plan import Run, runs_of_day
from director.programme import Programme
from director.turns import Turn, turns
from evidence.records import Outcome

# How far back a missed session is still told, and how far ahead an answer is computed.
REACH = timedelta(hours=24)
BEGUN = (Outcome.STARTED, Outcome.COMPLETE, Outcome.INTERRUPTED, Outcome.FAILED)


def routine(programme: Programme, moment: Moment, happened: Happened, stopped: str = "") -> Routine:
    """What the sessions ask for at *moment*, whose clock must be usable.

    *stopped* is a reason for which nothing may sound: what had begun is then skipped for good, so that it stays stopped.
    """
    limits = loudness(programme, moment.wall - REACH, moment.wall + 2 * REACH)
    answer = Routine(edges=[moment.wall + REACH, *limits.edges()])
    lead = timedelta(seconds=programme.site.lead)
    ahead = max(lead, timedelta(seconds=programme.policy().rebroadcast.connect_ahead))
    judge = Judge(programme, moment, happened, limits, stopped, lead, answer)
    candidates = []
    for run, begun in _runs(programme, moment, happened, ahead):
        answer.edges += [run.due - ahead, run.due - lead, run.due, run.last_start, run.slot_ends, run.due + REACH]
        if run.due - ahead <= moment.wall and (candidate := judge.candidate(run, begun, turns(programme, run))):
            candidates.append(candidate)
    for chosen in _chosen(candidates):
        answer.queue += tuple(utterance(chosen.run, turn, life, _due(turn, happened), allowed) for turn, life, allowed in chosen.queue)
        answer.missing += tuple((turn.item.id, language) for turn, _, _ in chosen.queue for language in turn.missing)
    return answer


def _chosen(candidates: list[Candidate]) -> list[Candidate]:
    """The one run that may speak; over the music of another, which ranks lower and goes on below."""
    first = sorted(candidates, key=Candidate.order)[:1]
    below = next((each for each in candidates if each.only_music_sounds()), None)
    if below is None:
        return first
    above = [each for each in candidates if each.run.rank < below.run.rank and not is_music(each.queue[0][0])]
    return [min(above, key=Candidate.order), below] if above else first


def _runs(programme: Programme, moment: Moment, happened: Happened, ahead: timedelta) -> Iterator[tuple[Run, bool]]:
    zone = ZoneInfo(programme.site.timezone)
    first, last = moment.wall - REACH, moment.wall + REACH + ahead
    begun = _begun(happened, zone)
    day = first.astimezone(zone).date()
    while day <= last.astimezone(zone).date():
        for run in runs_of_day(programme, day, begun):
            if first < run.due <= last:
                yield run, run.name in begun.get(day, ())
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


def attempt(life: Life | None) -> int:
    """How often it was begun, with the time that now sounds or is about to."""
    begun = life.starts if life else 0
    return begun if sounds(life) else begun + 1


def utterance(run: Run, turn: Turn, life: Life | None, due: datetime, allowed: Allowed) -> Utterance:
    """*turn* of *run* as the loudspeaker is told, to be heard from *due* on, with what the rules have *allowed* of it."""
    resume = resumes_at(turn, life)
    # A bundle's item is never an emergency, whatever it calls itself: those come as alerts, from other signers.
    bulletin_class = run.class_of(turn.item)
    signal = Attention.CHIME if bulletin_class is BulletinClass.ROUTINE else Attention.PRIORITY
    # A live programme that is joined again is no new one.
    joined = isinstance(turn.source, Live) and life is not None
    # A planned item begins a session only at its due time; an officer's voice begins whenever it arrives.
    opens = due == run.due or run.holder is not None
    return Utterance(
        key=turn.key,
        channel=turn.bundle.channel,
        version=turn.bundle.version,
        item=turn.item.id,
        bulletin_class=bulletin_class,
        language=turn.words.language,
        source=turn.source,
        text="\n".join(part for part in (turn.words.title, turn.words.body) if part),
        due=due,
        attention=signal if opens and not resume and not joined else Attention.NONE,
        resume=resume,
        slot_ends=run.slot_ends,
        attempt=attempt(life),
        gain=allowed.gain,
        zones=allowed.zones,
        music=is_music(turn),
        holder=run.holder,
    )


def _due(turn: Turn, happened: Happened) -> datetime:
    """When *turn* is due: a rebroadcast that came back, and what stands in for a lost one, from the moment on when that was known."""
    reception = happened.sources.get(turn.key.partition("~")[0])
    return max(turn.start, reception.at.wall) if reception else turn.start
