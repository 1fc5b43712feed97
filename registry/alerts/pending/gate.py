"""The gate: when an alert that waits leaves by itself, when it is too late for it, and what the feed may carry at all. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bundle.alert import Alert, MessageType
from bundle.area import covers
from bundle.policy import FeedRules, Policy
from bundle.trust import Target
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import Act, State

HOUR = timedelta(hours=1)


def due(pending: Pending, left: float, expired: bool) -> Act | None:
    """What happens to *pending* without anybody's doing; *left* are the seconds of its hold-off that remain."""
    if not pending.is_to_leave:
        return None
    if expired:
        return Act.EXPIRE
    if pending.state is State.PENDING and pending.release_at is not None and left <= 0:
        return Act.TIME_UP
    return None


def feed_refuses(policies: Mapping[str, Policy | None], alert: Alert) -> str | None:
    """Why the feed may not carry *alert*, as the signed policy says that governs each of its places; None when it may.

    *policies*: place → what its nearest channel signed, None when nobody signed any. A Cancel has no level: it only ends.
    """
    is_cancel = alert.message_type is MessageType.CANCEL
    for place, policy in policies.items():
        rules = policy.feed if policy else None
        if policy is None or rules is None:
            who = policy.channel if policy else place
            return f"quy định đã ký của {who} không cho phát tự động / the signed policy of {who} lets nothing out by the feed"
        if alert.level > rules.level and not is_cancel:
            what = f"cấp {alert.level:d} cao hơn mức {policy.channel} cho phát tự động ({rules.level:d})"
            return f"{what} / above the highest level of the feed"
        if not any(covers(allowed, place) for allowed in rules.areas):
            return f"{place}: ngoài khu vực được phát tự động / outside the areas of the feed"
    return None


def has_room(new: Pending, others: Sequence[Pending], policies: Mapping[str, Policy | None], sources: int, now: datetime) -> bool:
    """Whether *new* may leave by itself beside the *others* of its source: each of *sources* has an equal share of what units take.

    Units take so many an hour, and so many at once, of the whole feed: without shares one source's flood would use up another's. Of its
    share a source keeps some for what is more urgent; and what is more urgent than all that it let out within the hour needs no share,
    while one place is left for each of the others.
    """
    out = [each for each in others if _is_message(each) and each.channel == new.channel and each.target is Target.FEED]
    lately, standing = _lately(out, now), _standing(out, (*others, new), new, now)
    as_high = [each for each in lately if each.alert.level >= new.alert.level]
    standing = [each for each in standing if each.alert.level >= new.alert.level]
    for rules in _rules(policies):
        share = _share(rules.per_hour, sources)
        kept = min(max(0, rules.level - new.alert.level), share // 2)
        climbs = not as_high and len(lately) <= rules.per_hour - sources
        if (len(lately) >= share - kept and not climbs) or len(standing) >= _share(rules.at_once, sources):
            return False
    return True


def units_refuse(new: Pending, others: Sequence[Pending], policies: Mapping[str, Policy | None], now: datetime) -> str | None:
    """Why units would not take *new* now beside the *others* of the feed, of all sources; None when they would.

    Units take so many new ones an hour, and whatever replaces one that they took; of those in force they
    show those of the highest level first, then the newest.
    """
    out = [each for each in others if _is_message(each)]
    if {name.identity() for name in new.alert.references} & {each.identity for each in out}:
        return None
    lately, before = _lately(out, now), [each for each in _standing(out, others, new, now) if _urgency(each) > _urgency(new)]
    for rules in _rules(policies):
        if len(lately) >= rules.per_hour:
            most = rules.per_hour
            return f"thiết bị đã nhận đủ {most} tin tự động trong giờ này / units have taken all {most} of this hour's feed"
        if len(before) >= rules.at_once:
            most = rules.at_once
            return f"đang có {most} tin tự động cấp cao hơn hoặc mới hơn / {most} of the feed are higher or newer and in force"
    return None


def _urgency(pending: Pending) -> tuple[int, datetime]:
    return pending.alert.level, pending.alert.sent


def _rules(policies: Mapping[str, Policy | None]) -> list[FeedRules]:
    return [policy.feed for policy in policies.values() if policy and policy.feed]


def _lately(out: Iterable[Pending], now: datetime) -> list[Pending]:
    return [each for each in out if each.out_at is not None and each.out_at > now - HOUR]


def _standing(out: Iterable[Pending], naming: Iterable[Pending], new: Pending, now: datetime) -> list[Pending]:
    """Those of *out* in force that nothing which left ends, nor *new* itself."""
    ended = {name.identity() for each in naming if each.is_out or each is new for name in each.alert.references}
    return [each for each in out if each.expires > now and each.identity not in ended]


def _share(limit: int, sources: int) -> int:
    return max(1, limit // max(1, sources))


def _is_message(pending: Pending) -> bool:
    return pending.is_out and pending.alert.message_type is not MessageType.CANCEL


class Timers:
    """How much of each hold-off and life remains, by a clock that never jumps.

    The wall clock alone would let everything out or expire at once when it is set forward, and hold all back when it is set back. Over a
    restart only the wall clock is left: it is believed, but never for more than the whole hold-off.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends: dict[int, float] = {}
        self._lives: dict[int, float] = {}

    def expired(self, pending: Pending, now: datetime) -> bool:
        """Whether it is too late for *pending* by both clocks: one that jumps for a moment ends nothing."""
        if pending.id not in self._lives:
            self._lives[pending.id] = self._monotonic() + (pending.expires - now).total_seconds()
        return pending.expires <= now and self._lives[pending.id] <= self._monotonic()

    def left(self, pending: Pending, now: datetime) -> float:
        """The seconds that *pending* still waits; 0 or less when it waits no longer, or never did."""
        if pending.release_at is None or pending.hold_off is None:
            return 0.0
        if pending.id not in self._ends:
            remaining = (pending.release_at - now).total_seconds()
            self._ends[pending.id] = self._monotonic() + min(max(0.0, remaining), pending.hold_off.total_seconds())
        return self._ends[pending.id] - self._monotonic()

    def soonest(self) -> float:
        """How many seconds it is until the next of those that still wait is due; infinite when none does."""
        now = self._monotonic()
        return min((end - now for end in self._ends.values() if end > now), default=float("inf"))

    def forget(self, pending: Pending) -> None:
        """*pending* waits no longer."""
        self._ends.pop(pending.id, None)
        self._lives.pop(pending.id, None)


def two_persons(pending: Pending) -> bool:
    """Whether it leaves by signatures."""
    return pending.target is Target.ALERTS
