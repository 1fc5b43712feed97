"""A contact sheet: every page of a draft on one board, small and side by side, with its title and its seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from display.media.pictures import Pictures
from display.page import Colour, Face, Fill, Line, Rect, Runs, plain, text_of
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.text.pango import PangoMeasure

WIDTH, ACROSS, NARROW, GAP = 2120, 400, 300, 20
"""Pixels: a sheet and a picture are at most so wide, and a cell is at least so wide that a title can be read above it."""
GROUND: Colour = (236, 235, 230)
INK: Colour = (32, 38, 46)
SOFT: Colour = (96, 103, 112)
TITLE, NOTE = Face(22, INK, bold=True, leading=1.8), Face(18, SOFT)
"""Titles stand in every script: the leading is that of Khmer."""


@dataclass(frozen=True)
class Cell:
    """One page: its *picture*, the *title* above it and a *note* beside the title."""

    picture: Path
    title: str
    note: str


def sheet(cells: Sequence[Cell], heading: str, file: Path) -> None:
    """Write *cells* in rows below *heading* to *file*."""
    pictures = [_small(cell.picture) for cell in cells]
    across = max(NARROW, *(picture.width for picture in pictures)) if pictures else NARROW
    columns = max(1, min(len(cells), (WIDTH - GAP) // (across + GAP)))
    rows = [range(start, min(start + columns, len(cells))) for start in range(0, len(cells), columns)]
    head = TITLE.line + NOTE.line
    top = GAP + TITLE.line + GAP
    heights = [head + max(pictures[n].height for n in row) + GAP for row in rows]
    canvas = Canvas((GAP + columns * (across + GAP), top + sum(heights)))
    title = Line(Rect(GAP, GAP, canvas.size[0] - 2 * GAP, TITLE.line), plain(heading), TITLE)
    elements: list[Fill | Line] = [Fill(canvas.whole, GROUND), title]
    places: list[tuple[int, int]] = []
    y = top
    for row, high in zip(rows, heights, strict=True):
        for column, n in enumerate(row):
            x = GAP + column * (across + GAP)
            elements.append(Line(Rect(x, y, across, TITLE.line), _first_line(cells[n].title, TITLE, across), TITLE))
            elements.append(Line(Rect(x, y + TITLE.line, across, NOTE.line), _first_line(cells[n].note, NOTE, across), NOTE))
            places.append((x, y + head))
        y += high
    Painter(Pictures(lambda _: None)).elements(canvas, elements)
    made = Image.frombuffer("RGB", canvas.size, bytes(canvas.memory), "raw", "BGRX", 0, 1).copy()
    for picture, place in zip(pictures, places, strict=True):
        made.paste(picture, place)
    file.parent.mkdir(parents=True, exist_ok=True)
    made.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file)


def _first_line(text: str, face: Face, across: int) -> Runs:
    lines = _measure().break_lines(plain(text), face, across)
    if len(lines) < 2:
        return plain(text)
    (first, *_) = _measure().break_lines(plain(text), face, across - 2 * face.size)
    return plain(f"{text_of(first).rstrip()}…")


@cache
def _measure() -> PangoMeasure:
    return PangoMeasure()


def _small(file: Path) -> Image.Image:
    """The picture in *file* fitted to a cell; the pixels of a small board stay whole."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    if picture.width > ACROSS:
        return picture.resize((ACROSS, round(picture.height * ACROSS / picture.width)), Image.Resampling.LANCZOS)
    times = ACROSS // picture.width
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
