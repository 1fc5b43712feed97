"""An announcement's body, plain Markdown, as the few kinds of blocks that a board can show. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markdown_it.token import Token

from bundle.markdown import tokens_of
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


BULLET = "•"
_ALIGNED = {f"text-align:{align.name.lower().replace('centre', 'center')}": align for align in Align}

Block: TypeAlias = Paragraph | Heading | Table


def parse(body: str) -> tuple[Block, ...]:
    """The blocks of *body*; HTML is shown as the text it is, and what a board cannot show becomes plain paragraphs."""
    return tuple(_blocks(tokens_of(body)))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:  # noqa: C901 - one flat table of token kinds reads better whole
    lists: list[str] = []  # the marker of each open item, until it is shown
    rows: list[list[Runs]] = []
    aligned: list[Align | None] = []
    heading = table = False
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                yield from _number_alone(lists)
                lists.append("")
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                # "15. 20. 25." are the days that somebody wrote, though HTML would count 15, 16, 17.
                lists[-1] = f"{token.info}{token.markup}" if token.info else BULLET
            case "list_item_close":
                yield from _number_alone(lists)
            case "heading_open":
                yield from _number_alone(lists)
                heading = True
            case "heading_close":
                heading = False
            case "table_open":
                yield from _number_alone(lists)
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


def _number_alone(lists: list[str]) -> Iterator[Paragraph]:
    """The number of an item that begins with no paragraph to hang on: "2026." alone on its line is a year."""
    marker = _taken(lists)
    if marker not in ("", BULLET):
        yield Paragraph((Run(marker),), len(lists))


def _taken(lists: list[str]) -> str:
    if not lists:
        return ""
    marker, lists[-1] = lists[-1], ""
    return marker


def _paragraphs(runs: Runs, lists: list[str]) -> Iterator[Paragraph]:
    for part in _at_line_breaks(runs):
        if part:
            yield Paragraph(part, len(lists), _taken(lists))


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
