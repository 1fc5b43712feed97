"""The running line along a page. Pure."""

from dataclasses import dataclass

from bundle.layout import Edge
from display.page import Rect, TickerSlot
from display.pages.style import Style

LETTERS = 1.15
"""How many times the smallest letters run where there is room: what moves is read less easily."""


@dataclass(frozen=True)
class RunningLine:
    """*texts* that run one after the other."""

    style: Style
    texts: tuple[str, ...]

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """The height of its line; it runs along the top or the bottom only."""
        return None if edge in (Edge.LEFT, Edge.RIGHT) or room.height < self.style.scale.line else room.height

    def slot(self, box: Rect) -> TickerSlot:
        """Where it runs."""
        surface, scale = self.style.theme.ticker, self.style.scale
        return TickerSlot(box, surface.ground, scale.filling(box.height, LETTERS, surface.ink), self.texts)
