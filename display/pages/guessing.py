"""Lines broken without a text library, which takes seconds to load: every letter is taken to be as wide as the widest of its kind. Pure."""

import re
import unicodedata

from display.page import Face

_WIDE, _NARROW = frozenset("mwMWƯƠ%@—"), frozenset("iljtfrI.,:;·'!| ()-")
WIDE, UPPER, NARROW, LOWER = 0.96, 0.78, 0.42, 0.63
"""Ems; of letters that are none of Latin, too few to say."""
HORN = 0.1  # of ơ and ư
BOLD = 1.07


def broken(text: str, face: Face, width: int) -> tuple[str, ...]:
    """*text* as lines that are at most *width* pixels wide in *face*; nothing when a word of it is wider than that."""
    # A telephone number is read in one piece.
    words = re.sub(r"(?<=\d) (?=\d)", "\u00a0", text).split(" ")
    lines: list[str] = []
    for word in words:
        if guessed(word, face) > width:
            return ()
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and guessed(longer, face) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def guessed(text: str, face: Face) -> int:
    """Pixels that *text* surely does not exceed on one line, for Latin letters with any marks."""
    ems = sum(_ems(sign) for sign in text)
    return round(ems * face.size * (BOLD if face.bold else 1.0)) + 1


def _ems(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    letters = unicodedata.normalize("NFD", sign)
    base, marks = letters[0], letters[1:]
    horn = HORN if "\u031b" in marks else 0.0
    if base in _WIDE or sign in _WIDE or not (base.isascii() or base in "đĐ·"):
        return WIDE
    if base in _NARROW:
        return NARROW
    return (UPPER if base.isupper() else LOWER) + horn
