"""What all zones of one page share: sizes, colours, the measure of text, the language. Pure."""

import re
from dataclasses import dataclass

from display.look.scale import Scale
from display.look.theme import Theme
from display.page import Align, Colour, Element, Face, Line, Rect, plain, text_of
from display.pages import words
from display.text.binding import NO_BREAK, bound
from display.text.measure import Measure

_BREAKS = re.compile("[ \t\n\u200b]+")
"""Where a line may end: at spaces, and between the words of scripts that write none."""


_NUMBER = re.compile(r"(?<=\d) (?=\d)")


@dataclass(frozen=True)
class Style:
    """The hand in which a page is written."""

    scale: Scale
    theme: Theme
    measure: Measure
    language: str = "vi"

    def face(self, times: float, colour: Colour, bold: bool = False) -> Face:
        """Letters of the page's language, *times* as large as the smallest."""
        return self.scale.face(times, colour, bold, self.language)

    def lines(self, text: str, face: Face, width: int) -> tuple[str, ...] | None:
        """*text* broken into lines of at most *width* pixels; ``None`` when a word of it is wider than that."""
        # Figures with their units, telephone and document numbers are read in one piece where there is room for that.
        for runs in (bound(plain(text)), plain(_NUMBER.sub(NO_BREAK, text))):
            if width >= face.size and all(self.measure.width(plain(word), face) <= width for word in words_of(text_of(runs))):
                return tuple(text_of(line).strip() for line in self.measure.break_lines(runs, face, width))
        return None

    def width(self, text: str, face: Face) -> int:
        """Pixels of *text* on one line."""
        return self.measure.width(plain(text), face)

    def clock_width(self, face: Face) -> int:
        """Pixels of a clock and the air beside it: in every font the figures are as wide as each other, but not as in every other."""
        return max(round(face.size * words.CLOCK_EMS), self.width(words.WIDEST_CLOCK, face) + face.size // 8)


def words_of(text: str) -> list[str]:
    """What stays in one piece when *text* is broken into lines."""
    return [word for word in _BREAKS.split(text) if word]


def stacked(lines: tuple[str, ...], face: Face, box: Rect, align: Align = Align.LEFT) -> list[Element]:
    """*lines* one below the other, together in the middle of *box*'s height."""
    y = box.y + (box.height - len(lines) * face.line) // 2
    return [Line(Rect(box.x, y + n * face.line, box.width, face.line), plain(text), face, align) for n, text in enumerate(lines)]
