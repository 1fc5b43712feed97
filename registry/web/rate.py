"""How often one part of the network may do something: a bucket of permissions each, filled evenly."""

from collections import OrderedDict
from datetime import datetime

MOST_KEYS = 20_000


class Rate:
    """*per_minute* permissions for each key, of which as many may be taken at once. Keys not seen for longest are forgotten first."""

    def __init__(self, per_minute: int, most_keys: int = MOST_KEYS) -> None:
        self._full = float(per_minute)
        self._most = most_keys
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def allows(self, key: str, now: datetime) -> bool:
        """Take one permission, if there is one."""
        left = self._now(key, now)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        self._left.move_to_end(key)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return allowed

    def spent(self, key: str, now: datetime) -> bool:
        """Whether none is left."""
        return self._now(key, now) < 1

    def _now(self, key: str, now: datetime) -> float:
        left, at = self._left.get(key, (self._full, now))
        # A clock that was set back gives nothing and takes nothing.
        return min(self._full, left + max(0.0, (now - at).total_seconds()) * self._full / 60)
