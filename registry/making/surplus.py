"""Cells of a Markdown table that stand to the right of its last column: no board would show them. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit


class Surplus(NamedTuple):
    """The row on *line* (from 0) has *cells*, its table has *columns*."""

    line: int
    cells: int
    columns: int


def surplus_cells(body: str) -> Iterator[Surplus]:
    """Every row of *body* with words outside the columns of its table, where they would be ignored (GFM 0.29, 4.10)."""
    lines, columns = body.split("\n"), 0
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.type not in ("thead_open", "tr_open") or token.map is None:
            continue
        cells = _cells(lines[token.map[0]])
        if token.type == "thead_open":
            columns = len(cells)
        elif any(cell.strip() for cell in cells[columns:]):
            yield Surplus(token.map[0], len(cells), columns)


def _cells(row: str) -> list[str]:
    """As the parser finds them; what stands before all rows of a table (a quotation's sign) is one more in each of them."""
    cells = escapedSplit(row.strip())
    return cells[cells[0] == "" : len(cells) - (cells[-1] == "")]
