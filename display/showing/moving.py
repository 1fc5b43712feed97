"""What moves by itself on a page (the clock, the running line, a film): one small protocol for all of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from display.page import Rect
from display.showing.screen import Patch


@dataclass(frozen=True)
class Now:
    """The moment of one frame: *local* is the time of day (``None``: nobody vouches for it), *seconds* run evenly since boot."""

    local: datetime | None
    seconds: float


class Moving(Protocol):
    """Something that lies over a page and changes without a new page.

    It paints its whole *box* and nothing outside. It is made when the first page with it comes on, lives on through every page that
    asks for the same, and is closed when a page comes that does not.
    """

    box: Rect
    steady: bool
    """Whether each second brings another picture, so that one which stands still is frozen; a film may rest, and is watched elsewhere."""
    running: bool
    """Whether it may change with every frame of the screen; otherwise it is asked only a few times a second."""

    vital: bool
    """Whether the page says nothing without it; anything else that cannot be drawn is left off."""

    def patches(self, now: Now) -> list[Patch]:
        """What to present at *now*, a function of it alone; empty while nothing has changed since the last time."""

    def refresh(self) -> None:
        """Its box was painted over: the next patches show all of it, even if nothing has changed."""

    def close(self) -> None:
        """It has left the board: let go of what it holds."""
