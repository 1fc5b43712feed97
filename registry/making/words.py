"""Text as it should be read aloud: words, digits and sentence marks, nothing else; what was meant by a sign is said in words. Pure."""

import re
import unicodedata
from functools import cache

from bundle.items import VIETNAMESE
from registry.making.lexicon import Lexicon
from registry.making.numerals import numbers_in_words

MARKS = ".,:;!?។៕"
# Without the stop that ends the sentence; "example" because invented addresses must not be read aloud either.
_URL = re.compile(
    r"(?:https?://|www\.|\b[\w.+-]+@[\w-]+\.|\b(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|example)\b)(?:\S*[^\s.,;:!?)])?", re.IGNORECASE
)
_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^)]*\)")
_ENTRY = re.compile(r"^[ \t]*[-*+•][ \t]+", re.MULTILINE)
_MARKDOWN = re.compile(r"^[ \t]*(?:#+|>)[ \t]+|[*_`|]+|-{3,}", re.MULTILINE)
_CAPITALS = re.compile(r"(?<![\w-])[A-ZĐ]{2,8}(?![\w])")
_SOUNDED = re.compile("[AEIOU]")
_ASIDE = re.compile(r"\s*[()\[\]{}…]+\s*|\s+[-–—]+\s+|[-–—]{2,}|(?<=[^\W\d_])\s*/\s*(?=[^\W\d_])")
_PASSES = 8
_CRIES = ("!", "?")


def speakable(text: str, language: str, lexicon: Lexicon) -> str:
    """*text* as a machine should read it: idempotent, and nothing but letters, digits, spaces, line ends and `MARKS` remains.

    Numbers, dates, units and abbreviations are those of Vietnamese; text in another *language* is only freed of what is no word.
    """
    for _ in range(_PASSES):
        # What a sign kept apart may belong together once it is gone.
        text, before = _once(text, language, lexicon), text
        if text == before:
            break
    return text


def _once(text: str, language: str, lexicon: Lexicon) -> str:
    text = unicodedata.normalize("NFC", text)
    text = _URL.sub("", _LINK.sub(r"\1", text))
    text = _MARKDOWN.sub(" ", _ENTRY.sub("\n", text))
    if language == VIETNAMESE:
        text = numbers_in_words(
            _abbreviations(lexicon).sub(lambda found: lexicon.abbreviations[found[0]], _documents(text, lexicon)), lexicon
        )
        text = _CAPITALS.sub(_spelt, text)
        for sign, words in lexicon.signs.items():
            text = text.replace(sign, f" {words} ")
    return _tidied("".join(_kept(char) for char in _ASIDE.sub(", ", text)))


def unknown_abbreviations(text: str, language: str, lexicon: Lexicon) -> list[str]:
    """The words in capitals of *text* that the *lexicon* does not know, sorted: a machine can only guess at them."""
    if language != VIETNAMESE or text.isupper():
        return []
    known = lexicon.abbreviations.keys() | lexicon.documents.keys() | lexicon.units.keys()
    return sorted({word for word in _CAPITALS.findall(_URL.sub("", text)) if word not in known and not set(word) <= set("IVXLC")})


@cache
def _alternatives(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)") if words else re.compile(r"(?!)")


def _abbreviations(lexicon: Lexicon) -> re.Pattern[str]:
    return _alternatives(tuple(lexicon.abbreviations))


_DOCUMENT = re.compile(r"(?<![\w/])(\d{1,5})(?:/(\d{4}))?/([A-ZĐ][A-Za-zĐđ]*(?:-[A-ZĐ][A-Za-zĐđ]*)*)(?![\w/])")


def _documents(text: str, lexicon: Lexicon) -> str:
    """12/2026/QĐ-UBND: its number, its year, what kind of document unless that was just said, and whose."""

    def said(found: re.Match[str]) -> str:
        kind, *whose = (lexicon.documents.get(part) or lexicon.abbreviations.get(part) or part for part in found[3].split("-"))
        before = text[: found.start()].rstrip().lower().removesuffix("số").rstrip()
        parts = [found[1], f"năm {found[2]}" if found[2] else "", "" if before.endswith(kind) else kind]
        return " ".join([*(part for part in parts if part), *(f"của {issuer}" for issuer in whose)])

    return _DOCUMENT.sub(said, text)


def _spelt(found: re.Match[str]) -> str:
    """Capitals that no mouth can say as a word, letter by letter."""
    return found[0] if _SOUNDED.search(found[0]) else " ".join(found[0])


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] in "LM" or category == "Nd" or char in MARKS or char == "\n":
        return char
    return "" if category == "Cf" else " "


def _tidied(text: str) -> str:
    """One space between words, one mark at an end, every paragraph and line ended by a stop."""
    lines = []
    for paragraph in re.split(r"\n", text):
        line = re.sub(r"\s+", " ", paragraph).strip()
        line = re.sub(r" (?=[.,:;!?])", "", line)
        line = re.sub(r"[.,:;!?]{2,}", _one_mark, line).lstrip(".,:;!? ").rstrip(", ")
        if line:
            lines.append(line if line.endswith(tuple(MARKS)) else f"{line}.")
    return "\n".join(lines)


def _one_mark(found: re.Match[str]) -> str:
    marks = found[0]
    return next((mark for mark in (*_CRIES, ".", ":", ";") if mark in marks), ",")
