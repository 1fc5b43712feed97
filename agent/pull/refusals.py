"""What was refused, so that a document that cannot be believed is not fetched again and again until something newer is announced."""

from dataclasses import dataclass, field
from hashlib import sha256

from bundle.errors import Complaint

AGAIN = 3600.0
"""Seconds after which it is tried all the same: the source's copy may have been what was wrong, and mended under the same name."""


@dataclass(frozen=True)
class _Refused:
    timestamp: str
    complaints: tuple[Complaint, ...]
    at: float


@dataclass
class Refusals:
    """In memory only, by source and channel: a restart tries once more, and what one road refused says nothing of another."""

    _kept: dict[tuple[str, str], _Refused] = field(default_factory=dict)

    def keep(self, source: str, channel: str, timestamp: bytes, complaints: tuple[Complaint, ...], now: float) -> None:
        """At *timestamp* there were these *complaints*; none: there is nothing to remember any more."""
        if complaints:
            self._kept[source, channel] = _Refused(sha256(timestamp).hexdigest(), complaints, now)
        else:
            self._kept.pop((source, channel), None)

    def recall(self, source: str, channel: str, timestamp: bytes, now: float) -> tuple[Complaint, ...]:
        """What was refused at this very *timestamp* a short while ago; empty when it is worth a look."""
        kept = self._kept.get((source, channel))
        if kept is None or kept.timestamp != sha256(timestamp).hexdigest() or not 0 <= now - kept.at < AGAIN:
            return ()
        return kept.complaints
