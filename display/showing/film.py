"""A film on the board: the picture that is due at each moment, from memory that its decoder fills."""

from collections.abc import Callable

from display.media.films import Films, Showing
from display.page import FilmSlot, Rect
from display.paint.canvas import Canvas
from display.showing.moving import Now
from display.showing.screen import Patch


class MovingFilm:
    """The film of *slot* from its first picture on, as soon as there is one; until then, and if it fails, what lies *beneath*: its poster.

    Its last picture stays. When its page is presented once more after that, it begins again.
    """

    steady = False
    vital = False

    def __init__(self, slot: FilmSlot, films: Films, beneath: Callable[[Rect], list[Patch]]) -> None:
        self.box = slot.box
        self.running = False
        self._slot, self._films, self._beneath = slot, films, beneath
        self._showing: Showing | None = None
        self._canvas: Canvas | None = None
        self._fresh = True

    def patches(self, now: Now) -> list[Patch]:
        """The newest picture that is due; none while it is on already."""
        if self._showing is None:
            self._showing = self._films.begin(self._slot, now.seconds)
        if (pixels := self._showing.due(now.seconds)) is not None:
            self._canvas, self._fresh = Canvas((self.box.width, self.box.height), pixels), True
        if self._showing.failed and self._canvas is not None:
            self._canvas, self._fresh = None, True
        self.running = self._showing.moves(now.seconds)
        if not self._fresh:
            return []
        self._fresh = False
        if self._canvas is None:
            return self._beneath(self.box)
        return [Patch(self._canvas, self._canvas.whole, (self.box.x, self.box.y))]

    def refresh(self) -> None:
        """The picture that is on has been painted over."""
        self._fresh = True
        if self._showing is not None and self._showing.over and not self._showing.failed:
            self.close()

    def close(self) -> None:
        """End its decoder."""
        if self._showing is not None:
            self._films.end(self._showing)
            self._showing = None
