"""Text on its way in: UTF-8, one line ending, Unicode NFC; old Vietnamese encodings and odd characters are refused."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bundle.errors import Complaint, Refused, refuse
from bundle.items import VIETNAMESE
from registry.making.letters.proof import proof

MAX_TEXT_FILE = 1024 * 1024
_UNICODE_ADVICE = (
    "đổi sang Unicode dựng sẵn (UTF-8), ví dụ bằng công cụ chuyển mã của UniKey / "
    "convert to Unicode UTF-8, for example with UniKey's converter"
)
# Letters of Latin-1 that Vietnamese never uses, but that TCVN3 and VNI fonts show as Vietnamese letters.
_FOREIGN = "øûïäåëüöñçßæþðÆÇËÎÏÐÑØÛÜÞÖÄÅµ¶¸¹¼½¾¨©®·×÷"
_LETTER = r"[^\W\d_]"
_FOREIGN_WORD = re.compile(
    rf"{_LETTER}*{_LETTER}[{_FOREIGN}]+{_LETTER}*|[{_FOREIGN}]+{_LETTER}+"
    # Quotation marks are one only inside a word: «xã» is a quotation, th«n is "thôn" in TCVN3.
    rf"|{_LETTER}+[«»]{_LETTER}+"
    # VNI writes the mark as a letter of its own after the vowel, which gives pairs that no Vietnamese syllable has.
    rf"|{_LETTER}*(?i:[aeo][âê]|a[êùõéáàû]){_LETTER}*"
)
_FEW = 3


def read_text(path: Path, where: str) -> str:
    """The text of a file in NFC with ``\\n`` endings; ``Refused`` when it is no clean UTF-8 text."""
    size = path.stat().st_size
    if size > MAX_TEXT_FILE:
        raise refuse(where, f"tệp quá lớn / file too large: {size} bytes", "chia nhỏ nội dung / split the content")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise refuse(where, f"không đọc được tệp / cannot be read: {problem.strerror}", "kiểm tra quyền / check its permissions") from None
    except UnicodeDecodeError as problem:
        raise refuse(where, f"không phải UTF-8 / not UTF-8 (byte {problem.start})", _UNICODE_ADVICE) from None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def check_letters(text: str, language: str, where: str, first_line: int = 1) -> None:
    """Raise ``Refused`` for what a board cannot show, and for Vietnamese that only an old font can show.

    *where* names the file and the field; *first_line* is on which of its lines the text begins.
    """
    problems = [Complaint(where, what, do) for what, do in proof(text, first_line)]
    if not unicodedata.is_normalized("NFC", text):
        problems.append(Complaint(where, "chưa phải Unicode dựng sẵn / not Unicode NFC", _UNICODE_ADVICE))
    if language == VIETNAMESE and looks_legacy(text):
        problems.append(Complaint(where, "chữ theo mã cũ TCVN3 hoặc VNI / text in the old TCVN3 or VNI encoding", _UNICODE_ADVICE))
    if problems:
        raise Refused(*problems)


def looks_legacy(text: str) -> bool:
    """Whether several words carry letters that no Vietnamese word has: TCVN3 or VNI pasted as it was."""
    return len(set(_FOREIGN_WORD.findall(text))) >= _FEW


def check_strings(value: object, where: str, language: str = VIETNAMESE) -> None:
    """`check_letters` for every string of a TOML document, each with its field; a key of ``text`` says its language."""
    problems: list[Complaint] = []
    for place, text, spoken in _strings(value, f"{where}: ", language):
        try:
            check_letters(text, spoken, place)
        except Refused as refused:
            problems.extend(refused.complaints)
    if problems:
        raise Refused(*problems)


def _strings(value: object, place: str, language: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, str):
        yield place, value, language
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _strings(inner, f"{place}[{number}]", language)
    elif isinstance(value, dict):
        for key, inner in value.items():
            spoken = key if place.endswith("text") else language
            yield from _strings(inner, f"{place}{'' if place.endswith(': ') else '.'}{key}", spoken)
