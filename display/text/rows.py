"""Blocks become rows: lines broken by measure, list items hung on their markers, tables with fitted columns. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from display.look.theme import Theme
from display.page import Align, Element, Face, Fill, Line, Rect, Run, Runs, plain, text_of
from display.text.document import Block, Heading, Paragraph, Table
from display.text.lines import Lines, bound_in
from display.text.measure import Measure
from display.text.pagination import Row

NARROWEST = 4  # a column of fewer ems than this is not a column any more
# An amount, with or without its unit; not a telephone number, an hour or a date.
_FIGURE = re.compile(r"[-+–]?(?!0\d)\d[\d.,]*(?:[\s\u00a0]\d{3})*[\s\u00a0]?(?:%|đ|₫|đồng|triệu|tỷ|kg|tạ|tấn|ha|m²|m2|m|km|l|lít|°C)?")
WIDE = 40  # ems of a column that has enough words a line to be justified; measured on official notices
COLUMN = 4  # lines of a paragraph from which on its right edge is seen as an edge
HANG = 1.5  # ems that an item of a list stands in for each step where there is room
MOST_LINES = 6  # a cell of more lines than this makes a row that may not fit a page


def text_rows(runs: Runs, face: Face, width: int, measure: Measure, gap: int = 0, across: int = 0, align: Align = Align.LEFT) -> list[Row]:
    """*runs* as rows of one line each; the first two and the last two lines of a paragraph stay together."""
    return list(Lines(runs, face, width, measure, across, align).strand(gap))


def balanced(runs: Runs, face: Face, width: int, measure: Measure) -> int:
    """The smallest width in which *runs* need no more lines than in *width*: no single word is left for the last line."""
    runs = bound_in(runs, face, width)
    lines, low, high = len(measure.break_lines(runs, face, width)), width // 3, width
    while lines > 1 and high - low > face.size // 4:
        middle = (low + high) // 2
        low, high = (low, middle) if len(measure.break_lines(runs, face, middle)) <= lines else (middle, high)
    return high


def body_rows(
    blocks: Sequence[Block],
    face: Face,
    width: int,
    measure: Measure,
    theme: Theme,
    title: Face | None = None,
    tallest: int | None = None,
    hang: float = HANG,
) -> list[Row]:
    """All rows of a text set in *face*; headings in *title*, tables in the colours of *theme*, of which no row is higher than *tallest*.

    Items of lists hang by *hang* ems.
    """
    rows: list[Row] = []
    space = round(face.size * 0.55)
    columns = [Lines(block.runs, face, width, measure) if isinstance(block, Paragraph) and not block.depth else None for block in blocks]
    justified = width >= face.size * WIDE and _justified([column for column in columns if column])
    for block, column in zip(blocks, columns, strict=True):
        match block:
            case Paragraph() if column:
                rows += column.strand(space, justified)
            case Paragraph():
                rows += _item_rows(block, face, width, measure, round(face.size * hang))
            case Heading():
                rows += _heading_rows(block, title or face, width, measure, space)
            case Table():
                rows += table_rows(block, face, width, measure, theme, space, tallest)
        if isinstance(block, Paragraph) and text_of(block.runs).rstrip().endswith(":"):
            rows[-1] = replace(rows[-1], glue=True)
    return rows


def _justified(columns: Sequence[Lines]) -> bool:
    """One text has one look: a single paragraph that would get holes leaves all of them ragged, and short ones form no column."""
    return any(column.longer(COLUMN - 1) for column in columns) and all(column.even() for column in columns)


def _heading_rows(block: Heading, face: Face, width: int, measure: Measure, space: int) -> list[Row]:
    runs = tuple(Run(run.text, True, run.italic) for run in block.runs)
    rows = text_rows(runs, face, width, measure, round(space * 1.4))
    return [replace(row, glue=True, turn=None) for row in rows]


def _item_rows(block: Paragraph, face: Face, width: int, measure: Measure, hang: int) -> list[Row]:
    marked = measure.width(plain(block.marker), face) + round(face.size * 0.2) if block.marker else 0
    # A long marker ("100.") pushes its item in: it is never written over it.
    indent = max(min(hang * block.depth, width // 3) + max(0, marked - hang), marked)
    rows = text_rows(block.runs, face, width - indent, measure, round(face.size * 0.25), indent)
    if block.marker and rows:
        box = Rect(max(0, indent - max(hang, marked)), 0, marked, face.line)
        marker = Line(box, plain(block.marker), face)
        rows[0] = replace(rows[0], elements=(marker, *rows[0].elements))
    return rows


def table_rows(table: Table, face: Face, width: int, measure: Measure, theme: Theme, gap: int, tallest: int | None = None) -> list[Row]:
    """A table as rows; one that is too narrow for its columns is told row by row, "head: cell", so that nothing is lost."""
    widths = _columns(table, face, width, measure)
    pad = round(face.size * 0.35)
    texts = [[_bold(cell) for cell in table.rows[0]], *table.rows[1:]]
    cells = [
        [
            measure.break_lines(bound_in(cell, face, across - 2 * pad), face, max(1, across - 2 * pad))
            for cell, across in zip(row, widths, strict=False)
        ]
        for row in texts
    ]
    most = MOST_LINES if tallest is None else min(MOST_LINES, (tallest - pad) // face.line)
    if min(widths) < face.size * NARROWEST or any(len(lines) > most for row in cells for lines in row):
        return _told(table, face, width, measure, gap)
    rows: list[Row] = []
    aligns = [_align(table, n) for n in range(len(widths))]
    for n, broken in enumerate(cells):
        high = max((len(lines) for lines in broken), default=1) * face.line + pad
        surface = theme.rows[n % 2] if n else theme.head
        written = replace(face, colour=surface.ink)
        elements: list[Element] = [Fill(Rect(0, 0, width, high), surface.ground)]
        x = 0
        for lines, across, align in zip(broken, widths, aligns, strict=False):
            boxes = (Rect(x + pad, pad // 2 + k * face.line, across - 2 * pad, face.line) for k in range(len(lines)))
            elements += [Line(box, line, written, align) for box, line in zip(boxes, lines, strict=True)]
            x += across
        rows.append(Row(high, tuple(elements), gap if n == 0 else max(1, pad // 6), glue=n == 0, head=rows[0] if n else None))
    return rows


def _align(table: Table, column: int) -> Align:
    """As its writer asked; else figures that are compared stand below each other, digit below digit."""
    asked = table.aligned[column] if column < len(table.aligned) else None
    cells = [text for row in table.rows[1:] if column < len(row) and (text := text_of(row[column]).strip())]
    return asked or (Align.RIGHT if cells and all(map(_FIGURE.fullmatch, cells)) else Align.LEFT)


def _columns(table: Table, face: Face, width: int, measure: Measure) -> list[int]:
    """Widths that fill *width*: what each column wants, shared out when it is too much."""
    count = max(len(row) for row in table.rows)
    pad = round(face.size * 0.35)
    rows = [[_bold(cell) for cell in table.rows[0]], *table.rows[1:]]
    wants = [max((measure.width(row[n], face) for row in rows if n < len(row)), default=0) + 2 * pad + 2 for n in range(count)]
    spare = width - sum(wants)
    if spare >= 0:
        return [want + spare // count for want in wants]
    # Whoever wants no more than an equal part keeps that, which leaves the others more; those that are still too wide share the rest.
    left, wide = width, set(range(count))
    while narrow := {n for n in wide if wants[n] <= left // len(wide)}:
        left -= sum(wants[n] for n in narrow)
        wide -= narrow
    total = sum(wants[n] for n in wide)
    return [max(1, left * wants[n] // total) if n in wide else wants[n] for n in range(count)]


def _told(table: Table, face: Face, width: int, measure: Measure, gap: int) -> list[Row]:
    head, *rest = table.rows
    if not rest:
        rest, head = [head], ()
    rows: list[Row] = []
    for cells in rest:
        for n, cell in enumerate(cells):
            label: Runs = (*_bold(head[n]), Run(": ")) if n < len(head) and head[n] else ()
            told = text_rows((*label, *cell), face, width, measure, gap if n == 0 else 0)
            # What belongs to one row of the table is read on one page.
            rows += [replace(row, glue=True) for row in told] if n < len(cells) - 1 else told
    return rows


def _bold(runs: Runs) -> Runs:
    return tuple(Run(run.text, True, run.italic) for run in runs)
