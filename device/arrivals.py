"""Which recordings of the alerts lie on this unit: an alert is in force before they come, so their coming is news of its own."""

from collections.abc import Callable
from pathlib import Path

from bundle.asset import Asset, Clip
from director.messages import messages
from director.programme import Programme


class Arrivals:
    """*find* gives the file of a recording that is here whole and as it was signed."""

    def __init__(self, find: Callable[[Asset], Path | None]) -> None:
        self._find = find
        self._watched: tuple[tuple[Clip, bool], ...] = ()

    def absent(self, programme: Programme) -> frozenset[str]:
        """The recordings of the alerts of *programme*, by SHA-256, that are not here."""
        versions = (version for message in messages(programme.cells).values() for version in message.alert.versions)
        clips = {clip.sha256: clip for version in versions for clip in version.clips}
        self._watched = tuple((clip, self._here(clip)) for clip in clips.values())
        return frozenset(clip.sha256 for clip, here in self._watched if not here)

    def changed(self) -> bool:
        """Whether one of them has come or gone since; some ``stat`` calls, nothing else: it is asked ten times a second."""
        return any(self._here(clip) is not here for clip, here in self._watched)

    def _here(self, clip: Clip) -> bool:
        return self._find(clip) is not None
