"""The QR code of a page: only where every module is large enough to be told from its neighbours. Pure."""

from dataclasses import dataclass
from functools import lru_cache

from bundle.layout import Edge
from display.errors import PageUndrawable
from display.page import Align, Code, Element, Face, Line, Rect, plain
from display.pages import words
from display.pages.style import Style

LEAST_MODULE = 2
"""Pixels: with fewer, one dead pixel or one blurred edge is a wrong module."""
LARGEST_MODULE = 5
"""Pixels a module beside the smallest letters of 45 pixels, and in proportion: larger it would outshine the words."""
QUIET = 4


@dataclass(frozen=True)
class Coded:
    """*link* as a code with its quiet zone, and under it what to do with it, where there is room."""

    style: Style
    link: str

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """Its side with a margin, and its words."""
        side = self._side(room, edge)
        if side is None:
            return None
        match edge:
            case Edge.LEFT | Edge.RIGHT:
                return side + self.style.scale.margin
            case Edge.TOP | Edge.BOTTOM:
                return side + self._under(side) + 2 * self._air

    def elements(self, box: Rect, edge: Edge) -> tuple[Element, ...]:
        """At the bottom: beside the words of a page, or in the middle of a panel."""
        side = self._side(box, edge) or 0
        under = self._under(side) if box.height >= side + self._under(side) + self._air else 0
        match edge:
            case Edge.LEFT | Edge.RIGHT:
                x, bottom = box.right - self.style.scale.margin - side, box.bottom - self._air
            case Edge.TOP | Edge.BOTTOM:
                x, bottom = box.x + (box.width - side) // 2, box.bottom - self._air
        code = Code(Rect(x, bottom - under - side, side, side), self.link)
        return (code, Line(Rect(x, bottom - under, side, under), plain(self._words), self._face, Align.CENTRE)) if under else (code,)

    @property
    def _air(self) -> int:
        return self.style.scale.px(18)

    @property
    def _words(self) -> str:
        return words.labels(self.style.language).scan

    @property
    def _face(self) -> Face:
        return self.style.scale.face(1, self.style.theme.page.soft)

    def _under(self, side: int) -> int:
        return self._face.line if self.style.width(self._words, self._face) <= side else 0

    def _side(self, room: Rect, edge: Edge) -> int | None:
        scale, count = self.style.scale, modules(self.link)
        margin = scale.margin if edge in (Edge.LEFT, Edge.RIGHT) else 0
        most = max(LEAST_MODULE, round(LARGEST_MODULE * scale.smallest / 45))
        module = min(room.width - margin, room.height - 2 * self._air, most * count) // count
        while module >= LEAST_MODULE and edge in (Edge.TOP, Edge.BOTTOM) and module * count + self._under(module * count) > room.height:
            module -= 1
        return module * count if module >= LEAST_MODULE else None


@lru_cache(64)
def modules(link: str, error: str = "m") -> int:
    """How many modules a side of the code of *link* has, its quiet zone included; ``PageUndrawable`` for one that no code holds.

    *error* is its level of correction.
    """
    # Most boards have no code at first, and with it come HTTP and TLS from the standard library.
    import segno

    try:
        return int(segno.make(link, error=error, micro=False).symbol_size(border=QUIET)[0])
    except segno.DataOverflowError as problem:
        raise PageUndrawable(str(problem)) from problem
