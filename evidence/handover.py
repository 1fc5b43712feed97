"""The handover sheet as evidence: a page for print that carries, signed by the unit's key, what it says and the digest of itself. Pure."""

import hashlib
from typing import Any, Literal

from bundle.base import Model, Sha256, UnitId
from bundle.errors import refuse
from bundle.parse import parse
from evidence.records import Commissioned
from evidence.signing import claimed, sign, thumbprint, verify

OPENS, CLOSES = b'<script type="application/jose" id="signature">', b"</script>"
"""Between these stands the signature; the digest is that of the page without it."""
LARGEST = 4 << 20
WHERE = "biên bản / sheet"


class Sheet(Model):
    """What the unit's key signed: the *results* of commissioning *unit*, and the SHA-256 of the *page* that shows them.

    *key* (JWK) is the unit's own public key: whether it is, tells its thumbprint in the registry or in the notes of the enrolment.
    """

    format: Literal[1] = 1
    kind: Literal["handover-sheet"] = "handover-sheet"
    unit: UnitId
    key: dict[str, Any]
    results: Commissioned
    page: Sha256

    @property
    def digest(self) -> str:
        """The first 16 figures of the results' SHA-256: by these a sheet of paper is compared with its file."""
        return short_digest(self.results)

    @property
    def thumbprint(self) -> str:
        """That of the key (RFC 7638)."""
        return thumbprint(self.key)


def short_digest(results: Commissioned) -> str:
    """What is printed of *results*, so that paper and file can be compared."""
    return hashlib.sha256(results.model_dump_json().encode()).hexdigest()[:16]


def sealed(page: bytes, unit: UnitId, key: dict[str, Any], results: Commissioned, key_pem: bytes) -> bytes:
    """*page*, which has an empty place for it, with its signature."""
    sheet = Sheet(unit=unit, key=key, results=results, page=hashlib.sha256(page).hexdigest())
    before, after = _parts(page)
    return before + sign(sheet.model_dump_json(exclude_defaults=False).encode(), key_pem).encode() + after


def opened(document: bytes, known: str | None = None) -> Sheet:
    """What stands signed in *document*; ``Refused`` when a letter of it was changed, or when its key is not the *known* thumbprint."""
    if len(document) > LARGEST:
        raise refuse(WHERE, "tệp quá lớn / the file is too large", "mở đúng tệp biên bản / open the sheet itself")
    before, after = _parts(document)
    token = document[len(before) : len(document) - len(after)]
    sheet = parse(Sheet, claimed(token.decode("ascii", "replace")), WHERE)
    verify(token.decode("ascii", "replace"), sheet.key)
    if hashlib.sha256(before + after).hexdigest() != sheet.page:
        what = "trang đã bị sửa sau khi ký / the page was changed after it was signed"
        raise refuse(WHERE, what, "lấy lại bản gốc từ thiết bị / get it again from the unit: bangtin provision sheet")
    if known is not None and sheet.thumbprint != known:
        what = f"ký bằng khóa khác / signed by another key: {sheet.thumbprint}"
        raise refuse(WHERE, what, "hỏi máy chủ quản lý vân tay khóa của thiết bị / ask the registry for the unit's thumbprint")
    return sheet


def _parts(document: bytes) -> tuple[bytes, bytes]:
    """What stands before and after the signature."""
    before, opens, rest = document.partition(OPENS)
    _, closes, after = rest.partition(CLOSES)
    if not (opens and closes) or OPENS in after:
        raise refuse(WHERE, "không có chữ ký / it carries no signature", "mở đúng tệp HTML của biên bản / open the sheet's HTML file")
    return before + opens, closes + after
