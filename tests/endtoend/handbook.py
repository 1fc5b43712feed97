"""``python -m tests.endtoend.handbook``: walk the journeys once more, and make the pictures of docs/technician.*.md from what was seen."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

JOURNEYS = ("tests/endtoend/test_technician.py", "tests/endtoend/test_service_page.py", "tests/endtoend/test_offline.py")
HOUSE = Path(__file__).parents[2]
TARGET = HOUSE / "docs/technician"
WIDTH, TALLEST = 390, 900
"""Pixels: a phone's page at its own size, cut off where a page of the handbook would end."""
PICTURES = {
    "board": "technician-board",
    "phone-code": "technician-*-code",
    "phone-place": "technician-*-place",
    "phone-holders": "technician-*-holders",
    "phone-photo": "technician-*-photo",
    "phone-let-in": "technician-*-let-in",
    "board-pin": "service-board",
    "page-home": "service-*-first-page",
    "page-question": "service-*-question-what-did-you-hear*",
    "page-wifi": "service-*-wifi",
}
"""The handbook's name for a picture, and that under which a journey kept it."""


def main() -> int:
    """Make all of them anew; what a journey no longer shows ends it."""
    with tempfile.TemporaryDirectory() as name:
        seen = Path(name)
        command = [sys.executable, "-m", "pytest", "-q", "-m", "endtoend", *JOURNEYS]
        if code := subprocess.run(command, cwd=HOUSE, env={**os.environ, "KEEP_PICTURES": str(seen)}, check=False).returncode:
            return code
        TARGET.mkdir(exist_ok=True)
        for ours, theirs in PICTURES.items():
            (found,) = seen.glob(f"{theirs}.png")
            with Image.open(found) as picture:
                _write(picture, ours)
        _write(_label(seen / "labels.pdf"), "label")
        _write(_sheet(seen / "sheet.html", seen / "sheet.png"), "sheet", width=794)
    return 0


def _write(picture: Image.Image, name: str, width: int = WIDTH) -> None:
    small = picture.convert("RGB")
    if small.width < small.height:
        height = round(small.height * width / small.width)
        small = small.resize((width, height), Image.Resampling.LANCZOS).crop((0, 0, width, min(height, TALLEST * width // WIDTH)))
    # Pages of few colours: a palette makes them a quarter as large, and nobody sees it.
    small.quantize(128).save(TARGET / f"{name}.png", optimize=True)


def _label(pdf: Path) -> Image.Image:
    """The first label of the sheet."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=2.0).to_pil()
    return page.crop((0, 0, page.width // 2, page.height // 3))


def _sheet(html: Path, target: Path) -> Image.Image:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 794, "height": 1123})
        page.goto(html.as_uri())
        page.screenshot(path=target)
        browser.close()
    return Image.open(target)


if __name__ == "__main__":
    sys.exit(main())
