"""A key on paper: text that a person can type again, with check digits on each line, and an A4 page that shows it beside a QR code.

Only the encrypted key is printed: whoever finds the page still needs the passphrase.
"""

import hashlib
from dataclasses import dataclass
from html import escape

import segno

from bundle.errors import Complaint, Refused, refuse

# Crockford's base 32: no I, L, O or U, so that nobody confuses them with 1 and 0; what is typed so is read as meant.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})
_LINE = 15
_A4 = '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">'
_HEAD, _NAME, _PERSON, _END = "BANGTIN-KEY 1", "KEY", "PERSON", "END"


@dataclass(frozen=True)
class PaperKey:
    """What stands on the page: *sealed* is encrypted PKCS#8, DER."""

    name: str
    person: str
    sealed: bytes


def written(key: PaperKey) -> str:
    """The text on the page: fifteen bytes a line in blocks of four, two check signs for each line, eight for the whole."""
    lines = [_HEAD, f"{_NAME} {key.name}", f"{_PERSON} {key.person}"]
    for number, start in enumerate(range(0, len(key.sealed), _LINE), 1):
        data = key.sealed[start : start + _LINE]
        lines.append(f"{number:02d} {_blocks(_encoded(data))} {_check(number, data)}")
    return "\n".join([*lines, f"{_END} {_blocks(_whole(key))}"]) + "\n"


def read_back(text: str) -> PaperKey:
    """The key in typed text; ``Refused`` names every line that was mistyped, however it is spaced or in which case."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0].upper() != _HEAD:
        raise refuse("dòng 1 (line 1)", f"phải là {_HEAD!r} (must be that)", "gõ từ dòng đầu / type it from the first line")
    words = [line.split(maxsplit=1) for line in lines[1:]]
    fields = {label.upper(): rest[0] for label, *rest in words if label.upper() in (_NAME, _PERSON) and rest}
    rows = [line.upper().split() for line in lines[1:] if line.split()[0][:2].isdigit()]
    end = [line.upper().split()[1:] for line in lines if line.upper().startswith(f"{_END} ")]
    wrong = [Complaint(name, "thiếu dòng này (this line is missing)") for name in (_NAME, _PERSON) if name not in fields]
    data, more = _rows(rows)
    if wrong or more:
        raise Refused(*wrong, *more)
    key = PaperKey(fields[_NAME], fields[_PERSON], data)
    if not end or "".join(end[0]).translate(_MEANT) != _whole(key):
        what = "mã kiểm tra cả trang không khớp: thiếu dòng, hoặc sai tên (a line is missing, or a name is wrong)"
        raise refuse(_END, what, "so lại với trang giấy / compare with the page")
    return key


def page(key: PaperKey, keyid: str, day: str) -> str:
    """The page as SVG, A4, to be printed, put into an envelope and sealed; any browser prints it."""
    text = written(key)
    title = [
        ("Bản giấy niêm phong của một khóa · sealed paper copy of a key", 6.0),
        (f"Khóa / key: {key.name}", 5.0),
        (f"Người giữ / holder: {key.person}", 5.0),
        (f"Mã khóa / key id: {keyid[:32]} · in ngày / printed {day}", 3.6),
        ("Khóa trong trang này đã mã hóa: cần mật khẩu của người giữ. Không ghi mật khẩu lên trang này.", 3.6),
        ("The key on this page is encrypted: it wants its holder's passphrase. Never write the passphrase on this page.", 3.6),
        ("Dùng lại: quét QR, hoặc gõ các dòng dưới vào một tệp, rồi chạy: bangtin publish restore TỆP", 3.6),
        ("To use it: scan the QR code, or type the lines below into a file, then run: bangtin publish restore FILE", 3.6),
    ]
    parts, y = [], 22.0
    for line, height in title:
        parts.append(f'<text x="18" y="{y:.1f}" font-size="{height}" font-family="Noto Sans, sans-serif">{escape(line)}</text>')
        y += height * 1.7
    parts.append(_qr(text, 18.0, y, 80.0))
    y += 92.0
    for line in text.splitlines():
        parts.append(
            f'<text x="18" y="{y:.1f}" font-size="4.6" font-family="Noto Sans Mono, monospace" xml:space="preserve">{escape(line)}</text>'
        )
        y += 7.2
    size = 'width="210mm" height="297mm" viewBox="0 0 210 297"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<rect width="210" height="297" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _rows(rows: list[list[str]]) -> tuple[bytes, list[Complaint]]:
    data, wrong = b"", []
    for expected, (label, *blocks) in enumerate(rows, 1):
        where = f"dòng {label} (line {label})"
        signs = "".join(blocks).translate(_MEANT)
        if label != f"{expected:02d}":
            wrong.append(Complaint(where, f"ở đây phải là dòng {expected:02d} (here line {expected:02d} is expected)"))
        elif strange := "".join(sorted(set(signs) - set(SIGNS))):
            wrong.append(Complaint(where, f"không có ký tự {strange!r} trong bảng chữ (no such signs)"))
        elif len(signs) < 4 or (part := _decoded(signs[:-2])) is None or _check(expected, part) != signs[-2:]:
            wrong.append(Complaint(where, "gõ sai (mistyped)", "so từng khối bốn chữ với trang giấy / compare block by block"))
        else:
            data += part
    return data, wrong


def _encoded(data: bytes) -> str:
    count = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (count * 5 - len(data) * 8)
    return "".join(SIGNS[number >> 5 * place & 31] for place in reversed(range(count)))


def _decoded(signs: str) -> bytes | None:
    """The bytes behind *signs*; ``None`` when no bytes are written so."""
    number, size = 0, len(signs) * 5 // 8
    for sign in signs:
        number = number << 5 | SIGNS.index(sign)
    data = (number >> len(signs) * 5 - size * 8).to_bytes(size, "big")
    return data if _encoded(data) == signs else None


def _check(number: int, data: bytes) -> str:
    return _encoded(hashlib.sha256(bytes([number]) + data).digest())[:2]


def _whole(key: PaperKey) -> str:
    return _encoded(hashlib.sha256(f"{key.name}\0{key.person}\0".encode() + key.sealed).digest())[:8]


def _blocks(signs: str) -> str:
    return " ".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def _qr(text: str, x: float, y: float, side: float) -> str:
    matrix = [bytes(row) for row in segno.make(text, error="m", boost_error=False).matrix]
    cell = side / len(matrix)
    dark = "".join(f"M{column} {row}h1v1h-1z" for row, line in enumerate(matrix) for column, bit in enumerate(line) if bit)
    return f'<path transform="translate({x} {y:.1f}) scale({cell:.5f})" d="{dark}"/>'
