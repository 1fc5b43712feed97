"""The turns within one run of a session: announcements, rebroadcasts, and what stands in for a rebroadcast; without any history."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bundle.asset import Clip
from bundle.items import Announcement, Rebroadcast, Wording
from bundle.manifest import Bundle
from director.decision import Live
from director.languages import choose
from director.plan import Run
from director.programme import Programme
from director.rules import addressed, valid, withdrawn


@dataclass(frozen=True)
class Turn:
    """One item within a run; *start* is when it is planned to begin, *words* stand on the board, *refused* says why it may not sound.

    *stand_ins* take its place, in this order, while it is a rebroadcast that cannot be received.
    """

    key: str
    bundle: Bundle
    item: Announcement | Rebroadcast
    source: Clip | Live
    words: Wording
    start: datetime
    missing: tuple[str, ...] = ()
    refused: str = ""
    stand_ins: tuple["Turn", ...] = ()

    @property
    def length(self) -> timedelta:
        """How long it sounds."""
        match self.source:
            case Clip() as clip:
                return timedelta(seconds=clip.duration)
            case Live() as live:
                return live.ends - self.start


def turns(programme: Programme, run: Run) -> tuple[Turn, ...]:
    """What *run* brings for this unit, in order.

    A key's number says the how-manieth time the same item stands in the session (0 is the first), so that it stays
    the same when a newer bundle puts another item before it, and nothing is spoken twice.
    """
    cap = timedelta(seconds=min(run.session.maximum, programme.caps().minutes_per_session * 60))
    start, repeats, found = run.due, Counter[str](), []
    for item in _in_order(run):
        number = repeats[item.id]
        repeats[item.id] += 1
        if not addressed(programme, item) or not valid(item, run.due):
            continue
        turn = _turn(programme, run, item, f"{run.name}/{number}:{item.id}", start)
        stop = withdrawn(programme, run.bundle, item.id)
        reason = run.refused or (f"đã bị rút / withdrawn: {stop.reason}" if stop else "")
        if not reason and start + turn.length > run.due + cap:
            reason = f"dài quá {cap.total_seconds():g} giây của buổi phát / longer than the session may be"
        found.append(replace(turn, refused=reason))
        if not reason:
            start += turn.length
    return tuple(found)


def _in_order(run: Run) -> Iterator[Announcement | Rebroadcast]:
    named: dict[str, Announcement | Rebroadcast] = {item.id: item for item in run.bundle.announcements}
    named |= {item.id: item for item in run.bundle.rebroadcasts}
    return (named[name] for name in run.session.order)


def _turn(programme: Programme, run: Run, item: Announcement | Rebroadcast, key: str, start: datetime) -> Turn:
    match item:
        case Announcement():
            return _spoken(programme, run.bundle, item, key, start)
        case Rebroadcast():
            source = Live(item.url, start + timedelta(seconds=item.duration), item.gain)
            words = Wording(language=item.language, title=item.title)
            # Only what was planned has something to fall back on; an officer who is not heard leaves silence.
            stand_ins = () if run.holder else _stand_ins(programme, run, item, key, start)
            return Turn(key, run.bundle, item, source, words, start, stand_ins=stand_ins)


def _spoken(programme: Programme, bundle: Bundle, item: Announcement, key: str, start: datetime) -> Turn:
    spoken, missing = choose(item.versions, programme.site.languages)
    words = Wording(language=spoken.language, title=spoken.title, body=spoken.body)
    return Turn(key, bundle, item, spoken.clip, words, start, missing)


def _stand_ins(programme: Programme, run: Run, live: Rebroadcast, key: str, start: datetime) -> tuple[Turn, ...]:
    """Its own fallback, then the local bulletin of this unit's commune; what is withdrawn or not for this village is passed over."""
    own = programme.cell(programme.own())
    named = [(run.bundle, name) for name in live.fallback]
    named += [(own.bundle, name) for name in own.bundle.local_bulletin] if own and own.bundle else []
    found: dict[str, Turn] = {}
    for bundle, name in named:
        item = next(item for item in bundle.announcements if item.id == name)
        its_key = f"{key}~{bundle.channel}:{name}"
        fits = addressed(programme, item) and valid(item, start) and not withdrawn(programme, bundle, name)
        if fits and its_key not in found:
            found[its_key] = _spoken(programme, bundle, item, its_key, start)
            start += found[its_key].length
    return tuple(found.values())
