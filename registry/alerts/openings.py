"""What is not real says so in its first words, in every language: on the board and in the speech."""

import re

from bundle.alert import Status

_OPENINGS = {
    Status.EXERCISE: {"vi": "Diễn tập", "en": "Exercise", "km": "សមយុទ្ធ", "hmn": "Xyaum", "tyz": "Diễn tập"},
    Status.TEST: {"vi": "Thử nghiệm", "en": "Test", "km": "តេស្ត", "hmn": "Sim", "tyz": "Thử nghiệm"},
}
# A word alone is none: "Exercise caution" is an order.
_CLOSED = re.compile(r"\s*(?:[.:!…–—។៖]|$)")


def opening(status: Status, language: str) -> str:
    """The word that begins everything with this *status*; empty for what is real. Vietnamese where a language has none of ours."""
    match status:
        case Status.ACTUAL:
            return ""
        case Status.EXERCISE:
            words = _OPENINGS[Status.EXERCISE]
        case Status.TEST | Status.SYSTEM | Status.DRAFT:
            words = _OPENINGS[Status.TEST]
    return words.get(language.split("-")[0], words["vi"])


def opened(text: str, status: Status, language: str) -> str:
    """*text* with its `opening`, unless it begins with that already, as a sentence or a heading of its own."""
    word = opening(status, language)
    return text if not word or _begins_with(text.casefold(), word.casefold()) else f"{word}: {text}"


def _begins_with(text: str, word: str) -> bool:
    return text.startswith(word) and _CLOSED.match(text, len(word)) is not None
