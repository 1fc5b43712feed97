"""Where sentences end, told by their marks and by what follows: a page turns best between two of them. Pure."""

import re
from functools import lru_cache

# A mark, what closes around it, and a gap after it: not the dot in "3.500" or in an address. It takes what it can at once
# and gives nothing back: a line of dots to be filled in is looked at once, not once for each dot.
_MARK = re.compile(r"(?:(?<![.!?…])(?P<mark>[.!?…]++)|[។៕])[\"”’»)\]]*+(?=[\s\u200b]++(?P<next>\S))")
_GAP = re.compile(r"[\s\u200b]")
LONGEST = 40  # letters before a mark that are looked at; what tells an abbreviation or a number is shorter


@lru_cache(256)
def sentence_ends(text: str) -> tuple[int, ...]:
    """The places just after the marks that end a sentence inside *text*; its own end is not among them.

    Dots of abbreviations ("TP. ", "Th. ", "ĐT. ") and of a number that begins the text are none; a doubtful one is left out.
    """
    return tuple(found.end() for found in _MARK.finditer(text) if _ends(text, found))


def _ends(text: str, found: re.Match[str]) -> bool:
    if found["mark"] is None:
        return True
    if found["next"].islower():
        return False
    *_, before = _GAP.split(text[max(0, found.start() - LONGEST) : found.start()])
    word = before.lstrip('"“‘«([')
    if found["mark"] != "." or not word:
        return bool(word)
    abbreviated = word.isupper() or (word[0].isupper() and len(word) <= 3) or "." in word
    return (word.isdigit() and found.start() > len(before)) or not (abbreviated or word.isdigit())
