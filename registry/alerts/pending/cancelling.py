"""What a source's Cancel ends, and whether it leaves: a Cancel of nothing that units could have heard of is only kept. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bundle.alert import MOST_REFERENCES, Alert, Identity, MessageType, Reference, Status
from bundle.trust import Target
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import Act

SIGNED = "tin này do hai người ký: một người dừng được ngay, hoặc hai người ký tin hủy"
SIGNED += " / two persons signed it: one can stop it now, or two sign this Cancel"
NOT_LEFT = "tin gốc chưa phát, không cần phát tin hủy / what it ends had not left"
ENDED = "tin gốc đã có tin hủy rồi / what it ends has its Cancel already"


@dataclass(frozen=True)
class Aired:
    """What stands in a channel's documents: in its *feed*, what two persons *signed*, and what one person *stopped* there or above."""

    feed: tuple[Alert, ...] = ()
    signed: tuple[Alert, ...] = ()
    stopped: frozenset[Identity] = frozenset()

    @property
    def all(self) -> tuple[Alert, ...]:
        """Every message of both lists, whoever put it there, and with or without a row of ours."""
        return (*self.feed, *self.signed)


def ending(new: Pending, story: Sequence[Pending], aired: Aired, now: datetime) -> tuple[Pending, tuple[Pending, ...]]:
    """What becomes of the Cancel *new*, and those of *story* that it ends: what waits, with the updates of that, at once.

    It leaves at once as well when it ends something *aired* that nothing has ended yet. Else it is only kept: it still ends what comes
    later, and a stream of Cancels of nothing fills no list.
    """
    ended, listed = _reached(new.alert, [each.alert for each in story], aired), {each.identity() for each in aired.all}
    waits = [each for each in story if each.is_to_leave and each.identity in ended - listed and may_end(new.alert, each.alert)]
    gone = tuple(each.moved(Act.CANCEL, now, new.source, "nguồn đã hủy / by its source") for each in waits)
    told = [each for each in aired.all if each.identity() in ended and _ends(new.alert, each)]
    cancels = {target: [each.alert for each in story if each.is_to_leave and each.target is target] for target in Target}
    if _not_ended(told, aired.signed, (*aired.signed, *cancels[Target.ALERTS])):
        return replace(new, target=Target.ALERTS, hold_off=None, release_at=None, why=SIGNED), gone
    fed = _not_ended(told, aired.feed, (*aired.all, *cancels[new.target]))
    if not fed:
        return new.moved(Act.CANCEL, now, new.source, ENDED if told else NOT_LEFT), gone
    # First what units hold, the oldest of it before all: from that they find its updates by themselves, if not all find room.
    oldest = sorted(fed, key=lambda each: each.sent)
    named = [Reference(sender=each.sender, identifier=each.identifier, sent=each.sent) for each in oldest]
    named += [each for each in new.alert.references if each not in named]
    alert = new.alert.model_copy(update={"references": tuple(named[:MOST_REFERENCES])})
    return replace(new, alert=alert, hold_off=timedelta(0), release_at=now), gone


def may_end(cancel: Alert, other: Alert) -> bool:
    """An exercise never ends something real."""
    return cancel.status is Status.ACTUAL or cancel.status is other.status


def named_by(alert: Alert) -> set[Identity]:
    """What it refers to."""
    return {reference.identity() for reference in alert.references}


def after(cancel: Alert, other: Alert) -> bool:
    """Whether *cancel* was sent when *other* had been: what was sent later it does not end, unless it names it."""
    return cancel.sent >= other.sent


def _reached(cancel: Alert, others: Iterable[Alert], aired: Aired) -> set[Identity]:
    """What *cancel* ends: what it names, and the updates of that among *others* and what is *aired* that were sent before it.

    Units never heard of an Update that is not aired: the Cancel of one ends what it was to change.
    """
    known = (*others, *aired.all)
    updates = [each for each in known if each.message_type is MessageType.UPDATE and after(cancel, each)]
    listed, ended = {each.identity() for each in aired.all}, set(named_by(cancel))
    while more := _further(updates, ended, listed) - ended:
        ended |= more
    return ended


def _further(updates: Iterable[Alert], ended: Collection[Identity], listed: Collection[Identity]) -> set[Identity]:
    found = set[Identity]()
    for each in updates:
        if named_by(each) & set(ended):
            found.add(each.identity())
        if each.identity() in ended and each.identity() not in listed:
            found |= named_by(each)
    return found


def _ends(cancel: Alert, other: Alert) -> bool:
    return other.message_type is not MessageType.CANCEL and may_end(cancel, other)


def _not_ended(told: Collection[Alert], listed: Iterable[Alert], others: Iterable[Alert]) -> list[Alert]:
    """Those *told* of the *listed* that no Cancel among *others* names."""
    cancels = [each for each in others if each.message_type is MessageType.CANCEL]
    mine = [each for each in listed if each in told]
    return [each for each in mine if not any(each.identity() in named_by(one) and may_end(one, each) for one in cancels)]
