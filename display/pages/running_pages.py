"""A board of one line: every word runs through it, sentence after sentence, beside the clock. Pure."""

import re
from collections.abc import Iterable, Iterator

from display.page import text_of
from display.pages.content import Content
from display.text.document import Block, Heading, Paragraph, Table

_END = re.compile(r"(?<=[.!?…។៕])\s+")
LONGEST = 160
"""Characters that run as one piece; longer sentences are parted between words."""


def sentences(blocks: Iterable[Block]) -> Iterator[str]:
    """The text of *blocks* in pieces, each word once; a heading with what follows it, a table row by row with its heads."""
    heading = ""
    for block in blocks:
        match block:
            case Heading():
                heading += f"{text_of(block.runs)}: "
            case Paragraph():
                marker = f"{block.marker} " if block.marker else ""
                yield from _parted(heading + marker + text_of(block.runs))
                heading = ""
            case Table():
                if heading:
                    yield heading.strip()
                    heading = ""
                yield from _told(block)
    if heading:
        yield heading.strip()


def between(content: Content, pieces: Iterable[str]) -> tuple[str, ...]:
    """That it is an emergency before every one of *pieces*: whenever somebody looks, it is in view or just was; its level comes first."""
    if content.level is None:
        return tuple(pieces)
    mark = f"⚠ {content.kind}"
    first, *others = (part for piece in pieces for part in (mark, piece))
    return (f"{first} · {content.level_number}", *others)


def _parted(text: str) -> Iterator[str]:
    for sentence in _END.split(text):
        piece = ""
        for word in sentence.split():
            if piece and len(piece) + len(word) >= LONGEST:
                yield piece
                piece = ""
            piece = f"{piece} {word}" if piece else word
        if piece:
            yield piece


def _told(table: Table) -> Iterator[str]:
    head, *rest = table.rows
    if not rest:
        yield from (text_of(cell) for cell in head)
    for row in rest:
        labelled = [f"{text_of(head[n])}: {text_of(cell)}" if n < len(head) and head[n] else text_of(cell) for n, cell in enumerate(row)]
        yield from _parted(" · ".join(labelled))
