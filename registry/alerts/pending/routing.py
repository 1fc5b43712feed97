"""Which way a source's alert goes: under which channels, what it takes the place of, and what it may not do. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bundle.alert import Alert, Identity, MessageType
from bundle.area import ancestors, covers
from bundle.errors import Complaint
from bundle.trust import Target
from registry.alerts.pending.cancelling import Aired, after, ending, may_end, named_by
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import WAITING, Act, Origin, State
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


def planned(new: Pending, story: Sequence[Pending], cancels: Sequence[Pending], aired: Aired, now: datetime) -> Plan:
    """How *new* (as it came, with its whole hold-off) fits into what its source has here in the same channel.

    Whatever it says, it waits its whole hold-off. What was due first keeps its time and leaves at it, else a stream of newer ones would
    hold it back for ever; of those that wait behind it only the newest is kept.
    *story* are those that wait or that it names, *cancels* its Cancels, of which one may have come before what it ends. *aired* is what
    stands in the channel already.
    """
    if new.alert.message_type is MessageType.CANCEL:
        return Plan(*ending(new, story, aired, now))
    if (before := _came_first(new, story, cancels)) is not None:
        reason = f"tin hủy đến trước / its Cancel came first: {before.alert.identifier}"
        return Plan(new.moved(Act.CANCEL, now, new.source, reason))
    if named_by(new.alert) & {each.identity() for each in aired.signed}:
        why = "tin trước do hai người ký, chỉ hai người sửa được / what it changes was signed by two persons, and only two can change it"
        new = replace(new, target=Target.ALERTS, why=why)
    if new.target is Target.FEED and (who := _stopped_by(new, story, aired.stopped)):
        # What a person stopped, no machine starts again.
        why = f"bản trước đã bị {who} dừng, chờ người xác nhận / {who} stopped what it changes: it waits until somebody confirms it"
        new = replace(new, hold_off=None, release_at=None, why=why)
    return Plan(new, tuple(each.superseded(new, now) for each in _replaced(new.alert, story)))


def _came_first(new: Pending, story: Sequence[Pending], cancels: Sequence[Pending]) -> Pending | None:
    """Which of *cancels* ended *new* before it came: one that names it, or that was sent after it and names what it changes."""
    changed = _changed_by(new, story)
    counted = (each for each in cancels if each.state is not State.REFUSED and may_end(each.alert, new.alert))
    for each in counted:
        named = named_by(each.alert)
        if new.identity in named or (named & changed and after(each.alert, new.alert)):
            return each
    return None


def _changed_by(new: Pending, story: Sequence[Pending]) -> set[Identity]:
    """What the Update *new* changes, and what that changed in turn; nothing when it is none."""
    updates, found = [each for each in (new, *story) if each.alert.message_type is MessageType.UPDATE], {new.identity}
    while more := {name for each in updates if each.identity in found for name in named_by(each.alert)} - found:
        found |= more
    return found - {new.identity}


def outdone(left: Pending, story: Sequence[Pending]) -> list[Pending]:
    """Those of *story* that wait and must not come out after the newer *left*: named by its Update, or a source's same matter."""
    names = named_by(left.alert) if left.alert.message_type is MessageType.UPDATE else set()
    by_source = left.origin is Origin.SOURCE
    return [each for each in _waiting(story) if each.identity in names or (by_source and same_matter(left.alert, each.alert))]


def held(pending: Pending, who: str) -> Pending:
    """*pending* so that it leaves by nobody's doing but a person's: *who* stopped what it goes on with."""
    why = f"{who} đã dừng tin này, chờ người xác nhận / {who} stopped this matter: it waits until somebody confirms it"
    return replace(pending, hold_off=None, release_at=None, why=why)


def going_on(stopped: Pending, story: Sequence[Pending]) -> list[Pending]:
    """Those of *story* that would leave by themselves and go on with what a person *stopped*: its updates, and the same matter newer."""
    names = {stopped.identity}
    while more := {each.identity for each in _waiting(story) if each.identity not in names and named_by(each.alert) & names}:
        names |= more
    by_themselves = [each for each in _waiting(story) if each.release_at is not None and each.id != stopped.id]
    return [each for each in by_themselves if each.identity in names or same_matter(each.alert, stopped.alert)]


def stopped_since(pending: Pending, stopped: Collection[Identity]) -> bool:
    """Whether it goes on with something that a person *stopped* on the air."""
    return pending.alert.message_type is MessageType.UPDATE and bool(named_by(pending.alert) & set(stopped))


def _waiting(story: Sequence[Pending]) -> list[Pending]:
    return [each for each in story if not each.is_out and each.state in WAITING and each.alert.message_type is not MessageType.CANCEL]


def _replaced(new: Alert, story: Sequence[Pending]) -> list[Pending]:
    """Those that still wait and that *new* takes the place of.

    An Update takes the place of what it names, if it says no more than that. Any newer message takes that of one about the same event,
    places and level: of a flood the newest is kept, and a higher level is never lost. The one that is due first stays as it is: officers
    look at it, and so does one that its author has signed.
    """
    named, is_update = named_by(new), new.message_type is MessageType.UPDATE
    older = [
        old
        for old in _waiting(story)
        if same_matter(new, old.alert) or (is_update and old.identity in named and says_no_more(new, old.alert))
    ]
    first = min(older, key=_leaves, default=None)
    return [old for old in older if old is not first and old.state is State.PENDING]


def _leaves(pending: Pending) -> tuple[bool, datetime, int]:
    """What orders those that wait: the first that is due, then those that are due by themselves never."""
    return pending.release_at is None, pending.release_at or pending.received, pending.id


def _stopped_by(new: Pending, story: Sequence[Pending], stopped: Collection[Identity]) -> str | None:
    """Who stopped one of those that *new* names, before or after it left; None when nobody did."""
    names = named_by(new.alert)
    if names & set(stopped):
        return "người trực / an officer"
    return next((each.decided_by for each in story if each.identity in names and _by_a_person(each)), None)


def _by_a_person(pending: Pending) -> bool:
    return pending.state is State.CANCELLED and pending.decided_by != pending.source


def same_matter(new: Alert, old: Alert) -> bool:
    """Whether *new* is newer and about the same event, places and level."""
    same = (new.event, new.level, new.status, set(new.areas)) == (old.event, old.level, old.status, set(old.areas))
    return new.sent > old.sent and same
