"""A contact sheet: the first page of every scene of a board, a tongue a row, what it is a column; few colours, small files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/truetype/noto")
GAP, HEAD, MARGIN = 14, 34, 20
GROUND, INK = (233, 233, 229), (40, 44, 52)
COLOURS = 64
"""A page has a dozen colours and their edges: an indexed picture of so many shows no difference, at a third of the size."""


def sheet(cells: Mapping[tuple[str, str], Image.Image], rows: Sequence[str], columns: Sequence[str]) -> Image.Image:
    """*cells* by row and column, with the names of both beside them."""
    widest = max(cell.width for cell in cells.values())
    heights = {row: max((cells[row, column].height for column in columns if (row, column) in cells), default=0) for row in rows}
    width = MARGIN * 2 + len(columns) * (widest + GAP) - GAP
    made = Image.new("RGB", (width, MARGIN * 2 + sum(HEAD + high + GAP for high in heights.values())), GROUND)
    pen, y = ImageDraw.Draw(made), MARGIN
    face = ImageFont.truetype(str(FONTS / "NotoSans-Regular.ttf"), 20)
    for row in rows:
        for n, column in enumerate(columns):
            x = MARGIN + n * (widest + GAP)
            if (row, column) in cells:
                pen.text((x, y + HEAD // 2), f"{row} · {column}", INK, face, anchor="lm")
                made.paste(cells[row, column], (x, y + HEAD))
        y += HEAD + heights[row] + GAP
    return made


def scaled(picture: Image.Image, factor: float) -> Image.Image:
    """*picture* smaller as the eye would see it from farther away, or larger so that its pixels can be counted."""
    size = round(picture.width * factor), round(picture.height * factor)
    return picture.resize(size, Image.Resampling.LANCZOS if factor < 1 else Image.Resampling.NEAREST)


def save_small(picture: Image.Image, file: Path) -> None:
    """Write *picture* as an indexed PNG."""
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)
