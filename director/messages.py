"""The messages about alerts that a unit holds, who may end which of them, and when each ends by itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bundle.alert import Alert, Identity, MessageType, Status
from bundle.area import covers
from director.age import age, in_seconds, usable
from director.happened import Happened
from director.moment import Moment
from director.programme import Cell, Programme
from director.rings import rings

# CAP allows an alert without an end; a board must not. FIELD: no ``expires`` → a finite default.
DEFAULT_LIFE = timedelta(hours=24)
MOST_EARLIER_FEED = 200
"""Messages of one feed that its present list leaves out, the newest lists first: no hand signs them, so a flood must end somewhere."""


@dataclass(frozen=True)
class Message:
    """One message of *channel*, from version *version* of the role that signed it; *names* are its references.

    *feed*: no person signed it. *ring* is the same for all that name each other as what they replace, also by way of others.
    """

    channel: str
    version: int
    alert: Alert
    identity: Identity
    names: frozenset[Identity]
    feed: bool
    ring: Identity

    @property
    def name(self) -> str:
        """The identity as journals write it."""
        return str(self.identity)

    @property
    def expires(self) -> datetime:
        """When it ends by its own words."""
        return self.alert.expires or self.alert.sent + DEFAULT_LIFE

    @property
    def counts(self) -> bool:
        """Drafts and system messages neither sound nor end anything."""
        return self.alert.status not in (Status.SYSTEM, Status.DRAFT)

    @property
    def replaces(self) -> bool:
        """Whether it takes the place of what it names."""
        return self.alert.message_type is MessageType.UPDATE

    def may_end(self, other: "Message") -> bool:
        """Only the same authority or one above it, never the feed what persons signed, nor an exercise something real."""
        speaks_up = self.alert.status is Status.ACTUAL or self.alert.status is other.alert.status
        signed = other.feed or not self.feed
        return self.identity != other.identity and covers(self.channel, other.channel) and signed and speaks_up

    def after(self, other: "Message") -> bool:
        """Whether it was sent after *other*."""
        return (self.alert.sent, self.identity) > (other.alert.sent, other.identity)


Messages = Mapping[Identity, Message]
Updates = Mapping[Identity, list[Message]]


def messages(cells: Iterable[Cell]) -> dict[Identity, Message]:
    """Every message by its identity.

    What persons signed comes before the feed, and the wider channel before the narrower: neither can the feed, nor a commune for a
    province, put other words under an identity that is taken.
    """
    cells, found = tuple(cells), dict[Identity, Message]()
    for feed in (False, True):
        for cell in cells:
            for alert in _listed(cell, feed):
                names = frozenset(reference.identity() for reference in alert.references)
                version = cell.feed_version if feed else cell.alerts_version
                identity = alert.identity()
                found.setdefault(identity, Message(cell.channel, version, alert, identity, names, feed, identity))
    ring = rings({identity: each.names & found.keys() if each.replaces else () for identity, each in found.items()})
    return {identity: replace(each, ring=ring[identity]) for identity, each in found.items()}


def cancelled_by(cancel: Message, held: Messages, updates: Updates) -> set[Identity]:
    """What a Cancel names, and the updates of that which were sent before it: stopping reaches the whole story.

    Also where what both name is not held here, for the list may have left it out long ago.
    """
    if cancel.alert.message_type is not MessageType.CANCEL or not cancel.counts:
        return set()
    story, rest = set(cancel.names), list(cancel.names)
    while rest:
        for each in updates.get(rest.pop(), ()):
            if each.identity not in story and cancel.may_end(each) and cancel.after(each):
                story.add(each.identity)
                rest.append(each.identity)
    return {identity for identity in story if identity in held and cancel.may_end(held[identity])}


def updates_by_name(held: Messages) -> Updates:
    """The Updates of *held* by what they name."""
    found: dict[Identity, list[Message]] = {}
    for each in held.values():
        if each.replaces:
            for name in each.names:
                found.setdefault(name, []).append(each)
    return found


def superseded_by(update: Message, held: Messages) -> set[Identity]:
    """What an Update replaces: whatever it names, also what was sent later by a wrong clock or a slip of the pen.

    Of updates that name each other, also by way of others, the newer replaces the older, so that they do not all vanish.
    """
    if not update.replaces or not update.counts:
        return set()
    named = (held[name] for name in update.names if name in held)
    return {old.identity for old in named if update.may_end(old) and (update.after(old) or old.ring != update.ring)}


def stopped_by_one(cells: Iterable[Cell], held: Messages) -> set[Identity]:
    """What one single person ended by a stop list of the same channel or one above."""
    stopped = [(cell.channel, reference.identity()) for cell in cells if cell.stop for reference in cell.stop.cancelled]
    return {identity for channel, identity in stopped if identity in held and covers(channel, held[identity].channel)}


def ends(message: Message, programme: Programme, moment: Moment, happened: Happened) -> datetime:
    """When it expires, as an instant of this moment's own clock: with an unknown clock by age, by newer signed dates and
    by the latest hour that this unit has known."""
    sent, expires = message.alert.sent, message.expires
    if usable(moment.state):
        return expires
    remaining = min(expires - sent, expires - max(sent, programme.signed_until(message.channel))).total_seconds()
    seen = happened.alerts_seen.get(message.name)
    if seen is not None:
        since = max(sent, seen.wall) if usable(seen.state) else sent
        remaining = min(remaining, (expires - since).total_seconds() - age(seen, moment))
    if happened.latest is not None:
        remaining = min(remaining, (expires - happened.latest.wall).total_seconds() - age(happened.latest, moment))
    return in_seconds(moment, max(0.0, remaining))


def _listed(cell: Cell, feed: bool) -> Iterator[Alert]:
    present, earlier = (cell.feed, cell.earlier_feed) if feed else (cell.alerts, cell.earlier_alerts)
    yield from present.alerts if present else ()
    yield from earlier[:MOST_EARLIER_FEED] if feed else earlier


def lasting(programme: Programme, moment: Moment) -> frozenset[Identity]:
    """What may not be forgotten when a newer list leaves it out: every message of a story of which any message has not ended yet.

    An Update or a Cancel outlives its own end like this, or what it replaced or ended would stand again. Without a clock nothing has
    ended but what is older than the newest signed date.
    """
    held = messages(programme.cells)
    beside: dict[Identity, set[Identity]] = {}
    for each in held.values():
        for name in each.names:
            beside.setdefault(each.identity, set()).add(name)
            beside.setdefault(name, set()).add(each.identity)
    rest = [each.identity for each in held.values() if each.expires > _surely(programme, moment, each.channel)]
    told = set(rest)
    while rest:
        more = beside.pop(rest.pop(), set()) - told
        told |= more
        rest += more
    return frozenset(told & held.keys())


def _surely(programme: Programme, moment: Moment, channel: str) -> datetime:
    """The time that it is at least."""
    return moment.wall if usable(moment.state) else programme.signed_until(channel)
