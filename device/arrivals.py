"""Which recordings of the alerts lie on this unit: an alert is in force before they come, so their coming is news of its own."""

import math
from collections import deque
from collections.abc import Callable
from pathlib import Path

from bundle.asset import Asset, Clip
from director.feed import beyond_rules
from director.messages import Message, messages
from director.programme import Programme

EVERY = 0.1
"""Seconds between two looks: who asks may ask at each turn of a loop."""
IN_TURN = 16
"""How many of the recordings that are here are asked for at one look: hardly one ever goes, and a storm brings hundreds."""


class Arrivals:
    """*find* gives the file of a recording that is here whole and as it was signed."""

    def __init__(self, find: Callable[[Asset], Path | None]) -> None:
        self._find = find
        self._absent: tuple[Clip, ...] = ()
        self._present = deque[Clip]()
        self._looked = -math.inf

    def absent(self, programme: Programme) -> frozenset[str]:
        """The recordings of the alerts of *programme*, by SHA-256, that are not here."""
        versions = (
            version
            for message in messages(programme.cells).values()
            if _may_sound(message, programme)
            for version in message.alert.versions
        )
        clips = {clip.sha256: clip for version in versions for clip in version.clips}
        here = {sha256 for sha256, clip in clips.items() if self._here(clip)}
        self._present = deque(clip for sha256, clip in clips.items() if sha256 in here)
        self._absent = tuple(clip for sha256, clip in clips.items() if sha256 not in here)
        return frozenset(clips.keys() - here)

    def changed(self, now: float) -> bool:
        """Whether one of them has come since, or gone, as far as it is its turn; some ``stat`` calls, ten times a second at most.

        *now* is monotonic seconds.
        """
        if now - self._looked < EVERY:
            return False
        self._looked = now
        asked = [self._present[n] for n in range(min(IN_TURN, len(self._present)))]
        self._present.rotate(-len(asked))
        return any(map(self._here, self._absent)) or not all(map(self._here, asked))

    def _here(self, clip: Clip) -> bool:
        return self._find(clip) is not None


def _may_sound(message: Message, programme: Programme) -> bool:
    """Whether it is for this place and nothing that was signed forbids it: what may never sound here is not waited for."""
    alert = message.alert
    return message.counts and programme.site.addressed(alert.areas, alert.units) and beyond_rules(message, programme) is None
