"""Which alerts stand: dedup by identity, cancelled, superseded, expired and in force are five different things."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bundle.alert import Alert, Identity, MessageType, Status
from bundle.area import covers
from director.age import age, in_seconds, usable
from director.happened import Happened
from director.moment import Moment
from director.programme import Programme

# CAP allows an alert without an end; a board must not. FIELD: no ``expires`` → a finite default.
DEFAULT_LIFE = timedelta(hours=24)


class Standing(StrEnum):
    """Where an alert stands in its life; NOT_MEANT is another place's, a draft, a system message or itself a Cancel."""

    IN_FORCE = "in-force"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    NOT_MEANT = "not-meant"


@dataclass(frozen=True)
class Held:
    """An alert as this unit holds it: who published it, and when it ends by this moment's clock."""

    channel: str
    version: int
    alert: Alert
    identity: Identity
    standing: Standing
    ends: datetime
    ends_what: frozenset[Identity] = frozenset()

    @property
    def name(self) -> str:
        """The identity as journals write it."""
        return str(self.identity)


@dataclass(frozen=True)
class _Message:
    channel: str
    version: int
    alert: Alert
    identity: Identity
    names: frozenset[Identity]

    @property
    def counts(self) -> bool:
        """Drafts and system messages neither sound nor end anything."""
        return self.alert.status not in (Status.SYSTEM, Status.DRAFT)

    def may_end(self, other: "_Message") -> bool:
        """Only the same authority or one above it, and an exercise never ends something real."""
        speaks_up = self.alert.status is Status.ACTUAL or self.alert.status is other.alert.status
        return self.identity != other.identity and covers(self.channel, other.channel) and speaks_up

    def after(self, other: "_Message") -> bool:
        return (self.alert.sent, self.identity) > (other.alert.sent, other.identity)


def held_alerts(programme: Programme, moment: Moment, happened: Happened) -> tuple[Held, ...]:
    """Every message this unit holds with its standing; those in force first, in the order of their importance."""
    messages = _messages(programme)
    cancelled = {message.identity: _cancelled_by(message, messages) for message in messages.values()}
    superseded = {message.identity: _superseded_by(message, messages) for message in messages.values()}
    gone = set().union(_stopped(programme, messages), *cancelled.values())
    old = set().union(*superseded.values())

    def hold(message: _Message) -> Held:
        alert, identity = message.alert, message.identity
        ends = _ends(message, programme, moment, happened)
        if alert.message_type is MessageType.CANCEL or not message.counts or not programme.site.addressed(alert.areas, alert.units):
            standing = Standing.NOT_MEANT
        elif identity in gone:
            standing = Standing.CANCELLED
        elif identity in old:
            standing = Standing.SUPERSEDED
        else:
            standing = Standing.EXPIRED if ends <= moment.wall else Standing.IN_FORCE
        return Held(
            message.channel, message.version, alert, identity, standing, ends, frozenset(cancelled[identity] | superseded[identity])
        )

    return tuple(sorted((hold(message) for message in messages.values()), key=_importance))


def in_force(held: tuple[Held, ...]) -> tuple[Held, ...]:
    """What shows and sounds now; while something real is in force, exercises and tests wait."""
    standing = tuple(each for each in held if each.standing is Standing.IN_FORCE)
    return tuple(each for each in standing if each.alert.status is Status.ACTUAL) or standing


def all_clears(held: tuple[Held, ...], programme: Programme, moment: Moment) -> Iterator[Held]:
    """The Cancels for this place that have not grown old and ended something; whether people heard of it is for the airings."""
    for each in held:
        ours = programme.site.addressed(each.alert.areas, each.alert.units)
        if each.alert.message_type is MessageType.CANCEL and each.ends_what and ours and each.ends > moment.wall:
            yield each


def unseen(held: tuple[Held, ...], programme: Programme, happened: Happened) -> tuple[tuple[str, str], ...]:
    """(identity, channel) of what is meant for this place and not in the history yet; whoever holds it writes an AlertSeen at once."""
    ours = (each for each in held if programme.site.addressed(each.alert.areas, each.alert.units))
    return tuple(sorted((each.name, each.channel) for each in ours if each.name not in happened.alerts_seen))


def _messages(programme: Programme) -> dict[Identity, _Message]:
    found: dict[Identity, _Message] = {}
    for cell in programme.cells:
        for alert in (*(cell.alerts.alerts if cell.alerts else ()), *cell.earlier_alerts):
            # The wider channel comes first and wins: a commune cannot replace a province's words under the same identity.
            names = frozenset(reference.identity() for reference in alert.references)
            found.setdefault(alert.identity(), _Message(cell.channel, cell.alerts_version, alert, alert.identity(), names))
    return found


def _cancelled_by(cancel: _Message, messages: dict[Identity, _Message]) -> set[Identity]:
    """What a Cancel names, and the updates of that which were sent before it: stopping reaches the whole story."""
    if cancel.alert.message_type is not MessageType.CANCEL or not cancel.counts:
        return set()
    within_reach = [each for each in messages.values() if cancel.may_end(each)]
    ended = {each.identity for each in within_reach if each.identity in cancel.names}
    updates = [each for each in within_reach if each.alert.message_type is MessageType.UPDATE and cancel.after(each)]
    while more := {each.identity for each in updates if each.identity not in ended and each.names & ended}:
        ended |= more
    return ended


def _superseded_by(update: _Message, messages: dict[Identity, _Message]) -> set[Identity]:
    """What an Update replaces; it must be newer, so that two updates naming each other do not both vanish."""
    if update.alert.message_type is not MessageType.UPDATE or not update.counts:
        return set()
    named = (messages[name] for name in update.names if name in messages)
    return {old.identity for old in named if update.may_end(old) and update.after(old)}


def _stopped(programme: Programme, messages: dict[Identity, _Message]) -> set[Identity]:
    """What one single person ended by a stop list of the same channel or one above."""
    stopped = {(cell.channel, reference.identity()) for cell in programme.cells if cell.stop for reference in cell.stop.cancelled}
    return {each.identity for each in messages.values() if any(i == each.identity and covers(c, each.channel) for c, i in stopped)}


def _ends(message: _Message, programme: Programme, moment: Moment, happened: Happened) -> datetime:
    """When it expires, as an instant of this moment's own clock: with an unknown clock by age, and by newer signed dates."""
    alert = message.alert
    ends = alert.expires or alert.sent + DEFAULT_LIFE
    if usable(moment.state):
        return ends
    remaining = min(ends - alert.sent, ends - max(alert.sent, programme.signed_until(message.channel))).total_seconds()
    seen = happened.alerts_seen.get(str(message.identity))
    if seen is not None:
        since = max(alert.sent, seen.wall) if usable(seen.state) else alert.sent
        remaining = min(remaining, (ends - since).total_seconds() - age(seen, moment))
    return in_seconds(moment, max(0.0, remaining))


def _importance(held: Held) -> tuple[bool, bool, int, float, Identity]:
    """In force first, real before exercise, higher level first, then the newer."""
    alert = held.alert
    return (held.standing is not Standing.IN_FORCE, alert.status is not Status.ACTUAL, -alert.level, -alert.sent.timestamp(), held.identity)
