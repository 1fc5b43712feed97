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
from evidence.records import Outcome, Stamp

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


def within_rate(ranked: "Ranking", standing: Iterable[Message], programme: Programme, moment: Moment, happened: Happened) -> Taken:
    """Which of *standing*, messages of the feed that nothing has ended, come too thick.

    What was first seen stays taken. Of the others as many are taken as the hour has room for, in the order of *ranked*,
    and whatever one of these replaces needs no room. The rest wait until there is some, if they still stand then. Exercises take no
    room from what is real.
    """
    rules, found, superseded = programme.policy().feed, ranked.ordered(standing), ranked.superseded
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


def beyond_at_once(ranked: "Ranking", standing: Iterable[Message], programme: Programme, happened: Happened) -> dict[Identity, Limit]:
    """Which of *standing* are more than may be in force at once, in the order of *ranked*; what sounds now is said to its end."""
    rules = programme.policy().feed
    beyond = ranked.ordered(standing)[rules.at_once if rules else 0 :]
    sounding = {life.item for life in happened.utterances.values() if life.outcome is Outcome.STARTED} if beyond else set()
    return {each.identity: Limit.AT_ONCE for each in beyond if each.name not in sounding}


@dataclass(frozen=True)
class Ranking:
    """The order in which the feed is taken: real before exercise, higher level first, then the newest.

    An Update ranks at least as what it replaces: that danger is less now is as urgent as that it was great, and were it held back,
    nothing of its story would stand. What says that it was sent later than it was first seen is no newer for that.
    """

    superseded: Replaced
    levels: Mapping[Identity, int]
    hours: Mapping[Identity, float]

    def ordered(self, standing: Iterable[Message]) -> list[Message]:
        """*standing* in this order."""

        def place(message: Message) -> tuple[bool, int, float, float, Identity]:
            identity = message.identity
            return _exercise(message), -self.levels[identity], -self.hours[identity], -message.alert.sent.timestamp(), identity

        return sorted(standing, key=place)


def ranking(fed: Mapping[Identity, Message], superseded: Replaced, moment: Moment, happened: Happened) -> Ranking:
    """The ranking of *fed*, all that the feed may say here; in *superseded* comes what is replaced before what replaces it."""
    levels, hours = dict[Identity, int](), dict[Identity, float]()
    for identity in (identity for identity in superseded if identity in fed):
        message, before = fed[identity], superseded[identity] & levels.keys()
        levels[identity] = max([message.alert.level, *(levels[each] for each in before)])
        hours[identity] = max([_hour(message, moment, happened), *(hours[each] for each in before)])
    return Ranking(superseded, levels, hours)


def _hour(message: Message, moment: Moment, happened: Happened) -> float:
    seen = happened.alerts_seen.get(message.name)
    first = seen.wall if seen is not None and usable(seen.state) else moment.wall
    return (min(message.alert.sent, first) if usable(moment.state) else message.alert.sent).timestamp()


def _exercise(message: Message) -> bool:
    return message.alert.status is not Status.ACTUAL


def _within_the_hour(sights: Iterable[Stamp], moment: Moment) -> list[float]:
    """How many seconds ago the feed's alerts of the last hour were first seen, the oldest first."""
    return sorted((found for stamp in sights if (found := age(stamp, moment)) < HOUR), reverse=True)


def _room_at(sights: list[float], rules: FeedRules, moment: Moment) -> datetime | None:
    """When the hour has room for one more, if nothing else happens."""
    return in_seconds(moment, HOUR - sights[max(0, len(sights) - rules.per_hour)]) if sights else None
