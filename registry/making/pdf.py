"""A PDF as page pictures: each page drawn at the size at which a board can show it."""

import shlex
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from bundle.asset import MAX_BLOB, Picture
from bundle.errors import Refused, refuse
from registry.making.blobs import Blobs
from registry.making.pictures import board_box, keep_picture

MAX_PAGES = 30
_PASSWORD = 4
"""FPDF_ERR_PASSWORD of PDFium."""


def make_pages(path: Path, where: str, blobs: Blobs) -> tuple[Picture, ...]:
    """One picture per page, in order; ``Refused`` when it cannot be opened or is too long for a board."""
    if path.stat().st_size > MAX_BLOB:
        raise refuse(where, f"“{path.name}” quá lớn / too large: {path.stat().st_size} bytes", "in lại PDF gọn hơn / print a smaller PDF")
    try:
        document = pdfium.PdfDocument(path.read_bytes())
    except pdfium.PdfiumError as problem:
        raise _not_opened(path, where, problem) from None
    try:
        count = len(document)
        if not 0 < count <= MAX_PAGES:
            recipe = _command(path, "--pages", ".", f"1-{MAX_PAGES}", "--")
            advice = f"chỉ đưa tối đa {MAX_PAGES} trang cần đọc, ví dụ / give at most the {MAX_PAGES} pages that matter, as by: {recipe}"
            raise refuse(where, f"“{path.name}” có {count} trang / has {count} pages", advice)
        return tuple(keep_picture(_drawn(document, number, where), blobs) for number in range(count))
    finally:
        document.close()


def _not_opened(path: Path, where: str, problem: pdfium.PdfiumError) -> Refused:
    if problem.err_code == _PASSWORD:
        recipe = _command(path, "--password=…", "--decrypt")
        advice = f"bỏ mật khẩu / take its password away: {recipe}"
        return refuse(where, f"PDF “{path.name}” khóa mật khẩu / is locked by a password", advice)
    advice = "mở ở máy đã soạn và in lại thành PDF / open it where it was written and print it to PDF again"
    return refuse(where, f"không mở được PDF “{path.name}” / cannot be opened: {problem}", advice)


def _command(path: Path, *options: str) -> str:
    return shlex.join(["qpdf", f"./{path.name}", *options, f"./{path.stem}-bang.pdf"])


def _drawn(document: pdfium.PdfDocument, number: int, where: str) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        box = board_box(width, height)
        image: Image.Image = page.render(scale=min(box[0] / width, box[1] / height)).to_pil().convert("RGB")
    # A page without a size, or a thousand times longer than wide, is one that its own numbers make impossible.
    except (pdfium.PdfiumError, ZeroDivisionError, ValueError) as problem:
        raise refuse(
            where, f"không vẽ được trang {number + 1} / page {number + 1} cannot be drawn: {problem}", "in lại PDF / print it again"
        ) from None
    return image
