"""Bands below the header: what is not as usual, and what the unit itself says to those in front of it. Pure."""

from dataclasses import dataclass

from bundle.layout import Edge
from display.look.theme import Surface
from display.page import Align, Element, Face, Fill, Rect, plain
from display.pages.style import Style, stacked
from display.text.document import Paragraph


@dataclass(frozen=True)
class Bands:
    """*texts*, each centred on its own surface and broken where it must be."""

    style: Style
    texts: tuple[tuple[str, Surface], ...]

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """The height of all of them; none stands alone, because each is as needed as the others."""
        heights = [self._height(text, surface, room.width) for text, surface in self.texts]
        total = sum(height or 0 for height in heights)
        return None if edge in (Edge.LEFT, Edge.RIGHT) or None in heights or total > room.height else total

    def elements(self, box: Rect) -> tuple[Element, ...]:
        """One below the other."""
        found: list[Element] = []
        y = box.y
        for text, surface in self.texts:
            band = Rect(box.x, y, box.width, self._height(text, surface, box.width) or 0)
            lines = self.style.lines(text, self._face(surface), band.width - 2 * self.style.scale.margin) or ()
            found += [Fill(band, surface.ground), *stacked(lines, self._face(surface), band, Align.CENTRE)]
            y = band.bottom
        return tuple(found)

    def told(self) -> tuple[Paragraph, ...]:
        """In the course of a text."""
        return tuple(Paragraph(plain(text)) for text, _ in self.texts)

    def _height(self, text: str, surface: Surface, width: int) -> int | None:
        lines = self.style.lines(text, self._face(surface), width - 2 * self.style.scale.margin)
        return None if lines is None else len(lines) * self._face(surface).line

    def _face(self, surface: Surface) -> Face:
        return self.style.scale.face(1, surface.ink, bold=True)
