"""The panel of what must be found at a glance: where, and until when. Pure."""

import re
from dataclasses import dataclass, replace

from bundle.layout import Edge
from display.page import Element, Fill, Rect, moved, plain
from display.pages.content import Fact
from display.pages.style import Style
from display.text.pagination import Row, height
from display.text.rows import text_rows

_INSIDE = re.compile(r"(?<![,;]) ")
"""The spaces within a name, not those between two of them."""
VALUES = (1.6, 1.45, 1.3, 1.15, 1.0)
"""How many times the smallest letters its words are: as large as they fit."""


@dataclass(frozen=True)
class Side:
    """*facts* one below the other, each under its label."""

    style: Style
    facts: tuple[Fact, ...]

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """All the width it may have at a side; at the bottom as much height as its words need."""
        rows = self._rows(room)
        if rows is None:
            return None
        match edge:
            case Edge.TOP | Edge.BOTTOM:
                return height(rows) + 2 * self._pad + 2 * self._gap
            case Edge.LEFT | Edge.RIGHT:
                return room.width

    def elements(self, box: Rect) -> tuple[Element, ...]:
        """The panel, with a margin to the edges of the board and to its neighbours."""
        panel, rows = self._panel(box), self._rows(box) or []
        found: list[Element] = [Fill(panel, self.style.theme.panel.ground, self.style.scale.px(14))]
        y = panel.y + self._pad
        for n, row in enumerate(rows):
            y += row.gap if n else 0
            found += [moved(element, panel.x + self._pad, y) for element in row.elements]
            y += row.height
        return tuple(found)

    @property
    def _pad(self) -> int:
        return self.style.scale.em(0.55)

    @property
    def _gap(self) -> int:
        return self.style.scale.px(20)

    def _panel(self, box: Rect) -> Rect:
        margin = self.style.scale.margin
        return Rect(box.x + margin, box.y + self._gap, max(1, box.width - 2 * margin), max(1, box.height - 2 * self._gap))

    def _rows(self, box: Rect) -> list[Row] | None:
        """With each name of a list in one piece, where that is possible in any size."""
        whole = tuple(replace(fact, value=_INSIDE.sub("\u00a0", fact.value)) for fact in self.facts)
        return self._set(box, whole) or self._set(box, self.facts)

    def _set(self, box: Rect, facts: tuple[Fact, ...]) -> list[Row] | None:
        surface, panel = self.style.theme.panel, self._panel(box)
        across = panel.width - 2 * self._pad
        for times in VALUES:
            small, large = self.style.face(1, surface.soft, bold=True), self.style.face(times, surface.ink, bold=True)
            rows: list[Row] = []
            for fact in facts:
                if self.style.lines(fact.label, small, across) is None or self.style.lines(fact.value, large, across) is None:
                    break
                rows += text_rows(plain(fact.label), small, across, self.style.measure, round(small.size * 0.7))
                rows += text_rows(plain(fact.value), large, across, self.style.measure)
            else:
                if height(rows) + 2 * self._pad <= panel.height:
                    return rows
        return None
