"""Whether what was read back is the picture that was presented. Pure."""

from collections.abc import Sequence
from enum import Enum
from math import isqrt

from display.page import Colour, Rect

Point = tuple[int, int]

SAMPLES = 1000
"""About so many: reading them takes a Pi some hundredths of a second."""
ROUNDED = 12
"""Levels of a colour channel that a display pipeline may round away (RGB565 loses 7)."""
DARK = 40
"""A level below which a pixel could be a screen that shows nothing."""
FEWEST = 20
"""So many samples must differ from a black screen before anything can be said."""
MOST_WRONG = 0.02
"""The share of samples that may differ: an X server's cursor, a frame of the running line that is one pixel on."""


class Unreadable(Exception):
    """Nothing can be said of what the display hardware is given; the message says why."""


class Sight(Enum):
    """What reading back came to; what cannot be read is unknown, never good."""

    THERE = "there"
    MISSING = "missing"
    UNKNOWN = "unknown"


def grid(box: Rect) -> list[Point]:
    """Where the part *box* of a video mode is sampled, evenly."""
    apart = max(1, isqrt(box.width * box.height // SAMPLES))
    return [(x, y) for y in range(box.y + apart // 2, box.bottom, apart) for x in range(box.x + apart // 2, box.right, apart)]


def judge(presented: Sequence[Colour], pictures: Sequence[Sequence[Colour]]) -> Sight:
    """Whether one of the *pictures* that were read back is the one *presented*, each given by its colours at the same points."""
    telling = [n for n, colour in enumerate(presented) if max(colour) >= DARK]
    if len(telling) < FEWEST:
        return Sight.UNKNOWN
    wrong = [sum(not _same(presented[n], picture[n]) for n in telling) for picture in pictures]
    return Sight.THERE if min(wrong, default=len(telling)) <= MOST_WRONG * len(telling) else Sight.MISSING


def _same(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= ROUNDED for a, b in zip(one, other, strict=True))
