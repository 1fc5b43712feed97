"""The head of a page: whose board it is (or what kind of emergency), date and clock; at the top, or as a column at a side. Pure."""

from dataclasses import dataclass, replace

from bundle.layout import Edge
from display.look.theme import Surface
from display.page import Align, ClockSlot, Element, Face, Fill, Rect
from display.pages.style import Style, stacked
from display.pages.zones.heading import Heading, Name, headings

CALM = 12
"""Lines: on a board as high as this a rule parts the header from the page."""
MARK = "99/99"
PAD = 0.35  # ems beside what stands in a column


@dataclass(frozen=True)
class Header:
    """*names* with the most needed first, on *surface*; the words of an *urgent* page are needed more than its clock.

    In a column the *number* of its level stands behind them: KHẨN CẤP 4.
    """

    style: Style
    names: tuple[Name, ...]
    surface: Surface
    urgent: bool = False
    number: str = ""

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """Its height at the top or bottom, its width at a side."""
        match edge:
            case Edge.TOP | Edge.BOTTOM:
                heading = self._heading(room)
                return None if heading is None else heading.height + self._rule
            case Edge.LEFT | Edge.RIGHT:
                return self._column(room)

    def shown(self, box: Rect, edge: Edge) -> bool:
        """Whether its first name, be it in short, stands in *box*."""
        match edge:
            case Edge.TOP | Edge.BOTTOM:
                heading = self._heading(box)
                return bool(heading and heading.names)
            case Edge.LEFT | Edge.RIGHT:
                return bool(self._stacked(box))

    def numbered(self, box: Rect, edge: Edge) -> bool:
        """Whether the number of its level stands in *box*."""
        match edge:
            case Edge.TOP | Edge.BOTTOM:
                heading = self._heading(box)
                return bool(heading and len(heading.names) > 1)
            case Edge.LEFT | Edge.RIGHT:
                return bool(self.number) and " ".join(self._stacked(box)).endswith(f" {self.number}")

    def elements(self, box: Rect, edge: Edge) -> tuple[Element, ...]:
        """Everything but date and clock."""
        ground = Fill(box, self.surface.ground)
        match edge:
            case Edge.TOP | Edge.BOTTOM:
                rule = (Fill(box._replace(y=box.bottom - self._rule, height=self._rule), self.style.theme.rule),) if self._rule else ()
                heading = self._heading(box)
                return (ground, *rule, *(heading.elements(self._inner(box)) if heading else ()))
            case Edge.LEFT | Edge.RIGHT:
                lines, slot = self._stacked(box), self.clock(box, edge)
                room = box._replace(height=box.height - slot.box.height) if slot else box
                return (ground, *stacked(lines, self._face, room, Align.CENTRE))

    def clock(self, box: Rect, edge: Edge) -> ClockSlot | None:
        """Where date and clock stand in *box*."""
        match edge:
            case Edge.TOP | Edge.BOTTOM:
                heading = self._heading(box)
                return heading.slot(self._inner(box)) if heading else None
            case Edge.LEFT | Edge.RIGHT:
                return self._column_clock(box)

    def mark(self, box: Rect, edge: Edge) -> Rect | None:
        """Room for a page sign between the names and the clock."""
        heading = self._heading(box) if edge in (Edge.TOP, Edge.BOTTOM) else None
        gap = heading.gap(self._inner(box)) if heading else None
        across = self.style.width(MARK, self._face)
        return gap._replace(x=gap.right - across - self.style.scale.em(0.5), width=across) if gap and gap.width > across * 1.5 else None

    @property
    def _rule(self) -> int:
        scale = self.style.scale
        return scale.px(5) if min(scale.size) >= CALM * scale.line else 0

    @property
    def _face(self) -> Face:
        return self.style.scale.face(1, self.surface.ink, bold=True)

    def _inner(self, box: Rect) -> Rect:
        return box._replace(height=box.height - self._rule).inset(self.style.scale.margin)

    def _heading(self, room: Rect) -> Heading | None:
        inner = self._inner(room)
        most = max(1.0, inner.height / self.style.scale.line)
        names = tuple(replace(name, times=min(name.times, most)) for name in self.names)
        return next((each for each in headings(self.style, names, self.surface, self.urgent) if each.fits(inner.width, inner.height)), None)

    def _column(self, room: Rect) -> int | None:
        """As wide as its words and the clock, each where it has room."""
        lines = self._stacked(room)
        clock = self.style.clock_width(self._face) if self._column_clock(room) else 0
        across = max([clock, *(self.style.width(line, self._face) for line in lines)])
        return across + 2 * self.style.scale.em(PAD) if across else None

    def _stacked(self, box: Rect) -> tuple[str, ...]:
        """The words of an emergency, on one line or one below the other; an ordinary page has only its clock at the side."""
        if not self.urgent:
            return ()
        name, inner = self.names[0], box.width - 2 * self.style.scale.em(PAD)
        short = name.short or name.text
        # On a single line the number would take the room of what runs, which tells the level itself.
        numbered = (f"{short} {self.number}",) if self.number and box.height >= 2 * self._face.line else ()
        for text in (*numbered, short, name.text):
            lines = self.style.lines(text, self._face, inner)
            if lines and len(lines) * self._face.line <= box.height:
                return lines
        return ()

    def _column_clock(self, box: Rect) -> ClockSlot | None:
        used = len(self._stacked(box)) * self._face.line
        across = self.style.clock_width(self._face)
        if used + self._face.line > box.height or across > box.width - self.style.scale.em(PAD):
            return None
        room = box._replace(y=box.y + used, height=box.height - used) if used else box
        return ClockSlot(room.inset(self.style.scale.em(PAD) // 2), self.surface.ground, None, self._face, Align.CENTRE)
