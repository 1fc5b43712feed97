"""Which recordings of the alerts lie on this unit: an alert is in force before they come, so their coming is news of its own."""

from collections.abc import Callable
from pathlib import Path

from bundle.asset import Asset, Clip
from director.feed import beyond_rules
from director.messages import Message, messages
from director.programme import Programme


class Arrivals:
    """*find* gives the file of a recording that is here whole and as it was signed."""

    def __init__(self, find: Callable[[Asset], Path | None]) -> None:
        self._find = find
        self._watched: tuple[tuple[Clip, bool], ...] = ()

    def absent(self, programme: Programme) -> frozenset[str]:
        """The recordings of the alerts of *programme*, by SHA-256, that are not here."""
        versions = (
            version
            for message in messages(programme.cells).values()
            if _may_sound(message, programme)
            for version in message.alert.versions
        )
        clips = {clip.sha256: clip for version in versions for clip in version.clips}
        self._watched = tuple((clip, self._here(clip)) for clip in clips.values())
        return frozenset(clip.sha256 for clip, here in self._watched if not here)

    def changed(self) -> bool:
        """Whether one of them has come or gone since; some ``stat`` calls, nothing else: it is asked ten times a second."""
        return any(self._here(clip) is not here for clip, here in self._watched)

    def _here(self, clip: Clip) -> bool:
        return self._find(clip) is not None


def _may_sound(message: Message, programme: Programme) -> bool:
    """Whether it is for this place and nothing that was signed forbids it: what may never sound here is not waited for."""
    alert = message.alert
    return message.counts and programme.site.addressed(alert.areas, alert.units) and beyond_rules(message, programme) is None
