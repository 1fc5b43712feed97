"""When to look and to report again: a pure answer, so that thousands of units neither gather nor hammer."""

import hashlib
from dataclasses import dataclass

CAP = 900.0
FIRST_RETRY = 5.0
LONGEST_OBEDIENCE = 6 * 3600.0
FIRST_LOOK_WITHIN = 30.0
"""After a power cut a whole district starts at once; its first looks are spread over this many seconds."""


@dataclass(frozen=True)
class Rhythm:
    """*period* in seconds between looks; *slot* in [0, 1) is this unit's own place in it, the same after every start."""

    period: float
    slot: float

    @classmethod
    def of(cls, unit: str, period: float) -> "Rhythm":
        """The rhythm of *unit*, by the hash of its name."""
        return cls(period, int.from_bytes(hashlib.sha256(unit.encode()).digest()[:6]) / 2**48)

    def first(self, now: float) -> float:
        """The first look after a start at *now*."""
        return now + self.slot * min(self.period, FIRST_LOOK_WITHIN)

    def next(self, now: float) -> float:
        """The next of this unit's slots after *now*."""
        turns = (now - self.slot * self.period) // self.period + 1
        return (turns + self.slot) * self.period

    def wished(self, now: float, retry_after: float | None, jitter: float) -> float:
        """When a server that asked for *retry_after* seconds may be asked again; spread, because it told everybody the same."""
        wish = min(retry_after or 0.0, LONGEST_OBEDIENCE)
        return now + wish + jitter * min(wish, FIRST_LOOK_WITHIN)

    def retry(self, now: float, failures: int, retry_after: float | None, jitter: float) -> float:
        """When to try again after *failures* in a row (at least 1); *jitter* in [0, 1) is drawn by the caller.

        The back-off doubles up to ``CAP``, and the jitter comes on top of the cap: else all that reached it would meet.
        The server's own wish is obeyed up to ``LONGEST_OBEDIENCE``.
        """
        wait = min(CAP, min(FIRST_RETRY, self.period) * 2.0 ** min(failures - 1, 30))
        wished = min(retry_after or 0.0, LONGEST_OBEDIENCE)
        return now + max(wait, wished) + jitter * wait

    def calm_retry(self, now: float, failures: int, retry_after: float | None, jitter: float) -> float:
        """The same for what does not press: spread over a whole period at least, as the slots are.

        After an outage of two minutes the others' retries, doubling from five seconds, come at four times the steady rate. These add to it
        the share of a period that the outage took; spread over half of one it was twice that, and chance took it beyond one and a half
        (``bench/registry_outage.py``).
        """
        return self.retry(now, failures, retry_after, 0.0) + jitter * max(self.period, self.retry(0.0, failures, None, 0.0))
