"""The running line: each text a strip drawn once; a frame only copies the parts that are in view."""

from collections.abc import Sequence
from typing import Protocol

from display.page import Element, Fill, Line, Rect, TickerSlot, plain
from display.paint.canvas import Canvas
from display.showing.moving import Now
from display.showing.screen import Patch
from display.text.rows import Measure

SPEED = 2.6  # ems per second: about 6 letters, slower than reading
LONGEST = 16_000  # pixels; SDL's surfaces end a little above


class Draws(Protocol):
    """What the ticker needs of a painter."""

    def elements(self, canvas: Canvas, elements: Sequence[Element]) -> None:
        """Draw on *canvas*."""


class Ticker:
    """*texts* one after another through *slot*, for ever, as a function of time."""

    running = True

    def __init__(self, texts: Sequence[str], slot: TickerSlot, measure: Measure, painter: Draws) -> None:
        self.box = slot.box
        self._slot, self._painter = slot, painter
        self._gap = slot.face.size * 3
        self._texts = tuple(texts)
        self._widths = [min(LONGEST, measure.width(plain(text), slot.face)) for text in texts]
        self._total = sum(self._widths) + self._gap * len(texts)
        # At least a whole board of run-up: the same text never stands twice in view.
        self._total = max(self._total, slot.box.width + max(self._widths, default=0))
        self._strips: dict[int, Canvas] = {}
        self._ground = self._canvas(slot.box.width, ())
        self._last: int | None = None

    def refresh(self) -> None:
        """The board was painted over: the next patches are asked for even if nothing moved."""
        self._last = None

    def close(self) -> None:
        """It holds nothing but memory."""

    def patches(self, now: Now) -> list[Patch]:
        """The line where it is at *now*; empty when nothing moved by a whole pixel."""
        shift = int(now.seconds * SPEED * self._slot.face.size) % self._total
        if shift == self._last:
            return []
        self._last = shift
        box = self._slot.box
        found = [Patch(self._ground, self._ground.whole, (box.x, box.y))]
        start = -shift
        for n, width in enumerate(self._widths):
            for x in (start, start + self._total):
                found += self._visible(n, x, width)
            start += width + self._gap
        return found

    def _visible(self, n: int, x: int, width: int) -> list[Patch]:
        box = self._slot.box
        first, last = max(0, -x), min(width, box.width - x)
        if first >= last:
            return []
        if n not in self._strips:
            face = self._slot.face
            line = Line(Rect(0, 0, width, box.height), plain(self._texts[n]), face)
            self._strips[n] = self._canvas(width, (line,))
        return [Patch(self._strips[n], Rect(first, 0, last - first, box.height), (box.x + x + first, box.y))]

    def _canvas(self, width: int, elements: tuple[Element, ...]) -> Canvas:
        canvas = Canvas((max(1, width), self._slot.box.height))
        self._painter.elements(canvas, (Fill(canvas.whole, self._slot.background), *elements))
        return canvas
