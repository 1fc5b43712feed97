"""Whether a word is a syllable that Vietnamese spelling allows. Pure."""

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSET = "b|ch?|d|đ|gh?|gi|h|kh?|l|m|n(?:gh?|h)?|ph?|qu|r|s|t[hr]?|v|x"
# Every rhyme without its tone, by its vowels; "quốc" is qu + ốc, "giếng" is g + iếng.
_RHYMES = (
    "a(?:ch?|[imoptuy]|n[gh]?)?",
    "ă(?:[cmpt]|ng?)",
    "â(?:[cmptuy]|ng?)",
    "e(?:[cmopt]|ng?)?",
    "ê(?:ch|[mptu]|n[gh]?)?",
    "i(?:[amptu]|ch|nh?)?",
    "iê(?:[cmptu]|ng?)",
    "o(?:[cimpt]|ng?)?",
    "oa(?:ch?|[imopty]|n[gh]?)?",
    "oă(?:[cmt]|ng?)",
    "oe[not]?",
    "oo(?:c|ng)",
    "ô(?:[cimpt]|ng?)?",
    "ơ(?:[impt]|ng?)?",
    "u(?:[acimpt]|ng?)?",
    "uâ(?:[ty]|ng?)",
    "uê(?:ch|u|nh?)?",
    "uơ",
    "uy(?:[aptu]|ch|nh?)?",
    "uyê[nt]",
    "uô(?:[cimt]|ng?)",
    "ư(?:[acimtu]|ng?)?",
    "ươ(?:[cimptu]|ng?)",
    "y(?:nh)?",
    "yê(?:[mtu]|ng?)",
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{'|'.join(_RHYMES)})")
_STOPPED = re.compile("(?:c|ch|p|t)$")


@lru_cache(8192)
def is_syllable(word: str) -> bool:
    """Onset, rhyme and tone as Vietnamese combines them, in any case of letters; what only other languages write is none."""
    toneless, tones = "", ""
    for char in unicodedata.normalize("NFD", word.lower()):
        if char in _TONES:
            tones += char
        else:
            toneless += char
    toneless = unicodedata.normalize("NFC", toneless)
    if len(tones) > 1 or not _SYLLABLE.fullmatch(toneless):
        return False
    # A syllable that ends in a stop has the sharp or the heavy tone, and no other.
    return not _STOPPED.search(toneless) or tones in ("\u0301", "\u0323")
