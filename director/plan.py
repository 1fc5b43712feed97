"""What the officers planned: the runs of their sessions on a day, in order; without any history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bundle.base import BulletinClass
from bundle.items import Item, Session
from bundle.manifest import Bundle
from bundle.policy import Weekday
from bundle.schedule import occurrences
from director.live import live_starts
from director.loudness import loudness
from director.programme import Programme
from director.rules import addressed, no_sessions, offered, valid, withdrawn

# A program needs some moments to begin even when the officer allows no delay at all.
LEAST_WINDOW = timedelta(seconds=5)

_NOTHING_BEGUN: Mapping[date, frozenset[str]] = MappingProxyType({})
Rank = tuple[int, int, int, int]


@dataclass(frozen=True)
class Run:
    """One occurrence of a session. *rank* orders collisions: class, signed order, nearness of the channel, order in the bundle.

    *holder* is the officer who speaks live in it: that comes before whatever was planned.
    """

    channel: str
    bundle: Bundle
    session: Session
    due: datetime
    rank: Rank
    refused: str = ""
    holder: str | None = None

    @property
    def name(self) -> str:
        """What the keys of its utterances begin with."""
        return f"{self.channel}/{self.session.id}@{self.due.isoformat()}"

    def class_of(self, item: Item) -> BulletinClass:
        """The class by which *item* sounds within it: never less than its own."""
        routine = self.rank[0] == 1 and item.bulletin_class is BulletinClass.ROUTINE
        return BulletinClass.ROUTINE if routine else BulletinClass.PRIORITY

    @property
    def last_start(self) -> datetime:
        """From here on a run that has not begun is missed."""
        return self.due + max(timedelta(seconds=self.session.window), LEAST_WINDOW)

    @property
    def slot_ends(self) -> datetime:
        """From here on nothing of it begins: a late start moves the end by at most the window."""
        return self.last_start + timedelta(seconds=self.session.maximum)


def runs_of_day(programme: Programme, day: date, begun: Mapping[date, frozenset[str]] = _NOTHING_BEGUN) -> tuple[Run, ...]:
    """The runs due on the local *day* in the order of due time and rank, each refused or not by the rules of the day.

    *begun* names the runs that have really sounded, by day: they count against the limits, also when a newer bundle no
    longer plans them, and are not cut off when a newer bundle plans earlier ones.
    """
    caps, of_day = programme.caps(), begun.get(day, frozenset())
    counted, judged, full = set(of_day), [], _week_is_full(programme, day, begun)
    for run in _open_runs(programme, day):
        reason = run.refused
        if not reason and run.name not in of_day and full:
            reason = f"quá {caps.days_per_week} ngày có buổi phát một tuần / more days with sessions than a week may have"
        elif not reason and run.name not in of_day and len(counted) >= caps.sessions_per_day:
            reason = f"quá {caps.sessions_per_day} buổi một ngày / more sessions than a day may have"
        elif not reason:
            counted.add(run.name)
        judged.append(replace(run, refused=reason))
    return tuple(judged)


def _week_is_full(programme: Programme, day: date, begun: Mapping[date, frozenset[str]]) -> bool:
    """Whether the week of *day*, from Monday on, had all its days with sessions before it: that sounded, or are planned."""
    most = programme.caps().days_per_week
    if most >= len(Weekday):
        return False
    earlier = (day - timedelta(days=back) for back in range(1, day.weekday() + 1))
    return sum(1 for each in earlier if begun.get(each) or _planned_on(programme, each)) >= most


def _planned_on(programme: Programme, day: date) -> bool:
    # A bundle made after the due time is no reason to say that its session took a day.
    return any(not run.refused and run.due >= run.bundle.made for run in _open_runs(programme, day))


def _open_runs(programme: Programme, day: date) -> Iterator[Run]:
    """The runs due on *day* in order, refused by what the caps have no part in."""
    zone = ZoneInfo(programme.site.timezone)
    after, before = (datetime.combine(day + timedelta(days=n), datetime.min.time(), zone) for n in (0, 1))
    closed, limits = no_sessions(programme.policy(), day), loudness(programme, after, before)
    for run in sorted(_planned(programme, after, before), key=lambda run: (run.due, run.rank)):
        stop = withdrawn(programme, run.bundle, run.session.id)
        # A priority item within a routine session may pass where routine is silent.
        named = (run.class_of(each) for each in (*run.bundle.announcements, *run.bundle.rebroadcasts) if each.id in run.session.order)
        wanted = max(named, key=_HIGHER.index)
        hushed = limits.whole(wanted, run.session.zones, run.due, timedelta(0)).refused
        yield replace(run, refused=f"đã bị rút / withdrawn: {stop.reason}" if stop else closed or hushed)


_BEFORE_ALL: Rank = (-1, 0, 0, 0)
_HIGHER = (BulletinClass.ROUTINE, BulletinClass.PRIORITY)


def _planned(programme: Programme, after: datetime, before: datetime) -> Iterator[Run]:
    for live in live_starts(programme):
        if after <= live.due < before and addressed(programme, live.session):
            yield Run(live.bundle.channel, live.bundle, live.session, live.due, _BEFORE_ALL, holder=live.holder)
    signed = programme.policy().collision_order
    for nearness, cell in enumerate(reversed(programme.cells)):
        for order, session in enumerate(cell.bundle.sessions if cell.bundle else ()):
            rank = (
                int(session.bulletin_class is BulletinClass.ROUTINE),
                _in_signed_order(signed, cell.channel, session.id),
                nearness,
                order,
            )
            if cell.bundle is None or offered(programme, cell.channel, session) or not addressed(programme, session):
                continue
            for due in _occurrences(session.schedule, after, before):
                if valid(session, due):
                    yield Run(cell.channel, cell.bundle, session, due, rank)


def _in_signed_order(signed: tuple[str, ...], channel: str, session: str) -> int:
    """The place of a session in the commune's collision order, by its own name or its channel's; after all those that are named."""
    named = (place for place, name in enumerate(signed) if name in (f"{channel}/{session}", channel))
    return next(named, len(signed))


# Counting a rule from its first day on is slow and asked for many times a day with the same answer.
_occurrences = lru_cache(maxsize=4096)(occurrences)
