"""Which way a source's alert goes: under which channels, what it takes the place of, and what it may not do. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bundle.alert import MOST_REFERENCES, Alert, Identity, MessageType, Reference, Status
from bundle.area import ancestors, covers
from bundle.errors import Complaint
from bundle.trust import Target
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import LEAVING, WAITING, Act, Origin, State
from registry.alerts.sources import Source


def complaints(source: Source, alert: Alert) -> tuple[Complaint, ...]:
    """What this source may not say, all of it: a foreign sender, a place that is not its own, somebody else's message."""
    found = []
    if alert.sender not in source.senders:
        found.append(Complaint("sender", f"{alert.sender} không phải của nguồn này / not of this source", "sources.toml: senders"))
    for area in alert.areas:
        if not any(covers(allowed, area) for allowed in source.areas):
            what = f"{area}: ngoài địa bàn của nguồn / outside the areas of the source"
            found.append(Complaint("areas", what, f"chỉ trong / only in: {', '.join(source.areas)}"))
    for reference in alert.references:
        if reference.sender not in source.senders:
            what = f"{reference.identity()}: tin của nơi khác, không sửa hay hủy được / somebody else's, cannot be changed or ended"
            found.append(Complaint("references", what, "chỉ nguồn của nó hoặc cấp trên / only its own source or a superior"))
    if not alert.areas and alert.message_type is not MessageType.CANCEL:
        found.append(Complaint("areas", "không có nơi nào / no place", "nêu nơi / name one"))
    return tuple(found)


def channels_for(areas: Iterable[str], held: Collection[str], named: Iterable[str]) -> tuple[str, ...]:
    """The channels that a message about *areas* leaves under: of those that are *held*, the nearest to each area.

    One that covers another is enough. *named* are those under which what it refers to waits or left: there it counts as well. Empty when
    an area lies in none.
    """
    nearest = [next((each for each in reversed(ancestors(area)) if each in held), None) for area in areas]
    if None in nearest:
        return ()
    wanted = {each for each in nearest if each is not None}
    widest = {each for each in wanted if not any(covers(other, each) for other in wanted if other != each)}
    return tuple(sorted(widest | set(named)))


def at_home(alert: Alert, held: Collection[str]) -> Alert:
    """*alert* for those of its places that lie in a channel that is *held*; a wider one becomes the channels in it.

    A warning for a province reaches the communes that are here, also when others of the province are not. Unchanged when none is.
    """
    found = [place for area in alert.areas for place in ((area,) if any(covers(each, area) for each in held) else _below(area, held))]
    return alert.model_copy(update={"areas": tuple(dict.fromkeys(found))}) if found else alert


def _below(area: str, held: Collection[str]) -> list[str]:
    return sorted(each for each in held if covers(area, each))


def says_no_more(new: Alert, old: Alert) -> bool:
    """Whether *new* is about no other place and no higher level than *old*."""
    inside = all(any(covers(area, each) for area in old.areas) for each in new.areas)
    return new.level <= old.level and bool(old.areas) and inside and new.status is old.status


@dataclass(frozen=True)
class Plan:
    """What becomes of a *new* message, and of those that it ends or takes the place of."""

    new: Pending
    ended: tuple[Pending, ...] = ()


def planned(new: Pending, story: Sequence[Pending], cancels: Sequence[Pending], stopped: Collection[Identity], now: datetime) -> Plan:
    """How *new* (as it came, with its whole hold-off) fits into what its source has here in the same channel.

    Whatever it says, it waits its whole hold-off. What was due first keeps its time and leaves at it, else a stream of newer ones would
    hold it back for ever; of those that wait behind it only the newest is kept.
    *story* are those that wait or that it names, *cancels* its Cancels, of which one may have come before what it ends. *stopped* is what
    one person stopped after it had left.
    """
    if new.alert.message_type is MessageType.CANCEL:
        return _cancel(new, story, now)
    counted = (each for each in cancels if each.state is not State.REFUSED and _may_end(each.alert, new.alert))
    before = next((each for each in counted if new.identity in _names(each.alert)), None)
    if before is not None:
        reason = f"tin hủy đến trước / its Cancel came first: {before.alert.identifier}"
        return Plan(new.moved(Act.CANCEL, now, new.source, reason))
    by_hand = [each for each in story if each.is_out and each.target is Target.ALERTS and each.identity in _names(new.alert)]
    if by_hand:
        why = "tin trước do hai người ký, chỉ hai người sửa được / what it changes was signed by two persons, and only two can change it"
        new = replace(new, target=Target.ALERTS, why=why)
    if new.target is Target.FEED and (who := _stopped_by(new, story, stopped)):
        # What a person stopped, no machine starts again.
        why = f"bản trước đã bị {who} dừng, chờ người xác nhận / {who} stopped what it changes: it waits until somebody confirms it"
        new = replace(new, hold_off=None, release_at=None, why=why)
    return Plan(new, tuple(each.superseded(new, now) for each in _replaced(new.alert, story)))


def outdone(left: Pending, story: Sequence[Pending]) -> list[Pending]:
    """Those of *story* that wait and must not come out after the newer *left*: named by its Update, or a source's same matter."""
    names = _names(left.alert) if left.alert.message_type is MessageType.UPDATE else set()
    by_source = left.origin is Origin.SOURCE
    return [each for each in _waiting(story) if each.identity in names or (by_source and same_matter(left.alert, each.alert))]


def held(pending: Pending, who: str) -> Pending:
    """*pending* so that it leaves by nobody's doing but a person's: *who* stopped what it goes on with."""
    why = f"{who} đã dừng tin này, chờ người xác nhận / {who} stopped this matter: it waits until somebody confirms it"
    return replace(pending, hold_off=None, release_at=None, why=why)


def going_on(stopped: Pending, story: Sequence[Pending]) -> list[Pending]:
    """Those of *story* that would leave by themselves and go on with what a person *stopped*: its updates, and the same matter newer."""
    names = {stopped.identity}
    while more := {each.identity for each in _waiting(story) if each.identity not in names and _names(each.alert) & names}:
        names |= more
    by_themselves = [each for each in _waiting(story) if each.release_at is not None and each.id != stopped.id]
    return [each for each in by_themselves if each.identity in names or same_matter(each.alert, stopped.alert)]


def stopped_since(pending: Pending, stopped: Collection[Identity]) -> bool:
    """Whether it goes on with something that a person *stopped* on the air."""
    return pending.alert.message_type is MessageType.UPDATE and bool(_names(pending.alert) & set(stopped))


def _waiting(story: Sequence[Pending]) -> list[Pending]:
    return [each for each in story if not each.is_out and each.state in WAITING and each.alert.message_type is not MessageType.CANCEL]


def _cancel(new: Pending, story: Sequence[Pending], now: datetime) -> Plan:
    """A Cancel ends what waits, with the updates of that, at once; it leaves at once itself, unless nothing of it ever left.

    Units never heard of an Update that has not left: the Cancel of one ends what it was to change.
    """
    ended = set(_names(new.alert))
    while more := _further(new, ended, story) - ended:
        ended |= more
    told = [each for each in story if each.identity in ended and each.identity != new.identity and _may_end(new.alert, each.alert)]
    waits = [each for each in told if not each.is_out and each.state in (*WAITING, *LEAVING)]
    gone = tuple(each.moved(Act.CANCEL, now, new.source, "nguồn đã hủy / by its source") for each in waits)
    by_hand = [each for each in told if each.is_out and each.target is Target.ALERTS]
    if by_hand:
        why = "tin này do hai người ký: một người dừng được ngay, hoặc hai người ký tin hủy"
        why += " / two persons signed it: one can stop it now, or two sign this Cancel"
        return Plan(replace(new, target=Target.ALERTS, hold_off=None, release_at=None, why=why), gone)
    if told and not any(each.is_out for each in told):
        reason = "tin gốc chưa phát, không cần phát tin hủy / what it ends had not left"
        return Plan(new.moved(Act.CANCEL, now, new.source, reason), gone)
    # First what units hold, the oldest of it before all: from that they find its updates by themselves, if not all find room.
    out = sorted((each.alert for each in told if each.is_out), key=lambda each: each.sent)
    named = [Reference(sender=each.sender, identifier=each.identifier, sent=each.sent) for each in out]
    named += [each for each in new.alert.references if each not in named]
    alert = new.alert.model_copy(update={"references": tuple(named[:MOST_REFERENCES])})
    return Plan(replace(new, alert=alert, hold_off=timedelta(0), release_at=now), gone)


def _further(cancel: Pending, ended: Collection[Identity], story: Sequence[Pending]) -> set[Identity]:
    updates = [each for each in story if _after(cancel, each)]
    onward = {each.identity for each in updates if _names(each.alert) & set(ended)}
    return onward.union(*(_names(each.alert) for each in updates if each.identity in ended and not each.is_out))


def _replaced(new: Alert, story: Sequence[Pending]) -> list[Pending]:
    """Those that still wait and that *new* takes the place of.

    An Update takes the place of what it names, if it says no more than that. Any newer message takes that of one about the same event,
    places and level: of a flood the newest is kept, and a higher level is never lost. The one that is due first stays as it is: officers
    look at it, and so does one that its author has signed.
    """
    names, is_update = _names(new), new.message_type is MessageType.UPDATE
    older = [
        old
        for old in _waiting(story)
        if same_matter(new, old.alert) or (is_update and old.identity in names and says_no_more(new, old.alert))
    ]
    first = min(older, key=_leaves, default=None)
    return [old for old in older if old is not first and old.state is State.PENDING]


def _leaves(pending: Pending) -> tuple[bool, datetime, int]:
    """What orders those that wait: the first that is due, then those that are due by themselves never."""
    return pending.release_at is None, pending.release_at or pending.received, pending.id


def _stopped_by(new: Pending, story: Sequence[Pending], stopped: Collection[Identity]) -> str | None:
    """Who stopped one of those that *new* names, before or after it left; None when nobody did."""
    names = _names(new.alert)
    if names & set(stopped):
        return "người trực / an officer"
    return next((each.decided_by for each in story if each.identity in names and _by_a_person(each)), None)


def _by_a_person(pending: Pending) -> bool:
    return pending.state is State.CANCELLED and pending.decided_by != pending.source


def same_matter(new: Alert, old: Alert) -> bool:
    """Whether *new* is newer and about the same event, places and level."""
    same = (new.event, new.level, new.status, set(new.areas)) == (old.event, old.level, old.status, set(old.areas))
    return new.sent > old.sent and same


def _may_end(cancel: Alert, other: Alert) -> bool:
    """An exercise never ends something real."""
    return cancel.status is Status.ACTUAL or cancel.status is other.status


def _names(alert: Alert) -> set[Identity]:
    return {reference.identity() for reference in alert.references}


def _after(cancel: Pending, other: Pending) -> bool:
    return other.alert.message_type is MessageType.UPDATE and cancel.alert.sent >= other.alert.sent
