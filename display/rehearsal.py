"""The rehearsal: each running line is drawn by itself, on its own behalf, before it runs or stands beside what others have to say."""

import threading
from dataclasses import replace

from director.decision import ScreenDecision, TickerLine
from display.errors import PageUndrawable
from display.look.scale import Scale
from display.media.pictures import Pictures
from display.page import Face, Line, Rect, plain
from display.pages.zones.running import LETTERS
from display.paint.canvas import Canvas
from display.paint.painter import Drawing, Painter
from display.scene import Subject, subject_of_line
from display.text.measure import Measure

PIECE = 1024
"""Pixels that are drawn at once: letters outside of a canvas would not be drawn at all."""


class Rehearsal:
    """Remembers what *failed* until it is told to forget; whoever lays out meanwhile in another thread waits for its verdict."""

    def __init__(self, measure: Measure, drawing: Drawing) -> None:
        self._measure, self._drawing = measure, drawing
        self._painter = Painter(Pictures(lambda _: None))
        self._lock = threading.Lock()
        self._known: set[tuple[TickerLine, Face]] = set()
        self.failed: dict[Subject, PageUndrawable] = {}

    def passed(self, decision: ScreenDecision, scale: Scale) -> ScreenDecision:
        """*decision* without the running lines that cannot be drawn: one of them must not cost a notice its place."""
        return replace(decision, ticker=tuple(line for line in decision.ticker if self._passes(line, scale)))

    def forget(self) -> None:
        """Other content is in force: what failed may have failed for want of something that has come since."""
        self._known, self.failed = set(), {}

    def _passes(self, line: TickerLine, scale: Scale) -> bool:
        face, subject = scale.face(LETTERS, (0, 0, 0), bold=True, language=line.language), subject_of_line(line)
        with self._lock:
            if (line, face) not in self._known:
                self._known.add((line, face))
                try:
                    with self._drawing(subject.name):
                        self._rehearse(line.text, face)
                except PageUndrawable as problem:
                    # Replaced and not changed: the board reads it while the studio works.
                    self.failed = self.failed | {subject: problem}
            return subject not in self.failed

    def _rehearse(self, text: str, face: Face) -> None:
        width = self._measure.width(plain(text), face)
        self._measure.break_lines(plain(text), face, PIECE)
        for left in range(0, width, PIECE):
            canvas = Canvas((min(PIECE, width - left), face.line))
            self._painter.elements(canvas, (Line(Rect(-left, 0, width, face.line), plain(text), face),))
