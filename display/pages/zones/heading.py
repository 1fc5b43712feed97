"""Words, date and clock side by side (or in two rows) at the head of a page: as much of it as has room. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from display.look.theme import Surface
from display.page import Align, ClockSlot, Element, Face, Rect
from display.pages import words
from display.pages.style import Style, stacked

CLOCK = 1.75
"""How many times the smallest letters a clock is where there is room."""
FIGURES = 1.2
"""Line height in ems of figures, which bear no marks."""
GAP = 1.2  # ems between what stands side by side
EVEN = (0.52, 0.58, 0.66)  # parts of a line in which it is broken into two


@dataclass(frozen=True)
class Name:
    """Words at the head, *times* the smallest letters; *short* where there is no room for them."""

    text: str
    times: float = 1.0
    short: str = ""


@dataclass(frozen=True)
class Heading:
    """What is shown: *names* as lines with their faces, date and clock or not, in one or two *rows*."""

    style: Style
    surface: Surface
    names: tuple[tuple[tuple[str, ...], Face], ...] = ()
    date: bool = False
    clock: bool = True
    rows: int = 1

    def fits(self, width: int, height: int) -> bool:
        """Whether it stands in a room of that size without its margins."""
        wide = max(self._names_width, self._clock_width) if self.rows == 2 else self._names_width + self._clock_width
        return wide <= width and self.height <= height

    @property
    def height(self) -> int:
        """In pixels."""
        names = max((len(lines) * face.line for lines, face in self.names), default=0)
        return names + self._second + self._air if self.rows == 2 else max(names, self._second)

    def elements(self, box: Rect) -> list[Element]:
        """Its words in *box*."""
        row = box._replace(y=box.y + self._air, height=box.height - self._second - self._air) if self.rows == 2 else box
        found: list[Element] = []
        x = row.x
        for lines, face in self.names:
            across = self._width(lines, face)
            found += stacked(lines, face, Rect(x, row.y, across, row.height))
            x += across + self.style.scale.em(GAP)
        return found

    def slot(self, box: Rect) -> ClockSlot | None:
        """Date and clock in *box*."""
        if not self.clock:
            return None
        surface = self.surface
        date = self.style.scale.face(1, surface.soft) if self.date else None
        figures = self.style.clock_width(self._clock_face)
        if self.rows == 2:
            row = box._replace(y=box.bottom - self._second, height=self._second)
            return ClockSlot(row, surface.ground, date, self._clock_face, Align.LEFT, figures)
        across = self._clock_width
        return ClockSlot(box._replace(x=box.right - across, width=across), surface.ground, date, self._clock_face, across=figures)

    def gap(self, box: Rect) -> Rect | None:
        """What lies free between the names and the clock."""
        if self.rows == 2:
            return None
        left, right = box.x + self._names_width, box.right - self._clock_width
        return Rect(left, box.y, right - left, box.height)

    @property
    def _air(self) -> int:
        """Above the names, where nothing stands beside them that is higher."""
        return self.style.scale.em(0.4)

    @property
    def _second(self) -> int:
        """The height of date and clock: with a date as high as two lines of it, where the moon's stands below the sun's."""
        line = self.style.scale.line
        return 2 * line if self.date else max(line, self._clock_face.line)

    @property
    def _names_width(self) -> int:
        gap = self.style.scale.em(GAP)
        across = sum(self._width(lines, face) + gap for lines, face in self.names)
        return across - gap if across and (self.rows == 2 or not self.clock) else across

    def _width(self, lines: tuple[str, ...], face: Face) -> int:
        return max(self.style.width(line, face) for line in lines) + 1

    @property
    def _clock_width(self) -> int:
        if not self.clock:
            return 0
        dates = max(self.style.width(sample, self.style.scale.face(1, (0, 0, 0))) for sample in words.WIDEST_DATES) if self.date else 0
        return self.style.clock_width(self._clock_face) + dates + (self.style.scale.em(0.6) if self.date else 0)

    @property
    def _clock_face(self) -> Face:
        face = self.style.scale.face(CLOCK if self.date else 1.15, self.surface.ink, bold=True)
        return replace(face, leading=FIGURES)


def headings(style: Style, names: tuple[Name, ...], surface: Surface, urgent: bool) -> Iterator[Heading]:
    """The most that could be shown first, the least last; the words of an *urgent* page are needed more than its clock."""

    def one(name: Name, short: bool = False) -> tuple[tuple[str, ...], Face]:
        face = style.scale.face(name.times, surface.ink, bold=True)
        return ((name.short or name.text) if short else name.text,), face

    whole = tuple(one(name) for name in names)
    broken = tuple((_in_two(style, lines[0], face), face) for lines, face in whole) if len(whole) == 1 else whole
    for shown in (whole, broken):
        yield from (Heading(style, surface, shown, date=True), Heading(style, surface, shown, date=True, rows=2))
    yield from (Heading(style, surface, shown) for shown in (whole, broken))
    first, others = names[:1], names[1:]
    short, numbers = (tuple(one(name, short=True) for name in some) for some in (first, others))
    if others:
        numbered = (*whole[:1], *numbers)
        yield from (Heading(style, surface, numbered, date=True, rows=2), Heading(style, surface, numbered))
    if urgent:
        yield from (
            Heading(style, surface, (*short, *numbers)),
            Heading(style, surface, (*short, *numbers), clock=False),
            Heading(style, surface, tuple(one(replace(name, times=1.0), short=True) for name in names), clock=False),
            Heading(style, surface, whole[:1]),
            Heading(style, surface, short),
            Heading(style, surface, whole[:1], clock=False),
            Heading(style, surface, short, clock=False),
        )
    else:
        yield from (Heading(style, surface, whole[:1]), Heading(style, surface))


def _in_two(style: Style, text: str, face: Face) -> tuple[str, ...]:
    whole = style.width(text, face)
    for part in EVEN:
        lines = style.lines(text, face, round(whole * part))
        if lines and len(lines) == 2:
            return lines
    return (text,)
