"""Date and clock in their slot: painted anew when the minute changes."""

from dataclasses import replace

from display.page import ClockSlot
from display.pages.frame import clock_elements
from display.paint.canvas import Canvas
from display.showing.moving import Now
from display.showing.screen import Patch
from display.showing.ticker import Draws


class Clock:
    """The clock of *slot*; where no time is known its slot stays empty."""

    running = False

    def __init__(self, slot: ClockSlot, painter: Draws) -> None:
        self.box = slot.box
        self._painter = painter
        self._canvas = Canvas((slot.box.width, slot.box.height))
        self._slot = replace(slot, box=self._canvas.whole)
        self._drawn: str | None = None
        self._shown = False

    def patches(self, now: Now) -> list[Patch]:
        """The whole slot once a minute."""
        minute = "" if now.local is None else f"{now.local:%Y%m%d%H%M}"
        if self._shown and minute == self._drawn:
            return []
        if minute != self._drawn:
            self._painter.elements(self._canvas, clock_elements(self._slot, now.local))
        self._drawn, self._shown = minute, True
        return [Patch(self._canvas, self._canvas.whole, (self.box.x, self.box.y))]

    def refresh(self) -> None:
        """The board was painted over."""
        self._shown = False

    def close(self) -> None:
        """It holds nothing but memory."""
