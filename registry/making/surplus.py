"""Cells of a Markdown table that stand to the right of its last column: no board would show them. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from markdown_it.rules_block.table import escapedSplit

from bundle.markdown import tokens_of


class Surplus(NamedTuple):
    """The row on *line* (from 0) has *cells*, its table has *columns*."""

    line: int
    cells: int
    columns: int


def surplus_cells(body: str) -> Iterator[Surplus]:
    """Every row of *body* with words outside the columns of its table, where they would be ignored (GFM 0.29, 4.10)."""
    lines, columns = body.split("\n"), 0
    for token in tokens_of(body):
        match token.type:
            case "thead_open":
                columns = 0
            case "th_open":
                columns += 1
            case "tr_open" if columns and token.map:
                cells = _cells(lines[token.map[0]])
                if any(cell.strip() for cell in cells[columns:]):
                    yield Surplus(token.map[0], len(cells), columns)
            case _:
                pass


def _cells(row: str) -> list[str]:
    """As the parser finds them: before a row stand only the signs of its quotations, for that of a list would end the table."""
    cells = escapedSplit(row.lstrip("> \t").rstrip())
    return cells[cells[0] == "" : len(cells) - (cells[-1] == "")]
