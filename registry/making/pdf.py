"""A PDF as page pictures: each page drawn at the size at which a board can show it."""

from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from bundle.asset import MAX_BLOB, Picture
from bundle.errors import refuse
from registry.making.blobs import Blobs
from registry.making.pictures import board_box, keep_picture

MAX_PAGES = 30


def make_pages(path: Path, where: str, blobs: Blobs) -> tuple[Picture, ...]:
    """One picture per page, in order; ``Refused`` when it cannot be opened or is too long for a board."""
    if path.stat().st_size > MAX_BLOB:
        raise refuse(where, f"“{path.name}” quá lớn / too large: {path.stat().st_size} bytes", "in lại PDF gọn hơn / print a smaller PDF")
    try:
        document = pdfium.PdfDocument(path.read_bytes())
    except pdfium.PdfiumError as problem:
        advice = "in lại thành PDF không khóa mật khẩu / print it again to a PDF without a password"
        raise refuse(where, f"không mở được PDF “{path.name}” / cannot be opened: {problem}", advice) from None
    try:
        count = len(document)
        if not 0 < count <= MAX_PAGES:
            advice = f"chỉ đưa tối đa {MAX_PAGES} trang cần đọc / give at most the {MAX_PAGES} pages that matter"
            raise refuse(where, f"“{path.name}” có {count} trang / has {count} pages", advice)
        return tuple(keep_picture(_drawn(document, number, where), blobs) for number in range(count))
    finally:
        document.close()


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
