"""Whether the picture stands still although it should move, from what was presented and not from what was meant. Pure."""

from dataclasses import dataclass

PATIENCE = 5.0
"""Seconds: a page of many pictures may take a Pi 3 that long to paint, and nothing is presented meanwhile."""


@dataclass(frozen=True)
class Presented:
    """At *seconds* since boot *frames* pictures had been presented; *running*: each second should bring another one.

    *minute* of the day that a clock on the board shows or should show, none without one.
    """

    seconds: float
    frames: int
    running: bool
    minute: int | None


class Stillness:
    """Remembers since when a picture has been due that did not come."""

    def __init__(self) -> None:
        self._last: Presented | None = None
        self._due_since: float | None = None

    def look(self, now: Presented) -> str:
        """What should have moved for too long; empty while all is well, and whenever nothing was due."""
        before = self._last
        if before is None or now.frames != before.frames:
            self._last, self._due_since = now, None
            return ""
        ticked = now.minute is not None and now.minute != before.minute
        if not (now.running or ticked):
            self._due_since = None
            return ""
        if self._due_since is None:
            self._due_since = now.seconds
        if now.seconds - self._due_since < PATIENCE:
            return ""
        return "cái gì chuyển động / what moves" if now.running else "đồng hồ / the clock"

    @property
    def waiting(self) -> bool:
        """Whether a picture is due that has not come yet."""
        return self._due_since is not None

    def forget(self) -> None:
        """Another screen, or none: what was presented before says nothing any more."""
        self._last, self._due_since = None, None
