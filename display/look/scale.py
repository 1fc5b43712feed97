"""The sizes of one board: its smallest letters, its lines and its margins, from its pixels and the eyes before it. Pure."""

from dataclasses import dataclass
from functools import cached_property

from display.look.eyes import SMALLEST, Eyes
from display.page import Colour, Face, Rect, Size

LEADING = 1.42
STACKED_LEADING = 1.8
"""Signs of Khmer and Cham stand above and below the letters, sometimes twice."""
STACKED = ("km", "cjm")
ACROSS = 6
"""Ems: a board on which fewer letters than these stand beside each other could only spell."""
CALM = 24
"""The smallest letters are never less than this part of the board's shorter side: on a large board the page grows with it."""


DEFAULT = Eyes()


@dataclass(frozen=True)
class Scale:
    """A board of *size* pixels for *eyes*. Sizes are in multiples of its smallest letters, distances in pixels."""

    size: Size
    eyes: Eyes = DEFAULT

    @cached_property
    def smallest(self) -> int:
        """Pixels an em of the smallest letters on this board.

        A board that is lower than one such line, or narrower than a word, has letters as high as it can: nobody reads it
        from where its settings say, and `legible` tells.
        """
        width, height = self.size
        possible = min(int(height / STACKED_LEADING), width // ACROSS)
        return max(SMALLEST, min(self.eyes.smallest, possible), round(min(self.size) / CALM))

    @property
    def legible(self) -> bool:
        """Whether the smallest letters can be read from the declared distance."""
        return self.smallest >= self.eyes.smallest

    @property
    def line(self) -> int:
        """The height of a line of the smallest letters in pixels: what layouts count in."""
        return self.face(1, (0, 0, 0)).line

    @property
    def board(self) -> Rect:
        """The whole of it."""
        return Rect(0, 0, *self.size)

    @property
    def margin(self) -> int:
        """Between the edge of the board and what is written on it."""
        return self.px(56)

    def px(self, at_1080: float) -> int:
        """A distance in pixels, at least 1, given for a board whose shorter side has 1080."""
        return max(1, round(at_1080 * min(self.size) / 1080))

    def em(self, times: float) -> int:
        """A distance as a multiple of the smallest letters."""
        return max(1, round(self.smallest * times))

    def face(self, times: float, colour: Colour, bold: bool = False, language: str = "vi") -> Face:
        """Letters *times* as large as the smallest, never smaller than those, with the leading that the language's script needs."""
        return Face(max(self.smallest, round(self.smallest * times)), colour, bold, leading(language))

    def filling(self, height: int, most: float, colour: Colour, language: str = "vi") -> Face:
        """Bold letters whose line is as high as *height* pixels allow, at most *most* times the smallest."""
        size = min(round(self.smallest * most), int(height / leading(language)))
        return Face(max(self.smallest, size), colour, True, leading(language))


def leading(language: str) -> float:
    """Line height in ems for *language*."""
    return STACKED_LEADING if language.split("-")[0] in STACKED else LEADING
