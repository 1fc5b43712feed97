"""What of the feed is taken, which no person signs: what the signed policy allows it, and never a flood."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from bundle.alert import Identity, MessageType, Status
from bundle.area import covers
from bundle.policy import FeedRules
from director.age import age, in_seconds
from director.decision import Limit
from director.happened import Happened
from director.messages import Message
from director.moment import Moment
from director.programme import Programme

HOUR = 3600.0


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


def within_rate(
    standing: Iterable[Message], superseded: Mapping[Identity, Set[Identity]], programme: Programme, moment: Moment, happened: Happened
) -> Taken:
    """Which of *standing*, messages of the feed that nothing has ended, come too thick.

    What was first seen stays taken. Of the others the newest come first, as many as the hour has room for, and whatever one of these
    replaces needs no room. The rest wait until there is some, if they still stand then.
    """
    rules = programme.policy().feed
    found = sorted(standing, key=_newest_first)
    if rules is None or all(each.name in happened.alerts_seen for each in found):
        return Taken()
    sights = _within_the_hour(happened, moment)
    taken = {each.identity for each in found if each.name in happened.alerts_seen}
    room, held_back = rules.per_hour - len(sights), dict[Identity, Limit]()
    replaced = set(chain.from_iterable(superseded[identity] for identity in taken))
    for each in (each for each in found if each.identity not in taken):
        if each.identity in replaced or room > 0:
            replaced |= superseded[each.identity]
            room -= each.identity not in replaced
        else:
            held_back[each.identity] = Limit.RATE
    return Taken(held_back, _room_at(sights, rules, moment) if held_back else None)


def beyond_at_once(standing: Iterable[Message], programme: Programme) -> dict[Identity, Limit]:
    """Which of *standing* are more than may be in force at once: the newest stay, and no exercise takes the place of something real."""
    rules = programme.policy().feed
    most = rules.at_once if rules else 0
    return {each.identity: Limit.AT_ONCE for each in sorted(standing, key=_newest_first)[most:]}


def _newest_first(message: Message) -> tuple[bool, float, Identity]:
    alert = message.alert
    return alert.status is not Status.ACTUAL, -alert.sent.timestamp(), message.identity


def _within_the_hour(happened: Happened, moment: Moment) -> list[float]:
    """How many seconds ago the feed's alerts of the last hour were first seen, the oldest first."""
    return sorted((found for stamp in happened.feed_sights if (found := age(stamp, moment)) < HOUR), reverse=True)


def _room_at(sights: list[float], rules: FeedRules, moment: Moment) -> datetime | None:
    """When the hour has room for one more, if nothing else happens."""
    return in_seconds(moment, HOUR - sights[max(0, len(sights) - rules.per_hour)]) if sights else None
