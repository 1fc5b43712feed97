"""Where sentences end, told by their marks and by what follows: a page turns best between two of them. Pure."""

import re
from functools import lru_cache

# A mark, what closes around it, and a gap after it: not the dot in "3.500" or in an address.
_MARK = re.compile(r"(?P<before>\S*?)(?P<mark>[.!?…]+|[។៕])[\"”’»)\]]*(?=(?P<gap>[\s\u200b]+)(?P<next>\S))")


@lru_cache(256)
def sentence_ends(text: str) -> tuple[int, ...]:
    """The places just after the marks that end a sentence inside *text*; its own end is not among them.

    Dots of abbreviations ("TP. ", "Th. ", "ĐT. ") and of a number that begins the text are none; a doubtful one is left out.
    """
    return tuple(found.end() for found in _MARK.finditer(text) if _ends(found))


def _ends(found: re.Match[str]) -> bool:
    if found["mark"] in "។៕":
        return True
    if found["next"].islower():
        return False
    word = found["before"].lstrip('"“‘«([')
    if found["mark"] != "." or not word:
        return bool(word)
    abbreviated = word.isupper() or (word[0].isupper() and len(word) <= 3) or "." in word
    return (word.isdigit() and found.start() > 0) or not (abbreviated or word.isdigit())
