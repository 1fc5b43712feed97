"""How long a page stays: by characters and the language's reading speed. Pure."""

from collections.abc import Iterable
from enum import IntEnum

from display.page import Element, Line, read_of

SHORTEST = 6.0  # seconds; nobody finds and reads anything in less
FOLLOWING = 3.0  # seconds of a page with nothing but new words on a small board, where the eye already rests
PICTURE = 15.0  # seconds for a picture or a view of a document page
CURTAIN = 1.0  # seconds that a film may take to begin: its page stays so much longer than it lasts
SLOWER = 0.72  # other languages than Vietnamese are read more slowly on a public board


class Reader(IntEnum):
    """Characters of Vietnamese per minute."""

    EVERYONE = 900
    ELDERS = 600


def characters(elements: Iterable[Element]) -> int:
    """How many there are to read on *elements*; what only steers line breaks is none, and Khmer is full of it."""
    return sum(len(read_of(element.runs)) for element in elements if isinstance(element, Line))


def dwell(characters: int, language: str, reader: Reader = Reader.EVERYONE, shortest: float = SHORTEST) -> float:
    """Seconds for *characters* in *language*, at least *shortest*."""
    speed = reader * (1.0 if language.split("-")[0] == "vi" else SLOWER)
    return max(shortest, characters / speed * 60.0)
