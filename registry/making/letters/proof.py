"""The proof of one text: each kind of fault once, with every character, how often, where, and what to do about it."""

import unicodedata
from collections.abc import Iterator
from enum import Enum

from registry.making.letters.shaping import Flaw, flaws
from registry.making.letters.spots import Spelt, Within, listed, spelt

_COENG = "\u17d2"  # the Khmer sign that puts the next letter below the one before


class Fault(Enum):
    """What is wrong with a character, and the way out; Vietnamese, then English."""

    CONTROL = ("ký tự điều khiển / control characters", "xóa chúng đi / delete them")
    BIDI = (
        "ký tự đảo chiều chữ / characters that turn the direction of reading",
        "xóa chúng đi, chúng giấu hoặc đảo chữ / delete them: they hide or turn words",
    )
    SEPARATOR = (
        "ký tự ngắt dòng lạ / odd line separators",
        "xóa rồi xuống dòng bằng phím Enter / delete them and break the line with Enter",
    )
    PRIVATE = (
        "ký tự riêng của một phông cũ / private characters of one old font",
        "gõ lại bằng phông Unicode; biểu tượng thì viết thành chữ / type it again in a Unicode font; write a symbol as a word",
    )
    LOST = (
        "chữ đã mất khi chép hoặc chuyển mã / letters lost in copying or converting",
        "gõ lại chỗ đó theo bản gốc / type it again from the original",
    )
    UNASSIGNED = ("mã chưa có chữ nào / code points without a character", "gõ lại chỗ đó / type it again")
    STYLED = (
        "chữ kiểu, phông của bảng không có / styled letters that the board's fonts lack",
        "viết bằng chữ thường / write plain letters",
    )
    EMOJI = (
        "hình mà phông của bảng không có / emoji that the board's fonts lack",
        "bỏ đi, hoặc dùng hình khác / leave it out, or use another",
    )
    NO_GLYPH = (
        "phông của bảng không có / the board's fonts lack",
        "viết bằng chữ khác, hoặc đưa thành ảnh / write it otherwise, or as a picture",
    )
    BROKEN = (
        "chữ ghép sai thứ tự, bảng sẽ vẽ ◌ / letters that cannot be joined, the board would draw ◌",
        "gõ lại cụm đó: phụ âm, chân, nguyên âm, dấu / type the cluster again: consonant, subscript, vowel, sign",
    )
    APART = ("dấu không gắn được vào chữ / marks that cannot join their letter", "gõ lại chữ đó / type that letter again")


def proof(written: str, within: Within | None = None) -> Iterator[tuple[str, str]]:
    """What is wrong with *written*, which stands *within* a file, and what to do: one pair for each kind of fault, or none."""
    drawn = spelt(written)
    found: dict[Fault, list[tuple[int, str]]] = {}
    for index, fault in _faults(drawn):
        found.setdefault(fault, []).append((drawn.origin[index], _shown(drawn.text, index, fault)))
    for fault in Fault:
        if fault in found:
            what, do = fault.value
            yield f"{what}: {listed(found[fault], within or Within(written))}", _advice(fault, do, found[fault])


def _faults(drawn: Spelt) -> Iterator[tuple[int, Fault]]:
    told = set()
    for index, char in enumerate(drawn.text):
        fault = _by_itself(char) or _coeng(drawn.text, index)
        if fault:
            told.add(index)
            yield index, fault
    for index, flaw in flaws(drawn.text):
        if index not in told:
            yield index, _of_flaw(flaw, drawn.text[index])


def _by_itself(char: str) -> Fault | None:
    """The fault of a character that no board should show, whatever its fonts have."""
    match unicodedata.category(char):
        case "Cc" if char not in "\n\t":
            return Fault.CONTROL
        case "Cs":
            return Fault.LOST
        case "Co":
            return Fault.PRIVATE
        case "Cn":
            return Fault.EMOJI if char >= "\U0001f000" and ord(char) < 0x1FB00 else Fault.UNASSIGNED
        case "Zl" | "Zp":
            return Fault.SEPARATOR
        case "So" | "Cf":
            return _format(char)
        case _:
            return None


def _format(char: str) -> Fault | None:
    if char in "\ufffc\ufffd":
        return Fault.LOST
    # Single direction marks are left alone: Cham in Arabic letters needs them, and they turn nothing by themselves.
    if "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
        return Fault.BIDI
    return Fault.CONTROL if "\u206a" <= char <= "\u206f" or "\ufff9" <= char <= "\ufffb" else None


def _coeng(text: str, index: int) -> Fault | None:
    """A subscript sign with no letter after it: the shaper draws it as a mark of its own, without a circle."""
    if text[index] != _COENG or "\u1780" <= text[index + 1 : index + 2] <= "\u17b3":
        return None
    return Fault.BROKEN


def _of_flaw(flaw: Flaw, char: str) -> Fault:
    match flaw:
        case Flaw.CIRCLE:
            return Fault.BROKEN
        case Flaw.APART:
            return Fault.APART
        case Flaw.NO_GLYPH if _plain(char):
            return Fault.STYLED
        case Flaw.NO_GLYPH:
            return Fault.EMOJI if char >= "\U0001f000" and unicodedata.category(char) == "So" else Fault.NO_GLYPH


def _plain(char: str) -> str:
    """The look-alike in plain letters that a board can show; empty when there is none."""
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain != char and not any(flaws(plain)) else ""


def _shown(text: str, index: int, fault: Fault) -> str:
    """The character, and of a broken cluster the whole of it: one sign alone tells its writer nothing."""
    if fault is not Fault.BROKEN:
        return text[index]
    end = index + 1
    while end < min(len(text), index + 4) and _joins(text, end):
        end += 1
    return text[max(0, index - (text[index] == _COENG)) : end]


def _joins(text: str, index: int) -> bool:
    return unicodedata.category(text[index])[0] == "M" or (text[index - 1] == _COENG and not text[index].isspace())


def _advice(fault: Fault, do: str, found: list[tuple[int, str]]) -> str:
    if fault is not Fault.STYLED:
        return do
    pairs = dict.fromkeys((char, _plain(char)) for _, char in found)
    return f"{do}: {', '.join(f'“{char}” → “{plain}”' for char, plain in list(pairs)[:8])}"
