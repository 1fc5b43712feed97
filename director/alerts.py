"""Which alerts stand: dedup by identity; cancelled, superseded, expired, held back and in force are different things."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from graphlib import TopologicalSorter
from itertools import chain

from bundle.alert import LONGEST_LIFE, Alert, Identity, MessageType, Status
from director.decision import FirstSight, HeldBack, Limit
from director.feed import beyond_at_once, beyond_rules, feed_heeded, ranking, too_early, within_rate
from director.happened import Happened
from director.messages import Message, Messages, cancelled_by, ends, messages, stopped_by_one, superseded_by, updates_by_name
from director.moment import Moment
from director.programme import Programme


class Standing(StrEnum):
    """Where an alert stands in its life; NOT_MEANT is another place's, a draft, a system message or itself a Cancel.

    HELD_BACK is one of the feed that would be in force, but is more than the signed policy lets the feed do.
    """

    IN_FORCE = "in-force"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    HELD_BACK = "held-back"
    NOT_MEANT = "not-meant"


@dataclass(frozen=True)
class Held:
    """An alert as this unit holds it: who published it, and when it ends by this moment's clock.

    *ends_what* are those that it ends or replaces, with what those replaced before. *feed*: no person signed it, and *limit* is what
    holds it back, if anything; *room* is when the rate lets it in.
    """

    channel: str
    version: int
    alert: Alert
    identity: Identity
    standing: Standing
    ends: datetime
    ends_what: frozenset[Identity] = frozenset()
    feed: bool = False
    limit: Limit | None = None
    room: datetime | None = None

    @property
    def name(self) -> str:
        """The identity as journals write it."""
        return str(self.identity)


def held_alerts(programme: Programme, moment: Moment, happened: Happened) -> tuple[Held, ...]:
    """Every message this unit holds with its standing; those in force first, in the order of their importance."""
    found = messages(programme.cells)
    return tuple(sorted(_Weighing(found, programme, moment, _credible(happened, programme)).held(), key=_importance))


def in_force(held: tuple[Held, ...]) -> tuple[Held, ...]:
    """What shows and sounds now; while something real is in force, exercises and tests wait."""
    standing = tuple(each for each in held if each.standing is Standing.IN_FORCE)
    return tuple(each for each in standing if each.alert.status is Status.ACTUAL) or standing


def held_back(held: tuple[Held, ...]) -> tuple[HeldBack, ...]:
    """What of the feed would be in force, but for its limits."""
    return tuple(HeldBack(each.name, each.alert.event, each.limit) for each in held if _waits(each) and each.limit)


def feed_edges(held: tuple[Held, ...]) -> Iterator[datetime]:
    """When time alone changes what is taken of the feed."""
    for each in (each for each in held if each.feed):
        yield each.ends
        if each.room is not None:
            yield each.room


def all_clears(held: tuple[Held, ...], programme: Programme, moment: Moment, happened: Happened) -> Iterator[Held]:
    """The Cancels for this place that have not grown old and ended something; whether people heard of it is for the airings.

    What several Cancels end is announced once, by the one that was held first. It is not over while what replaced it is in force.
    """
    goes_on = frozenset(chain.from_iterable(each.ends_what for each in held if each.standing is Standing.IN_FORCE))
    cancels = {each.name: replace(each, ends_what=each.ends_what - goes_on) for each in held if _is_cancel(each)}
    before = [cancels[name] for name in happened.alerts_seen if name in cancels] if cancels else []
    new = sorted((each for each in cancels.values() if each.name not in happened.alerts_seen), key=_first_sent)
    ended = set[Identity]()
    for each in (*before, *new):
        if programme.site.addressed(each.alert.areas, each.alert.units) and each.ends_what - ended:
            ended |= each.ends_what
            if each.ends > moment.wall:
                yield each


def unseen(held: tuple[Held, ...], programme: Programme, moment: Moment, happened: Happened) -> tuple[FirstSight, ...]:
    """What is meant for this place and not in the history yet; whoever holds it writes an AlertSeen at once.

    Of the feed only what is taken, so that a flood of it fills no journal.
    """
    ours = [each for each in held if not each.feed and programme.site.addressed(each.alert.areas, each.alert.units)]
    fed = [each for each in held if each.feed and (each.standing is Standing.IN_FORCE or each.limit is Limit.AT_ONCE)]
    fed += [each for each in all_clears(held, programme, moment, happened) if each.feed]
    new = [each for each in ours if each.name not in happened.signed_seen]
    new += [each for each in fed if each.name not in happened.alerts_seen]
    # In this order Cancels are announced; their first sights keep it.
    new.sort(key=_first_sent)
    return tuple(FirstSight(each.name, each.channel, each.feed, each.alert.status is not Status.ACTUAL) for each in new)


def _credible(happened: Happened, programme: Programme) -> Happened:
    """*happened* without a latest hour at which nothing of the newest signed date could stand any more.

    A clock that was wrong by years once, and believed, would end every alert to come for as long as the clock is unknown.
    """
    end = programme.signed_until(programme.own()) + LONGEST_LIFE
    return replace(happened, latest=None) if happened.latest is not None and happened.latest.wall > end else happened


def _waits(held: Held) -> bool:
    return held.standing is Standing.HELD_BACK


def _is_cancel(held: Held) -> bool:
    return held.alert.message_type is MessageType.CANCEL


@dataclass(frozen=True)
class _Weighing:
    """One weighing of all messages against each other."""

    found: Messages
    programme: Programme
    moment: Moment
    happened: Happened

    def held(self) -> tuple[Held, ...]:
        heeded = self.found if feed_heeded(self.programme) else {name: each for name, each in self.found.items() if not each.feed}
        updates, nothing = updates_by_name(heeded), dict.fromkeys(self.found, frozenset[Identity]())
        cancelled = nothing | {name: cancelled_by(each, self.found, updates) for name, each in heeded.items()}
        superseded = _replaced_first(nothing | {name: superseded_by(each, self.found) for name, each in heeded.items()})
        gone = stopped_by_one(self.programme.cells, self.found).union(*cancelled.values())
        plain = {each.identity: self._plain(each, gone) for each in self.found.values()}
        may_say = {identity: self.found[identity] for identity, each in plain.items() if _may_say(each)}
        fed = [message for identity, message in may_say.items() if plain[identity].standing is Standing.IN_FORCE]
        ranked = ranking(may_say, superseded, self.moment, self.happened)
        rate = within_rate(ranked, fed, self.programme, self.moment, self.happened)
        plain |= {identity: replace(plain[identity], limit=limit, room=rate.room) for identity, limit in rate.held_back.items()}
        old = set(chain.from_iterable(replaced for identity, replaced in superseded.items() if plain[identity].limit is None))
        weighed = {identity: _weigh(each, old) for identity, each in plain.items()}
        standing = [each for each in fed if weighed[each.identity].standing is Standing.IN_FORCE]
        for identity, limit in beyond_at_once(ranked, standing, self.programme, self.happened).items():
            weighed[identity] = replace(weighed[identity], standing=Standing.HELD_BACK, limit=limit)
        stories = _stories(superseded)
        return tuple(
            replace(each, ends_what=stories[identity].union(cancelled[identity], *(stories[one] for one in cancelled[identity])))
            for identity, each in weighed.items()
        )

    def _plain(self, message: Message, gone: Set[Identity]) -> Held:
        """The standing of *message* as far as neither updates nor floods decide it."""
        alert, end = message.alert, ends(message, self.programme, self.moment, self.happened)
        if alert.message_type is MessageType.CANCEL or not message.counts or not self.programme.site.addressed(alert.areas, alert.units):
            standing = Standing.NOT_MEANT
        elif message.identity in gone:
            standing = Standing.CANCELLED
        else:
            standing = Standing.EXPIRED if end <= self.moment.wall else Standing.IN_FORCE
        limit, room = beyond_rules(message, self.programme), None
        if limit is None and (room := too_early(message, self.programme, self.moment)):
            limit = Limit.AHEAD
        return Held(message.channel, message.version, alert, message.identity, standing, end, feed=message.feed, limit=limit, room=room)


def _may_say(each: Held) -> bool:
    """Whether the feed may say this here, as far as the policy judges it alone."""
    return each.feed and each.limit is None and each.standing is not Standing.NOT_MEANT


def _replaced_first(superseded: Mapping[Identity, Set[Identity]]) -> dict[Identity, Set[Identity]]:
    """*superseded* in an order in which what is replaced comes before what replaces it; none replaces itself by way of others."""
    return {identity: superseded[identity] for identity in TopologicalSorter(superseded).static_order()}


def _stories(superseded: Mapping[Identity, Set[Identity]]) -> dict[Identity, frozenset[Identity]]:
    """What each replaces, with what those replaced before: people may have heard any of it."""
    found = dict[Identity, frozenset[Identity]]()
    for identity, replaced in superseded.items():
        found[identity] = frozenset(replaced).union(*(found[each] for each in replaced))
    return found


def _weigh(each: Held, old: Set[Identity]) -> Held:
    """SUPERSEDED comes before EXPIRED, which comes before HELD_BACK."""
    if each.standing in (Standing.IN_FORCE, Standing.EXPIRED) and each.identity in old:
        return replace(each, standing=Standing.SUPERSEDED)
    if each.standing is Standing.IN_FORCE and each.limit is not None:
        return replace(each, standing=Standing.HELD_BACK)
    return each


def _first_sent(held: Held) -> tuple[datetime, Identity]:
    return held.alert.sent, held.identity


def _importance(held: Held) -> tuple[bool, bool, bool, int, float, Identity]:
    """In force first, real before exercise, what persons signed before the feed, higher level first, then the newer."""
    alert = held.alert
    in_force_first = held.standing is not Standing.IN_FORCE
    return in_force_first, alert.status is not Status.ACTUAL, held.feed, -alert.level, -alert.sent.timestamp(), held.identity
