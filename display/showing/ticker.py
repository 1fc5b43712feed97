"""The running line: all texts one long strip, drawn once in pieces; a frame only copies those rows of the pieces in view that have ink."""

from functools import cached_property, partial
from itertools import accumulate
from typing import NamedTuple

from display.page import Fill, Line, Rect, TickerSlot, plain
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.showing.moving import Now
from display.showing.screen import Patch
from display.showing.studio import Coming, Studio
from display.text.measure import Measure

PIECE = 1024
"""Pixels of one piece: drawn in less time than it takes to come into view; SDL's surfaces end a little above 16,000."""
AHEAD = 256
"""Pixels to the right of the board within which a piece is drawn before it is seen."""


class _Piece(NamedTuple):
    """A part of the strip, and from which to which of its rows anything stands on its ground."""

    canvas: Canvas
    top: int
    bottom: int


class Ticker:
    """The texts of *slot* one after another through it at *speed* pixels a second, for ever, as a function of time."""

    running = True
    steady = True

    def __init__(self, slot: TickerSlot, speed: float, measure: Measure, painter: Painter, studio: Studio) -> None:
        self.box, self.vital = slot.box, slot.anew
        self._slot, self._measure, self._painter, self._studio = slot, measure, painter, studio
        self._subjects = slot.subjects or ("",) * len(slot.texts)
        self._speed = speed
        self._began: float | None = None
        self._pieces: dict[int, _Piece | Coming[_Piece]] = {}
        self._last: int | None = None
        # It only grows: what a piece that went out of view left behind must be painted over, too.
        self._inked = (self.box.height, 0)

    @cached_property
    def length(self) -> int:
        """Pixels until it begins again; at least a whole board of run-up: the same text never stands twice in view."""
        return max(self._starts[-1], self.box.width + max(self._widths, default=0))

    @cached_property
    def _widths(self) -> list[int]:
        return [self._width(text, subject) for text, subject in zip(self._slot.texts, self._subjects, strict=True)]

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((width + self._slot.gap for width in self._widths), initial=0))

    def _width(self, text: str, subject: str) -> int:
        with self._painter.drawing(subject):
            return self._measure.width(plain(text), self._slot.face)

    def patches(self, now: Now) -> list[Patch]:
        """The line where it is at *now*; empty when nothing moved by a whole pixel."""
        if self._began is None:
            self._began = now.seconds if self._slot.anew else 0.0
        shift = round((now.seconds - self._began) * self._speed) % self.length
        if shift == self._last:
            return []
        everything, self._last = self._last is None, shift
        box = self.box
        seen = self._cut(shift, box.width)
        ahead = self._cut(shift + box.width, AHEAD)
        self._pieces = {n: piece for n, piece in self._pieces.items() if any(n == each for each, _, _ in (*seen, *ahead))}
        canvases = [self._canvas(n) for n, _, _ in seen]
        top, bottom = (0, box.height) if everything else self._inked
        patches, x = [], box.x
        for canvas, (_, first, last) in zip(canvases, seen, strict=True):
            patches.append(Patch(canvas, Rect(first, top, last - first, bottom - top), (x, box.y + top)))
            x += last - first
        for n, _, _ in ahead:
            if n not in self._pieces:
                self._pieces[n] = self._studio.ahead(partial(self._draw, n))
        return patches

    def refresh(self) -> None:
        """The board was painted over: the next patches are asked for even if nothing moved."""
        self._last = None

    def close(self) -> None:
        """It holds nothing but memory."""

    def _cut(self, start: int, width: int) -> list[tuple[int, int, int]]:
        """What *width* pixels from *start* on show: piece, and its columns from first up to last."""
        found = []
        while width > 0:
            n, first = divmod(start % self.length, PIECE)
            last = min(first + width, PIECE, self.length - n * PIECE)
            found.append((n, first, last))
            start, width = start + last - first, width - (last - first)
        return found

    def _canvas(self, n: int) -> Canvas:
        piece = self._pieces.get(n)
        made = piece.result() if isinstance(piece, Coming) else piece or self._draw(n)
        self._pieces[n] = made
        self._inked = min(self._inked[0], made.top), max(self._inked[1], made.bottom)
        return made.canvas

    def _draw(self, n: int) -> _Piece:
        left, height = n * PIECE, self.box.height
        canvas = Canvas((min(PIECE, self.length - left), height))
        self._painter.elements(canvas, (Fill(canvas.whole, self._slot.background),))
        ground = _rows(canvas)[0]
        for text, subject, start, width in zip(self._slot.texts, self._subjects, self._starts, self._widths, strict=False):
            if start < left + PIECE and start + width > left:
                with self._painter.drawing(subject):
                    self._painter.elements(canvas, (Line(Rect(start - left, 0, width, height), plain(text), self._slot.face),))
        inked = [y for y, row in enumerate(_rows(canvas)) if row != ground] or [height // 2]
        return _Piece(canvas, inked[0], inked[-1] + 1)


def _rows(canvas: Canvas) -> list[bytes]:
    width = len(canvas.memory) // canvas.size[1]
    return [bytes(canvas.memory[start : start + width]) for start in range(0, len(canvas.memory), width)]
