"""Text on its way in: UTF-8, one line ending, Unicode NFC; what a board cannot show and old Vietnamese encodings are refused."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bundle.errors import Complaint, Refused, refuse
from registry.making.letters import legacy, mojibake
from registry.making.letters.proof import proof
from registry.making.letters.spots import Within, found_in

MAX_TEXT_FILE = 1024 * 1024
_UNICODE_ADVICE = (
    "lưu lại thành Unicode UTF-8, ví dụ bằng công cụ chuyển mã của UniKey (Ctrl+Shift+F6) / "
    "save it as Unicode UTF-8, for example with UniKey's converter (Ctrl+Shift+F6)"
)
_C1 = dict.fromkeys(range(0x80, 0xA0), " ")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


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
        what = f"không phải UTF-8 / not UTF-8 (byte {problem.start}){_guessed(problem.object)}"
        raise refuse(where, what, _UNICODE_ADVICE) from None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def check_letters(text: str, where: str, within: Within) -> None:
    """Raise ``Refused`` for what a board cannot show, and for Vietnamese that is not written in Unicode.

    *where* names the file and the field, *within* is where the text stands in that file.
    """
    misread = [Complaint(where, what, do) for what, do in _misread(text, within)]
    # Bytes that an old encoding left behind are its letters: converted they go, one by one they are no advice.
    problems = [Complaint(where, what, do) for what, do in proof(text.translate(_C1) if misread else text, within)] + misread
    if not unicodedata.is_normalized("NFC", text):
        problems.append(Complaint(where, "chưa phải Unicode dựng sẵn / not Unicode NFC", _UNICODE_ADVICE))
    if problems:
        raise Refused(*problems)


def _misread(text: str, within: Within) -> Iterator[tuple[str, str]]:
    """An old encoding, or UTF-8 that was taken for one: what it says, and how to convert it."""
    if found := legacy.recognise(text):
        name, says = found.encoding, legacy.first_words(found.says)
        yield (
            f"dòng / line {within.line(found.at)}: chữ theo mã cũ {name}, có lẽ là / text in the old encoding {name}, probably “{says}”",
            f"trong UniKey bấm Ctrl+Shift+F6, đổi từ {name} sang Unicode, rồi chọn một phông Unicode / "
            f"in UniKey press Ctrl+Shift+F6, convert from {name} to Unicode, then choose a Unicode font",
        )
    if read := mojibake.repaired(text):
        at = next(n for n, (was, now) in enumerate(zip(text, read, strict=False)) if was != now)
        says = legacy.first_words(read[read.rfind("\n", 0, at) + 1 :].partition("\n")[0])
        yield (
            f"dòng / line {within.line(at)}: chữ bị đọc sai mã, có lẽ là / UTF-8 that was read wrongly, probably “{says}”",
            "chép lại từ bản gốc; khi mở tệp chọn mã UTF-8 / copy it again from the original, opened as UTF-8",
        )


def _guessed(data: bytes) -> str:
    """What a file that is not UTF-8 probably is, and its first words."""
    if data.startswith(_UTF16):
        return ", có lẽ là / probably UTF-16"
    if found := legacy.recognise(data.decode("latin-1")):
        return f", có lẽ là / probably {found.encoding}: “{legacy.first_words(found.says)}”"
    return ""


def check_strings(value: object, where: str, file: str) -> None:
    """`check_letters` for every string of a TOML document, each with its field and its place in the text of the *file*."""
    problems: list[Complaint] = []
    for place, text in _strings(value, f"{where}: "):
        try:
            check_letters(text, place, found_in(file, text))
        except Refused as refused:
            problems.extend(refused.complaints)
    if problems:
        raise Refused(*problems)


def _strings(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _strings(inner, f"{place}[{number}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, f"{place}{'' if place.endswith(': ') else '.'}{key}")
