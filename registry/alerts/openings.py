"""What is not real says so in its first words, in every language: on the board and in the speech."""

from bundle.alert import Status

_OPENINGS = {
    Status.EXERCISE: {"vi": "Diễn tập", "en": "Exercise", "km": "សមយុទ្ធ", "hmn": "Xyaum", "tyz": "Diễn tập"},
    Status.TEST: {"vi": "Thử nghiệm", "en": "Test", "km": "តេស្ត", "hmn": "Sim", "tyz": "Thử nghiệm"},
}


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
    """*text* with its `opening`, unless it begins with that already."""
    word = opening(status, language)
    return text if not word or text.casefold().startswith(word.casefold()) else f"{word}: {text}"
