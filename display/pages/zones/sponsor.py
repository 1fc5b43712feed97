"""The sponsor's zone: words, and the mark on a white tile; never more than its fifth of the board. Pure."""

from dataclasses import dataclass

from bundle.items import SponsorMark
from bundle.layout import Edge
from display.look.theme import TILE
from display.page import Align, Element, Face, Fill, Image, Rect
from display.pages import words
from display.pages.style import Style, stacked

WORDS = 0.56
"""The part of the width that the words may take beside the mark."""


@dataclass(frozen=True)
class Sponsor:
    """*mark* of which the picture can be *drawn* or is missing; the name, which the law asks for, stands in any case."""

    style: Style
    mark: SponsorMark
    drawn: bool

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """All that it may have, if its words fit beside the mark or, on a board too small for both, alone."""
        match edge:
            case Edge.BOTTOM:
                return room.height if self._lines(room, WORDS) or self._lines(room, 1.0) else None
            case Edge.RIGHT:
                return room.width if self._lines(room, 1.0) else None
            case Edge.TOP | Edge.LEFT:
                return None

    def elements(self, box: Rect, edge: Edge) -> tuple[Element, ...]:
        """White lies only under the mark: a bright strip would outshine the notice."""
        return self._above(box) if edge is Edge.RIGHT else self._beside(box)

    def _above(self, box: Rect) -> tuple[Element, ...]:
        """The mark over its words, where it keeps the height of a line."""
        scale, lines = self.style.scale, self._lines(box, 1.0) or ()
        inner, high = box.inset(scale.margin), len(lines) * self._face.line
        ground = Fill(box, self.style.theme.sponsor.ground)
        if not self.drawn or box.height - high < 1.5 * scale.line:
            return (ground, *stacked(lines, self._face, inner, Align.CENTRE))
        below = inner._replace(y=box.bottom - high, height=high)
        room = inner._replace(height=box.height - high).inset(scale.px(24), scale.px(22))
        return (ground, *stacked(lines, self._face, below, Align.CENTRE), *self._tile(fitted(room, *self._shape)))

    def _beside(self, box: Rect) -> tuple[Element, ...]:
        scale, surface = self.style.scale, self.style.theme.sponsor
        inner = box.inset(scale.margin)
        beside = self._lines(box, WORDS)
        lines = beside or self._lines(box, 1.0) or ()
        found: list[Element] = [Fill(box, surface.ground), *stacked(lines, self._face, inner)]
        if beside is None or not self.drawn:
            return tuple(found)
        used = max(self.style.width(line, self._face) for line in lines) + scale.em(0.8)
        room = Rect(inner.x + used, inner.y, inner.width - used, inner.height).inset(scale.px(24), scale.px(22))
        picture = fitted(room, *self._shape)
        return (*found, *self._tile(picture._replace(x=room.right - picture.width)))

    def _tile(self, picture: Rect) -> tuple[Element, ...]:
        scale = self.style.scale
        return Fill(picture.inset(-scale.px(24), -scale.px(10)), TILE, scale.px(12)), Image(picture, self.mark.picture.sha256)

    @property
    def _shape(self) -> tuple[int, int]:
        return self.mark.picture.width, self.mark.picture.height

    @property
    def _face(self) -> Face:
        return self.style.scale.face(1, self.style.theme.sponsor.soft)

    def _lines(self, box: Rect, part: float) -> tuple[str, ...] | None:
        across = round((box.width - 2 * self.style.scale.margin) * part)
        lines = self.style.lines(f"{words.SPONSOR}: {self.mark.sponsor}", self._face, across)
        return lines if lines and len(lines) * self._face.line <= box.height else None


def fitted(room: Rect, width: int, height: int) -> Rect:
    """The largest rectangle of the shape *width* : *height* in the middle of *room*."""
    factor = min(room.width / width, room.height / height)
    across, down = max(1, round(width * factor)), max(1, round(height * factor))
    return Rect(room.x + (room.width - across) // 2, room.y + (room.height - down) // 2, across, down)
