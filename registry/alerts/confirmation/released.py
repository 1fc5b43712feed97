"""Which alerts the release tree has released, since which version of which list, and how each has ended."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bundle.alert import Alert, AlertSet, Identity, MessageType
from bundle.area import covers
from bundle.policy import MOST_AN_HOUR, MOST_AT_ONCE, FeedRules, Policy, StopList
from bundle.trust import Target, path_for, role_for, unpack
from bundle.trust.documents import parse_document
from bundle.trust.verify import issued_in
from director.alerts import Held, Standing, held_alerts
from director.happened import Happened
from director.moment import Moment
from director.programme import Cell, Programme
from director.programme import Site as Place
from evidence.records import ClockState
from registry.alerts.confirmation.raised import Ended, Raised
from registry.trust.site import Site

log = logging.getLogger(__name__)

LOOK_BACK = 300
"""Versions of a list: what an older one named first is taken to have come with the oldest that is read."""
LISTS = (Target.ALERTS, Target.FEED)
_NEVER = datetime.min.replace(tzinfo=UTC)
_View = tuple[str, str, str]
"""Who judges: follows which channel, at which place, as which unit."""
EXPIRY_SEEN_WITHIN = timedelta(seconds=1)
"""While nothing is released only expiries change anything: everybody who looks within this time gets the same answer."""


@dataclass(frozen=True)
class _First:
    """The first *version* that named something, and when it was *issued*."""

    version: int
    issued: datetime


@dataclass
class _Read:
    """What was read of one list, all of it up to version *upto*: the newest words of each alert, and since when each identity is named."""

    upto: int = 0
    newest: AlertSet | StopList | None = None
    words: dict[Identity, Alert] = field(default_factory=dict)
    first: dict[Identity, _First] = field(default_factory=dict)


@dataclass
class Releases:
    """The alerts of *site*; every version of a list is read once. Not for two threads at once.

    What is damaged in one place takes the stop from no other: what was read before stays, and it is tried again with each look.
    """

    site: Site
    _read: dict[tuple[str, Target], _Read] = field(default_factory=dict)
    _announced: dict[str, bytes] = field(default_factory=dict)
    _judged: Mapping[str, bytes] = field(default_factory=dict)
    _found: tuple[Raised, ...] = ()
    _found_at: datetime = _NEVER

    def unread(self) -> list[str]:
        """The channels in which something was released that nobody has looked at."""
        return [channel for channel in self.site.channels() if self._announced.get(channel) != self._timestamp(channel)]

    def raised(self, now: datetime) -> tuple[Raised, ...]:
        """Every alert that was seen, Cancels apart, the newest first: once for each channel that released it, not for those below."""
        if self._announced != self._judged or not timedelta() <= now - self._found_at < EXPIRY_SEEN_WITHIN:
            self._found = tuple(sorted(self._raised(now), key=lambda each: each.alert.sent, reverse=True))
            self._found_at, self._judged = now, dict(self._announced)
        return self._found

    def _raised(self, now: datetime) -> Iterator[Raised]:
        views: dict[_View, Mapping[Identity, Held]] = {}
        named: defaultdict[Identity, list[tuple[str, Target]]] = defaultdict(list)
        for (channel, target), read in sorted(self._read.items(), key=lambda item: (len(item[0][0]), item[0])):
            for identity in read.words:
                named[identity].append((channel, target))
        for identity, where in named.items():
            for top in _topmost(channel for channel, _ in where):
                below = [each for each in where if covers(top, each[0])]
                alert = self._read[below[0]].words[identity]
                if alert.message_type is not MessageType.CANCEL:
                    yield self._with_end(self._by(top, alert, below), now, views)

    def _by(self, channel: str, alert: Alert, where: Iterable[tuple[str, Target]]) -> Raised:
        firsts = {path_for(*each): self._read[each].first[alert.identity()] for each in where}
        issued = min(first.issued for first in firsts.values())
        return Raised(alert, channel, issued, {path: first.version for path, first in firsts.items()})

    def look(self, channel: str) -> None:
        """Read what *channel* has released since the last time, if anything: the first time its history."""
        announced = self._timestamp(channel)
        if self._announced.get(channel) == announced:
            return
        try:
            cell = self.site.cell(channel)
        except Exception:
            log.exception("%s", channel)
            return
        whole = [self._take(channel, target, cell.version(role_for(target).value)) for target in (*LISTS, Target.STOP)]
        if all(whole):
            self._announced[channel] = announced

    def _timestamp(self, channel: str) -> bytes:
        try:
            return self.site.metadata(channel, "timestamp").read_bytes()
        except OSError:
            # Whoever reads the rest of it says what is wrong.
            return b""

    def _take(self, channel: str, target: Target, newest: int) -> bool:
        """Whether every version could be read; the others are read all the same."""
        read, whole = self._read.setdefault((channel, target), _Read()), True
        for version in range(max(read.upto, newest - LOOK_BACK) + 1, newest + 1):
            try:
                self._read_one(read, channel, target, version)
            except Exception:
                log.exception("%s v%s", path_for(channel, target), version)
                whole = False
            if whole:
                read.upto = version
        return whole

    def _read_one(self, read: _Read, channel: str, target: Target, version: int) -> None:
        path = self.site.history(channel, target, version)
        if not path.exists():
            return
        pack = unpack(path.read_bytes(), str(path))
        document, issued = parse_document(pack.content.encode(), channel, target), _issued(pack.timestamp, str(path))
        if isinstance(document, AlertSet | StopList):
            read.newest = document
            for identity in self._named(read, document):
                read.first.setdefault(identity, _First(version, issued))

    @staticmethod
    def _named(read: _Read, document: AlertSet | StopList) -> Iterable[Identity]:
        if isinstance(document, StopList):
            return [reference.identity() for reference in document.cancelled]
        read.words |= {alert.identity(): alert for alert in document.alerts}
        return [alert.identity() for alert in document.alerts]

    def _with_end(self, raised: Raised, now: datetime, views: dict[_View, Mapping[Identity, Held]]) -> Raised:
        """*raised* with how it has ended by *now*, as a unit with a good clock judges it that has everything; places share *views*."""
        alert = raised.alert
        view = (raised.channel, (*alert.areas, raised.channel)[0], alert.units[0] if alert.units else "registry")
        if view not in views:
            found = held_alerts(self._programme(*view), Moment(now, ClockState.TRUSTED, "registry", 0.0), Happened())
            views[view] = {each.identity: each for each in found}
        held = views[view]
        mine = held[alert.identity()]
        match mine.standing:
            case Standing.IN_FORCE | Standing.HELD_BACK | Standing.NOT_MEANT:
                return raised
            case Standing.EXPIRED:
                return replace(raised, ended=Ended(mine.standing, mine.ends))
            case Standing.CANCELLED | Standing.SUPERSEDED:
                return replace(raised, ended=self._ended_by(raised, mine, held.values()))

    def _programme(self, channel: str, place: str, unit: str) -> Programme:
        """Everything that could end an alert of *channel*, as it is seen by *unit* at *place*."""
        site = Place(unit, place, "", (channel,), ("vi",))
        above = {each for each, _ in self._read if covers(each, channel)}
        return Programme(site, tuple(self._cell(each) for each in sorted(above, key=len)))

    def _cell(self, channel: str) -> Cell:
        lists = {target: self._read[channel, target] for target in (*LISTS, Target.STOP)}
        stop = lists[Target.STOP].newest
        return Cell(
            channel,
            _NEVER,
            earlier_alerts=tuple(lists[Target.ALERTS].words.values()),
            # As if its newest list named all: units bound what they keep of a feed's earlier lists, here the end of each is asked for.
            feed=AlertSet(format=1, channel=channel).model_copy(update={"alerts": tuple(lists[Target.FEED].words.values())}),
            # What the feed may do each unit judges by its own policy and hour; here it is asked only how an alert ended.
            policy=Policy(format=1, channel=channel, feed=FeedRules(areas=(channel,), at_once=MOST_AT_ONCE, per_hour=MOST_AN_HOUR)),
            stop=stop if isinstance(stop, StopList) else None,
        )

    def _ended_by(self, raised: Raised, mine: Held, held: Iterable[Held]) -> Ended:
        """By which list, and since when: whichever came first of those that name it in a stop, a Cancel or an Update."""
        enders = {each.identity for each in held if mine.identity in each.ends_what}
        found: dict[str, _First] = {}
        for (channel, target), read in self._read.items():
            if covers(channel, raised.channel):
                names = {mine.identity} if target is Target.STOP else enders
                firsts = [read.first[name] for name in names if name in read.first]
                if firsts:
                    found[path_for(channel, target)] = min(firsts, key=lambda first: first.version)
        at = min((first.issued for first in found.values()), default=mine.ends)
        return Ended(mine.standing, at, {path: first.version for path, first in found.items()})


def _issued(timestamp: str, where: str) -> datetime:
    signed: Mapping[str, object] = json.loads(timestamp)["signed"]
    return issued_in(signed, where)


def _topmost(channels: Iterable[str]) -> list[str]:
    """Those of *channels* above which there is no other, each once."""
    found = dict.fromkeys(channels)
    return [each for each in found if not any(covers(other, each) for other in found if other != each)]
