"""Text on its way in: UTF-8, one line ending, Unicode NFC; old Vietnamese encodings and odd characters are refused."""

import re
import unicodedata
from pathlib import Path

from bundle.errors import Complaint, Refused, refuse
from bundle.items import VIETNAMESE

MAX_TEXT_FILE = 1024 * 1024
_UNICODE_ADVICE = (
    "đổi sang Unicode dựng sẵn (UTF-8), ví dụ bằng công cụ chuyển mã của UniKey / "
    "convert to Unicode UTF-8, for example with UniKey's converter"
)
# Letters of Latin-1 that Vietnamese never uses, but that TCVN3 and VNI fonts show as Vietnamese letters.
_FOREIGN = "øûïäåëüöñçßæþðÆÇËÎÏÐÑØÛÜÞÖÄÅµ¶¸¹¼½¾¨©®«»·×÷"
_FOREIGN_WORD = re.compile(rf"[^\W\d_]*[^\W\d_][{_FOREIGN}]+[^\W\d_]*|[{_FOREIGN}]+[^\W\d_]+")
_FEW = 3


def read_text(path: Path, where: str) -> str:
    """The text of a file in NFC with ``\\n`` endings; ``Refused`` when it is no clean UTF-8 text."""
    size = path.stat().st_size
    if size > MAX_TEXT_FILE:
        raise refuse(where, f"tệp quá lớn / file too large: {size} bytes", "chia nhỏ nội dung / split the content")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise refuse(where, f"không phải UTF-8 / not UTF-8 (byte {problem.start})", _UNICODE_ADVICE) from None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def check_letters(text: str, language: str, where: str) -> None:
    """Raise ``Refused`` for control or private-use characters, and for Vietnamese that only an old font can show."""
    problems = []
    odd = sorted({char for char in text if _is_odd(char)})
    if odd:
        names = ", ".join(f"U+{ord(char):04X}" for char in odd)
        problems.append(
            Complaint(where, f"có ký tự không hiển thị được / characters that cannot be shown: {names}", "xóa chúng đi / delete them")
        )
    if language == VIETNAMESE and looks_legacy(text):
        problems.append(Complaint(where, "chữ theo mã cũ TCVN3 hoặc VNI / text in the old TCVN3 or VNI encoding", _UNICODE_ADVICE))
    if problems:
        raise Refused(*problems)


def looks_legacy(text: str) -> bool:
    """Whether several words carry letters that no Vietnamese word has: TCVN3 or VNI pasted as it was."""
    return len(set(_FOREIGN_WORD.findall(text))) >= _FEW


def _is_odd(char: str) -> bool:
    category = unicodedata.category(char)
    # Zero-width space and joiners are proper letters' business in Khmer.
    return category in ("Cc", "Co", "Cs", "Cn") and char not in "\n\t"
