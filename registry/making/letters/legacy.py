"""Vietnamese in an old encoding that was pasted as it was: recognised by its syllables, and read. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from registry.making.letters.syllables import is_syllable
from registry.making.letters.tables import ENCODINGS

# Two words are no accident when at most one in three of the marked words speaks against them, and one in three of all is foreign.
ENOUGH, FOR_EACH_AGAINST = 2, 2
FIRST_WORDS = 8
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~“”‘’–—…•]+")
_LETTER = re.compile("[A-Za-z]")
_WESTERN = frozenset(bytes(range(256)).decode("cp1252", "ignore"))
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


@dataclass(frozen=True)
class Legacy:
    """The *encoding*, the index *at* which its first line begins, and what that line says in Unicode."""

    encoding: str
    at: int
    says: str


def recognise(text: str) -> Legacy | None:
    """The old encoding of *text* or of one of its lines; ``None`` for whatever is correct, in any language.

    A word speaks for an encoding when it is no Vietnamese syllable as it stands and becomes one when it is read by that table;
    against it when it does not become one. A correct text has hardly any of the former: its marked words are syllables already,
    or are those of another language and remain so. Words without a mark tell whether the text is Vietnamese at all.
    """
    if text.isascii():
        return None
    lines = text.translate(_C1).split("\n")
    whole = _best(" ".join(lines))
    at = 0
    for line in lines:
        encoding = whole if whole and _weighed(line, whole)[0] else _best(line)
        if encoding:
            return Legacy(encoding, at, read(line, encoding))
        at += len(line) + 1
    return None


def read(text: str, encoding: str) -> str:
    """*text* by the table of *encoding*."""
    table = ENCODINGS[encoding]
    return _signs(encoding).sub(lambda found: table[found[0]], text)


def first_words(text: str) -> str:
    """The beginning of *text*, for a message; Markdown's signs at its start are no words."""
    words = text.strip(" #>*|-\t").split()
    return " ".join(words[:FIRST_WORDS]) + (" …" if len(words) > FIRST_WORDS else "")


def _best(text: str) -> str | None:
    weighed = {encoding: _weighed(text, encoding) for encoding in ENCODINGS}
    encoding = max(ENCODINGS, key=lambda name: (weighed[name][0] - weighed[name][1], weighed[name][0]))
    speaking_for, against = weighed[encoding]
    if speaking_for < ENOUGH or speaking_for < FOR_EACH_AGAINST * against:
        return None
    plain = [is_syllable(word) for word in set(_words(text)) if word.isascii() and len(word) > 1 and not word.isupper()]
    # What a text of another language has is words that no Vietnamese mouth says, marked or not.
    return encoding if speaking_for + plain.count(True) >= FOR_EACH_AGAINST * (against + plain.count(False)) else None


def _weighed(text: str, encoding: str) -> tuple[int, int]:
    """How many different words speak for *encoding*, and how many against it."""
    votes = [_vote(word, encoding) for word in set(_words(text)) if not word.isascii()]
    return votes.count(True), votes.count(False)


def _words(text: str) -> Iterator[str]:
    """The words of *text*; alone, signs such as « or × are none."""
    for word in _WORD.findall(text):
        # A quotation mark is a letter only on one side: «xã» and »xã« are quotations, th«n is "thôn" in TCVN3.
        quoted = len(word) > 2 and word[0] + word[-1] in ("«»", "»«")
        # These end no syllable in any table: they close a quotation or mark a name.
        word = word[1:-1] if quoted else word.rstrip("»®™")
        if _LETTER.search(word):
            yield word


def _vote(word: str, encoding: str) -> bool | None:
    became, right = read(word, encoding), is_syllable(word)
    if became == word:
        # Some letters look alike in both; a letter that no old encoding had is Unicode.
        return None if right and _WESTERN.issuperset(word) else False
    if not is_syllable(became):
        return False
    return None if right else True


@cache
def _signs(encoding: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(ENCODINGS[encoding], key=len, reverse=True))))
