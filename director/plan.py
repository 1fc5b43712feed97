"""What the officers planned: the runs of their sessions on a day, in order; without any history."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bundle.base import BulletinClass
from bundle.items import Session
from bundle.manifest import Bundle
from bundle.schedule import occurrences
from director.programme import Programme
from director.rules import addressed, quiet_on, session_weekday, valid, withdrawn

# A program needs some moments to begin even when the officer allows no delay at all.
LEAST_WINDOW = timedelta(seconds=5)
QUIET = "giờ yên tĩnh / quiet hours"


@dataclass(frozen=True)
class Run:
    """One occurrence of a session. *rank* orders collisions: class, nearness of the channel, order in the bundle."""

    channel: str
    bundle: Bundle
    session: Session
    due: datetime
    rank: tuple[int, int, int]
    refused: str = ""

    @property
    def name(self) -> str:
        """What the keys of its utterances begin with."""
        return f"{self.channel}/{self.session.id}@{self.due.isoformat()}"

    @property
    def last_start(self) -> datetime:
        """From here on a run that has not begun is missed."""
        return self.due + max(timedelta(seconds=self.session.window), LEAST_WINDOW)

    @property
    def slot_ends(self) -> datetime:
        """From here on nothing of it begins: a late start moves the end by at most the window."""
        return self.last_start + timedelta(seconds=self.session.maximum)


def runs_of_day(programme: Programme, day: date, begun: frozenset[str] = frozenset()) -> tuple[Run, ...]:
    """The runs due on the local *day* in the order of due time and rank, each refused or not by the rules of the day.

    *begun* names the runs of that day that have really sounded: they count against the limit, also when a newer bundle no
    longer plans them, and are not cut off when a newer bundle plans earlier ones.
    """
    policy, zone = programme.policy(), ZoneInfo(programme.site.timezone)
    hush = [*quiet_on(programme, day - timedelta(days=1)), *quiet_on(programme, day)]
    counted, judged = set(begun), []
    for run in sorted(_planned(programme, day, zone), key=lambda run: (run.due, run.rank)):
        reason = ""
        if stop := withdrawn(programme, run.bundle, run.session.id):
            reason = f"đã bị rút / withdrawn: {stop.reason}"
        elif not session_weekday(policy, run.due, zone):
            reason = "hôm nay không có buổi phát / no sessions on this weekday"
        elif any(start <= run.due < end for start, end in hush):
            reason = QUIET
        elif run.name not in begun and len(counted) >= policy.sessions_per_day:
            reason = f"quá {policy.sessions_per_day} buổi một ngày / more sessions than a day may have"
        else:
            counted.add(run.name)
        judged.append(replace(run, refused=reason))
    return tuple(judged)


def _planned(programme: Programme, day: date, zone: ZoneInfo) -> Iterator[Run]:
    after, before = (datetime.combine(day + timedelta(days=n), datetime.min.time(), zone) for n in (0, 1))
    for nearness, cell in enumerate(reversed(programme.cells)):
        for order, session in enumerate(cell.bundle.sessions if cell.bundle else ()):
            # An emergency is an alert; a session that calls itself one gains nothing over priority (FIELD: never raised).
            rank = (int(session.bulletin_class is BulletinClass.ROUTINE), nearness, order)
            # Routine from above is an offer: it sounds only when the commune's own programme contains it.
            offer = rank[0] == 1 and cell.channel != programme.own()
            if cell.bundle is None or offer or not addressed(programme, session):
                continue
            for due in _occurrences(session.schedule, after, before):
                if valid(session, due):
                    yield Run(cell.channel, cell.bundle, session, due, rank)


# Counting a rule from its first day on is slow and asked for many times a day with the same answer.
_occurrences = lru_cache(maxsize=4096)(occurrences)
