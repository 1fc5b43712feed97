"""The gate: when an alert that waits leaves by itself, when it is too late for it, and what the feed may carry at all. Pure."""

from collections.abc import Callable
from datetime import datetime

from bundle.alert import Alert
from bundle.area import covers
from bundle.policy import Policy
from bundle.trust import Target
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import LEAVING, WAITING, Act, State


def due(pending: Pending, left: float, now: datetime) -> Act | None:
    """What happens to *pending* at *now* without anybody's doing; *left* are the seconds of its hold-off that remain."""
    if pending.is_out or pending.state not in (*WAITING, *LEAVING):
        return None
    if pending.expires <= now:
        return Act.EXPIRE
    if pending.state is State.PENDING and pending.release_at is not None and left <= 0:
        return Act.TIME_UP
    return None


def feed_refuses(policy: Policy | None, channel: str, alert: Alert) -> str | None:
    """Why the feed of *channel* may not carry *alert*, as the signed *policy* says; None when it may."""
    rules = policy.feed if policy else None
    if rules is None:
        return "quy định đã ký của kênh không cho phát tự động / the signed policy lets nothing out by the feed"
    if alert.level > rules.level:
        return f"cấp {alert.level} cao hơn mức được phát tự động ({rules.level}) / above the level {rules.level} of the feed"
    outside = [area for area in alert.areas or (channel,) if not any(covers(allowed, area) for allowed in rules.areas)]
    if outside:
        return f"ngoài khu vực được phát tự động / outside the areas of the feed: {', '.join(outside)}"
    return None


class Timers:
    """How much of each hold-off remains, by a clock that never jumps.

    The wall clock alone would let everything out at once when it is set forward, and hold everything back when it is set back. Over a
    restart only the wall clock is left: it is believed, but never for more than the whole hold-off.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends: dict[int, float] = {}

    def left(self, pending: Pending, now: datetime) -> float:
        """The seconds that *pending* still waits; 0 or less when it waits no longer, or never did."""
        if pending.release_at is None or pending.hold_off is None:
            return 0.0
        if pending.id not in self._ends:
            remaining = (pending.release_at - now).total_seconds()
            self._ends[pending.id] = self._monotonic() + min(max(0.0, remaining), pending.hold_off.total_seconds())
        return self._ends[pending.id] - self._monotonic()

    def forget(self, pending: Pending) -> None:
        """*pending* waits no longer."""
        self._ends.pop(pending.id, None)


def two_persons(pending: Pending) -> bool:
    """Whether it leaves by signatures."""
    return pending.target is Target.ALERTS
