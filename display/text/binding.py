"""What is read in one piece stays on one line: figures with their units, dates, document numbers, short names. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from display.page import Run, Runs, text_of

NO_BREAK = "\u00a0"
_JOINER = "\u2060"
_LONGEST_NAME = 12  # letters; a longer one would tear holes into the lines around it

# Words that count or measure what stands before them, and words that a figure follows.
_UNITS = (
    "giờ|phút|giây|ngày|tháng|năm|tuần|buổi|tuổi|độ|mét|km|m|cm|mm|ha|sào|kg|tạ|tấn|lít|ml|đồng|nghìn|ngàn|triệu|tỷ|tỉ"
    "|người|hộ|con|cây|em|cháu|lần|suất|phần|h|kWh|kW|MB|°C|%"
)
_HEADS = r"[Nn]gày|[Tt]háng|[Nn]ăm|[Ss]ố|[Đđ]iều|[Kk]hoản|[Mm]ục|[Ll]úc|[Cc]ấp|[Qq]uý|[Ll]ớp|[Tt]ổ|[Gg]iờ|[Tt]hứ|ĐT|QL"
_SPACES = re.compile(
    r"(?<=\d) (?=\d)"
    # "30 ngày", but "7 giờ 30 ngày 5" is divided before the day.
    rf"|(?<=\d) (?=(?:{_UNITS})(?![\w/])(?! \d))|(?<=\d) (?=(?:giờ|phút|h) \d)"
    rf"|(?<!\w)(?:{_HEADS}) (?=\d)|(?<=TP\.) |(?<=Tp\.) |(?<=độ) (?=C(?!\w))"
    "| (?=[–—])"
)
_WORD = re.compile(r"[^\W\d_]+")
# Hyphens and strokes in a date or a document number; an address of the web may break at its strokes.
_INNER = re.compile(r"(?<![\w/:.@-])(?=\S{3,20}(?:\s|$))(?=\S*\d|\S*[A-ZĐ]\S*[A-ZĐ])\w+(?:[-/]\w+)+(?![\w/:@-])")


@lru_cache(1024)
def bound(runs: Runs) -> Runs:
    """*runs* with the spaces, hyphens and strokes joined at which no line should end; what is seen stays the same."""
    joined = tuple(Run(_INNER.sub(_tied, run.text), run.bold, run.italic) for run in runs)
    text = _SPACES.sub(lambda found: found[0].replace(" ", NO_BREAK), text_of(joined))
    for first, last in _names(text):
        text = text[:first] + text[first:last].replace(" ", NO_BREAK) + text[last:]
    ends = list(accumulate(len(run.text) for run in joined))
    return tuple(Run(text[end - len(run.text) : end], run.bold, run.italic) for run, end in zip(joined, ends, strict=True))


def _tied(found: re.Match[str]) -> str:
    return re.sub("[-/]", rf"\g<0>{_JOINER}", found[0])


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Where two or more syllables with a capital each stand together: "Bản Lầu", "Lò Thị Mẩy"."""
    first = last = 0
    for word in (*_WORD.finditer(text), None):
        if word and word[0].istitle() and last and text[last : word.start()] == " ":
            last = word.end()
            continue
        if last and " " in text[first:last] and last - first <= _LONGEST_NAME:
            yield first, last
        first, last = word.span() if word and word[0].istitle() else (0, 0)
