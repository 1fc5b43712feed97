"""The page of docs/board: what was painted, what was measured of it, and the contact sheets."""

from collections.abc import Iterable, Mapping

from tests.display.gallery.boards import Board
from tests.display.gallery.checks import LEAST_CONTRAST, LEAST_MODULE, Measured

ALL, EACH = 0.99, 0.95
"""The share of letters that tesseract reads of all Vietnamese pages of a 1080p board, and of each of them."""

HEAD = f"""# Bảng tin trông như thế nào · how the board looks

`make gallery` paints every page with the unit's own renderer and fails when one of them falls short:
capitals (Noto Sans: 0.714 em, by the pitch that is declared for the board) at least the viewing distance / 250;
contrast of {LEAST_CONTRAST:.0f}:1 between the painted strokes and the painted ground under them;
`tesseract -l vie` reads {ALL:.0%} of the letters and digits of all Vietnamese pages of a 1080p board, line by line as they stand there,
and {EACH:.0%} of each page; a QR code has at least {LEAST_MODULE} pixels a module and `zbarimg` reads it,
else telephone and place are written.
Each sheet shows the first page of a scene; all pages are in `build/gallery`. Every name on them is invented.

| board | pitch | read from | pages | smallest capitals ÷ (distance / 250) | least contrast | tesseract | least pixels a module |
|---|---|---|---|---|---|---|---|
"""


def readme(boards: Iterable[Board], results: Mapping[str, Measured]) -> str:
    """The text of README.md."""
    rows = [_row(board, results[board.name]) for board in boards]
    pictures = [_picture(f"{board.name}-{light}") for board in boards for light in board.lights]
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join([*pictures, *map(_picture, ("kinds-landscape", "kinds-portrait", "set-up"))])


def _row(board: Board, found: Measured) -> str:
    read = f"{sum(good for good, _ in found.read) / sum(every for _, every in found.read):.2%}" if found.read else "–"
    size, eyes = f"{board.size[0]} × {board.size[1]}", board.eyes
    module = str(min(found.modules)) if found.modules else "no code"
    cells = (f"{board.name} {size}", f"{eyes.pitch_mm:g} mm", f"{eyes.distance_m:g} m", str(found.pages))
    return "| " + " | ".join((*cells, f"{min(found.caps):.2f}", f"{min(found.contrasts):.1f}", read, module)) + " |"


def _picture(name: str) -> str:
    return f"## {name}\n![{name}]({name}.png)\n"
