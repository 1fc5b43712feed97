"""What of the feed is taken, which no person signs: what the signed policy allows it, and never a flood."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from bundle.alert import Identity, MessageType, Status
from bundle.area import covers
from bundle.policy import FeedRules
from director.age import age, in_seconds, usable
from director.decision import Limit
from director.happened import Happened
from director.messages import Message
from director.moment import Moment
from director.programme import Programme
from evidence.records import Stamp

HOUR = 3600.0
Replaced = Mapping[Identity, Set[Identity]]


@dataclass(frozen=True)
class Taken:
    """What is held back of the feed, each with its limit; *room* is when the hour lets one more in."""

    held_back: Mapping[Identity, Limit] = field(default_factory=dict)
    room: datetime | None = None


def feed_heeded(programme: Programme) -> bool:
    """Whether the nearest signed policy lets the feed do anything at this place."""
    return _shut(programme) is None


def _shut(programme: Programme) -> Limit | None:
    rules = programme.policy().feed
    if rules is None:
        return Limit.NO_RULES
    return None if any(covers(area, programme.site.place) for area in rules.areas) else Limit.AREA


def beyond_rules(message: Message, programme: Programme) -> Limit | None:
    """What the nearest signed policy does not allow the feed at all; a Cancel has no level, for it only ends what the feed began."""
    rules = programme.policy().feed
    if not message.feed:
        return None
    if rules is None or not feed_heeded(programme):
        return _shut(programme)
    too_high = message.alert.level > rules.level and message.alert.message_type is not MessageType.CANCEL
    return Limit.LEVEL if too_high else None


def too_early(message: Message, programme: Programme, moment: Moment) -> datetime | None:
    """When a message of the feed may be taken that says that it was sent later than now; None when it may be by now.

    Else a hand on the feed's key would hold every place of the newest for as long as it likes. Without a clock nobody knows. A Cancel
    only ends what the feed began.
    """
    rules = programme.policy().feed
    if not message.feed or rules is None or not usable(moment.state) or message.alert.message_type is MessageType.CANCEL:
        return None
    begins = message.alert.sent - timedelta(seconds=rules.ahead)
    return begins if begins > moment.wall else None


def within_rate(standing: Iterable[Message], superseded: Replaced, programme: Programme, moment: Moment, happened: Happened) -> Taken:
    """Which of *standing*, messages of the feed that nothing has ended, come too thick.

    What was first seen stays taken. Of the others as many are taken as the hour has room for, in the order of :func:`_first_of_all`,
    and whatever one of these replaces needs no room. The rest wait until there is some, if they still stand then. Exercises take no
    room from what is real.
    """
    rules, found = programme.policy().feed, _first_of_all(standing, superseded, moment, happened)
    if rules is None or all(each.name in happened.alerts_seen for each in found):
        return Taken()
    real = _within_the_hour(happened.feed_sights, moment)
    every = sorted((*real, *_within_the_hour(happened.exercise_sights, moment)), reverse=True)
    taken, held_back = 0, dict[Identity, Limit]()
    replaced = set(chain.from_iterable(superseded[each.identity] for each in found if each.name in happened.alerts_seen))
    for each in (each for each in found if each.name not in happened.alerts_seen):
        full = rules.per_hour - taken <= len(every if _exercise(each) else real)
        if full and each.identity not in replaced:
            held_back[each.identity] = Limit.RATE
        else:
            taken += each.identity not in replaced
            replaced |= superseded[each.identity]
    waiting = [each for each in found if each.identity in held_back]
    return Taken(held_back, _room_at(every if all(map(_exercise, waiting)) else real, rules, moment) if waiting else None)


def beyond_at_once(
    standing: Iterable[Message], superseded: Replaced, programme: Programme, moment: Moment, happened: Happened
) -> dict[Identity, Limit]:
    """Which of *standing* are more than may be in force at once, in the order of :func:`_first_of_all`."""
    rules = programme.policy().feed
    most = rules.at_once if rules else 0
    return {each.identity: Limit.AT_ONCE for each in _first_of_all(standing, superseded, moment, happened)[most:]}


def _first_of_all(standing: Iterable[Message], superseded: Replaced, moment: Moment, happened: Happened) -> list[Message]:
    """*standing* in the order in which it is taken: real before exercise, higher level first, then the newest.

    An Update has at least the level of what it replaces: that danger is less now is as urgent as that it was great. What says that it
    was sent later than it was first seen is no newer for that.
    """
    levels = dict[Identity, int]()
    found = sorted(standing, key=lambda each: (each.alert.sent, each.identity))
    for each in found:
        levels[each.identity] = max(each.alert.level, *(levels.get(before, 0) for before in superseded[each.identity]), 0)

    def order(message: Message) -> tuple[bool, int, float, Identity]:
        seen = happened.alerts_seen.get(message.name)
        first = seen.wall if seen is not None and usable(seen.state) else moment.wall
        sent = min(message.alert.sent, first) if usable(moment.state) else message.alert.sent
        return _exercise(message), -levels[message.identity], -sent.timestamp(), message.identity

    return sorted(found, key=order)


def _exercise(message: Message) -> bool:
    return message.alert.status is not Status.ACTUAL


def _within_the_hour(sights: Iterable[Stamp], moment: Moment) -> list[float]:
    """How many seconds ago the feed's alerts of the last hour were first seen, the oldest first."""
    return sorted((found for stamp in sights if (found := age(stamp, moment)) < HOUR), reverse=True)


def _room_at(sights: list[float], rules: FeedRules, moment: Moment) -> datetime | None:
    """When the hour has room for one more, if nothing else happens."""
    return in_seconds(moment, HOUR - sights[max(0, len(sights) - rules.per_hour)]) if sights else None
