"""The foot of a page: who issued it, how to answer, and how many pages there are. Pure."""

from dataclasses import dataclass

from bundle.layout import Edge
from display.page import Align, Element, Face, Fill, Line, Rect, plain
from display.pages import words
from display.pages.style import Style
from display.text.document import Paragraph

WIDEST = 99  # pages
DOT = " · "


@dataclass(frozen=True)
class Foot:
    """*texts*, each from the beginning of a line, beside the page sign of a content that is *signed*."""

    style: Style
    texts: tuple[str, ...]
    signed: bool

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """The height of its words and its rule."""
        if edge in (Edge.LEFT, Edge.RIGHT):
            return None
        lines = self._lines(room)
        if lines is None:
            return None
        needed = max(1, len(lines)) * self._face.line + self._over
        return needed if needed <= room.height else None

    def elements(self, box: Rect) -> tuple[Element, ...]:
        """A rule, and the words under it."""
        inner = self._inner(box)
        lines = self._lines(box) or ()
        rule = Fill(Rect(inner.x, box.y, inner.width, max(1, self.style.scale.px(3))), self.style.theme.page.soft)
        y = inner.y + max(0, (inner.height - len(lines) * self._face.line) // 2)
        placed = [
            Line(Rect(inner.x, y + n * self._face.line, inner.width, self._face.line), plain(text), self._face)
            for n, text in enumerate(lines)
        ]
        return (rule, *placed)

    def sign(self, box: Rect, n: int, count: int) -> tuple[Element, ...]:
        """Page *n* of *count* at the right, in words where they have room."""
        inner, surface = self._inner(box), self.style.theme.more if n < count else self.style.theme.end
        face = self.style.scale.face(1, surface.ink, bold=True)
        text = self._signs(n, count)[self._variant(box)]
        across = self.style.width(text, face) + 2 * self._pad
        pill = Rect(inner.right - across, inner.y + (inner.height - face.line) // 2, across, face.line)
        return (Fill(pill, surface.ground, face.line // 2), Line(pill.inset(self._pad), plain(text), face, Align.CENTRE))

    def told(self) -> tuple[Paragraph, ...]:
        """In the course of a text."""
        return tuple(Paragraph(plain(text)) for text in self.texts)

    @property
    def _face(self) -> Face:
        return self.style.scale.face(1, self.style.theme.page.soft)

    @property
    def _over(self) -> int:
        return 2 * self.style.scale.px(10)

    @property
    def _pad(self) -> int:
        return self.style.scale.em(0.6)

    def _inner(self, box: Rect) -> Rect:
        return box.inset(self.style.scale.margin, self._over // 2)

    def _lines(self, box: Rect) -> tuple[str, ...] | None:
        return self._beside(box, self._variant(box))

    def _beside(self, box: Rect, variant: int) -> tuple[str, ...] | None:
        """The words beside the sign in that wording."""
        across = self._inner(box).width - (self._width_of(variant) + self.style.scale.em(0.5) if self.signed else 0)
        broken = [self._broken(text, across) for text in self.texts]
        return None if None in broken else tuple(line for lines in broken if lines for line in lines)

    def _broken(self, text: str, across: int) -> tuple[str, ...] | None:
        """At its dots, where that takes no more lines: not inside a number or a name."""
        whole = self.style.lines(text, self._face, across)
        parts: list[str] = []
        for piece in text.split(DOT):
            longer = DOT.join([*parts[-1:], piece])
            if parts and self.style.width(longer, self._face) <= across:
                parts[-1] = longer
            else:
                parts.append(piece)
        fit = all(self.style.width(part, self._face) <= across for part in parts)
        return tuple(parts) if whole and fit and len(parts) <= len(whole) else whole

    def _signs(self, n: int, count: int) -> tuple[str, str, str]:
        more, short = (words.MORE, words.MORE_SHORT) if n < count else (words.END, words.END_SHORT)
        return f"{n}/{count}  {more}", f"{n}/{count}  {short}", f"{n}/{count}"

    def _variant(self, box: Rect) -> int:
        """The longest wording beside which the words take the fewest lines; the bare number only where it saves two of them."""
        counts = [len(lines) if (lines := self._beside(box, variant)) is not None else box.height for variant in range(3)]
        worded = counts.index(min(counts[:2]))
        return 2 if counts[2] + 1 < counts[worded] else worded

    def _width_of(self, variant: int) -> int:
        face = self.style.scale.face(1, self.style.theme.more.ink, bold=True)
        widest = (self._signs(WIDEST - 1, WIDEST)[variant], self._signs(WIDEST, WIDEST)[variant])
        return max(self.style.width(text, face) for text in widest) + 2 * self._pad
