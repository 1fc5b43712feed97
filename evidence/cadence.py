"""When a unit reports: in its own slot, at once when something urgent happened, and after a failure ever more rarely. Pure."""

from dataclasses import dataclass

from evidence.timing import Rhythm

DEBOUNCE = 1.0
"""Seconds that an urgent report waits for what follows at once: one alert makes several lines."""

LONGEST_SILENCE = 900.0
"""However rarely a unit polls, the registry hears of it this often; three of these are its patience."""

FULL_AFTER = 3600.0 - LONGEST_SILENCE + 60.0
"""Seconds after which a report is full again: the next one after it would be more than a minute beyond the hour."""


@dataclass
class Cadence:
    """When the next report is due, in monotonic seconds; told of everything that may hasten or delay it."""

    rhythm: Rhythm
    regular: float
    urgent_since: float | None = None
    not_before: float = 0.0
    failures: int = 0

    @classmethod
    def of(cls, unit: str, poll_seconds: float, now: float) -> "Cadence":
        """The cadence of *unit*, which reports as often as it polls, and first soon after its start."""
        rhythm = Rhythm.of(unit, min(poll_seconds, LONGEST_SILENCE))
        return cls(rhythm, rhythm.first(now))

    def hasten(self, now: float) -> None:
        """Something urgent happened."""
        if self.urgent_since is None:
            self.urgent_since = now

    def due(self, now: float) -> bool:
        """Whether to report now."""
        urgent = self.urgent_since is not None and now - self.urgent_since >= DEBOUNCE
        return now >= self.not_before and (urgent or now >= self.regular)

    def reported(self, now: float) -> None:
        """Everything was delivered."""
        self.regular, self.urgent_since, self.not_before, self.failures = self.rhythm.next(now), None, 0.0, 0

    def failed(self, now: float, retry_after: float | None, jitter: float) -> None:
        """The registry could not be reached, or refused: what is urgent is due again soon, the rest when others are not."""
        self.failures += 1
        self.regular = self.rhythm.calm_retry(now, self.failures, retry_after, jitter)
        self.not_before = self.rhythm.retry(now, self.failures, retry_after, jitter)

    def reachable(self) -> None:
        """The registry answered something else: what is urgent need not wait longer. The rest does: all units hear it in one second."""
        self.not_before = 0.0
