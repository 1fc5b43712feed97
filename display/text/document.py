"""An announcement's body, plain Markdown, as the few kinds of blocks that a board can show. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from display.page import Align, Run, Runs


@dataclass(frozen=True)
class Paragraph:
    """Running text, *depth* steps inside lists, after a *marker* ("•", "2.") if it begins a list item."""

    runs: Runs
    depth: int = 0
    marker: str = ""


@dataclass(frozen=True)
class Heading:
    """A title inside the text; never the last line of a page."""

    runs: Runs


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first row is the head. *aligned* is what its writer asked for each column, if anything."""

    rows: tuple[tuple[Runs, ...], ...]
    aligned: tuple[Align | None, ...] = ()


NESTING = 400
"""Levels of the parser; a list takes two of them. No text of 60,000 characters that anybody means goes deeper."""
_ALIGNED = {f"text-align:{align.name.lower().replace('centre', 'center')}": align for align in Align}

Block: TypeAlias = Paragraph | Heading | Table


def parse(body: str) -> tuple[Block, ...]:
    """The blocks of *body*; HTML is shown as the text it is, and what a board cannot show becomes plain paragraphs."""
    return tuple(_blocks(_markdown().parse(body)))


@cache
def _markdown() -> MarkdownIt:
    # Beyond its nesting the parser drops words without a sound.
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable("table")
    # It puts its rules together at its first text: before a second thread could find half of them.
    made.parse("")
    return made


@dataclass
class _List:
    number: int | None
    marker: str = ""

    def open_item(self) -> None:
        self.marker = "•" if self.number is None else f"{self.number}."
        self.number = None if self.number is None else self.number + 1

    def take(self) -> str:
        marker, self.marker = self.marker, ""
        return marker


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:  # noqa: C901 - one flat table of token kinds reads better whole
    lists: list[_List] = []
    rows: list[list[Runs]] = []
    aligned: list[Align | None] = []
    heading = table = False
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                lists.append(_List(None))
            case "ordered_list_open":
                lists.append(_List(int(token.attrGet("start") or 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                lists[-1].open_item()
            case "heading_open" | "heading_close":
                heading = not heading
            case "table_open":
                table, rows, aligned = True, [], []
            case "th_open":
                aligned.append(_ALIGNED.get(str(token.attrGet("style"))))
            case "tr_open":
                rows.append([])
            case "table_close":
                table = False
                yield Table(tuple(tuple(row) for row in rows), tuple(aligned))
            case "inline" if table:
                rows[-1].append(_runs(token.children or []))
            case "inline" if heading:
                yield Heading(_runs(token.children or []))
            case "inline":
                yield from _paragraphs(_runs(token.children or []), lists)
            case "code_block" | "fence":
                yield from _paragraphs((Run(token.content.rstrip("\n")),), lists)
            case _:
                pass


def _paragraphs(runs: Runs, lists: Sequence[_List]) -> Iterator[Paragraph]:
    marker = lists[-1].take() if lists else ""
    for part in _at_line_breaks(runs):
        if part:
            yield Paragraph(part, len(lists), marker)
            marker = ""


def _at_line_breaks(runs: Runs) -> Iterator[Runs]:
    line: list[Run] = []
    for run in runs:
        first, *rest = run.text.split("\n")
        line += [Run(first, run.bold, run.italic)] if first else []
        for text in rest:
            yield tuple(line)
            line = [Run(text, run.bold, run.italic)] if text else []
    yield tuple(line)


def _runs(tokens: Sequence[Token]) -> Runs:
    found: list[Run] = []
    bold = italic = 0
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "softbreak":
                found.append(Run(" ", bold > 0, italic > 0))
            case "hardbreak":
                found.append(Run("\n"))
            case "image":
                found.append(Run(token.content))
            case _:
                found.append(Run(token.content, bold > 0, italic > 0))
    return tuple(run for run in found if run.text)
