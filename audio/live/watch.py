"""Whether a live source can be heard: from levels and gaps over time to good, silent, stalled or unreachable; no clock, no socket.

The rules:
1. Silent is what plays on without a sound: less than a twentieth of the last seconds was louder than the threshold.
2. What is silent or does not come is in doubt; after the grace it is lost. The first sound of all ends the waiting at once.
3. A doubt, like a loss, is over only after sustained good sound: a good moment in between clears nothing, so a source that
   stutters is lost at its next gap after the grace.
4. What cost more than its budget stays lost.
"""

from collections import deque

from bundle.policy import RebroadcastRules
from evidence.records import SourceState

LOUD_SHARE = 0.05
"""A click now and then on a dead line is no programme, and a speaker who takes a breath is not silent."""


class Watch:
    """Judges one source by *rules* from *at* (seconds since boot) on; *state* is None until it was first heard or lost."""

    def __init__(self, rules: RebroadcastRules, at: float, state: SourceState | None = None) -> None:
        self._rules = rules
        self.state = state
        self._doubt: float | None = at
        self._good: float | None = None
        self._heard: deque[tuple[float, bool]] = deque()
        self._seconds = self._loud = 0.0

    def hear(self, at: float, seconds: float, level: float) -> None:
        """The *seconds* that ended *at* were played at *level* (dBFS, RMS)."""
        self._remember(seconds, level >= self._rules.silent_below)
        if self._loud >= LOUD_SHARE * self._seconds:
            self._is_good(at, seconds)
        elif self._seconds >= self._rules.silent_for:
            self._is_bad(at, at, SourceState.SILENT)
        else:
            self._good = None

    def miss(self, at: float, seconds: float, why: SourceState) -> None:
        """For the *seconds* that ended *at* there was nothing to play."""
        self._is_bad(at, at - seconds, why)

    def spent(self) -> None:
        """Its bytes are used up: it does not come back within this slot."""
        self.state = SourceState.OVER_BUDGET

    def _is_good(self, at: float, seconds: float) -> None:
        self._good = at - seconds if self._good is None else self._good
        sustained = at - self._good >= self._rules.return_after
        if sustained:
            self._doubt = None
        if self.state is None or (sustained and self.state is not SourceState.OVER_BUDGET):
            self.state = SourceState.GOOD

    def _is_bad(self, at: float, since: float, why: SourceState) -> None:
        self._good = None
        self._doubt = since if self._doubt is None else self._doubt
        if self.state in (None, SourceState.GOOD) and at - self._doubt >= self._rules.grace:
            self.state = why

    def _remember(self, seconds: float, loud: bool) -> None:
        """Keep the last *silent_for* seconds of what was played, whatever gaps lay between."""
        self._heard.append((seconds, loud))
        self._seconds += seconds
        self._loud += seconds * loud
        while self._seconds - self._heard[0][0] >= self._rules.silent_for:
            gone, was_loud = self._heard.popleft()
            self._seconds -= gone
            self._loud = max(0.0, self._loud - gone * was_loud)
