"""Date and clock in their slot: painted anew when the minute changes."""

from dataclasses import replace
from datetime import datetime

from display.page import ClockSlot, Rect
from display.pages.clock import clock_elements
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.showing.moving import Now
from display.showing.screen import Patch
from display.showing.studio import Coming, Studio

LATE = 1.0
"""Seconds that the new minute waits for its turn in the studio, where a long notice may be before it."""


class Clock:
    """The clock of *slot*; where no time is known its slot stays empty."""

    running = False
    steady = False
    vital = False

    def __init__(self, slot: ClockSlot, painter: Painter, studio: Studio) -> None:
        self.box = slot.box
        self._painter, self._studio = painter, studio
        self._slot = replace(slot, box=Rect(0, 0, slot.box.width, slot.box.height))
        self._minute: str | None = None
        self._canvas: Canvas | None = None
        self._coming: Coming[Canvas] | None = None
        self._ordered = 0.0
        self._stale = True

    def patches(self, now: Now) -> list[Patch]:
        """The whole slot once a minute; a running line does not wait for it, so it may come a frame later, at most `LATE`."""
        minute = "" if now.local is None else f"{now.local:%Y%m%d%H%M}"
        if minute != self._minute:
            self._minute, self._ordered = minute, now.seconds
            self._coming = self._studio.ahead(lambda: self._drawn(now.local))
        late = self._canvas is None or now.seconds >= self._ordered + LATE
        if self._coming is not None and (late or self._coming.done):
            self._canvas, self._coming, self._stale = self._coming.result(), None, True
        if self._canvas is None or not self._stale:
            return []
        self._stale = False
        return [Patch(self._canvas, self._canvas.whole, (self.box.x, self.box.y))]

    def refresh(self) -> None:
        """The board was painted over."""
        self._stale = True

    def close(self) -> None:
        """It holds nothing but memory."""

    def _drawn(self, local: datetime | None) -> Canvas:
        canvas = Canvas((self.box.width, self.box.height))
        self._painter.elements(canvas, clock_elements(self._slot, local))
        return canvas
