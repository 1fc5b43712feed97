"""Rows of known height are dealt out to pages: each row exactly once, in order, and no page higher than its room. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from display.page import Element

EVENED = 4


@dataclass(frozen=True)
class Row:
    """One line of text or one row of a table, *gap* pixels below what stands above it (none at the top of a page).

    *elements* count from the row's own top. *glue* asks to stand on the same page as the next row.
    """

    height: int
    elements: tuple[Element, ...] = ()
    gap: int = 0
    glue: bool = False


def paginate(rows: Sequence[Row], room: int) -> tuple[tuple[Row, ...], ...]:
    """As few pages as glue allows, then as even as they can be, so that the last page is not left with one line.

    Many pages are filled one after the other: evened out, each would only be a little emptier.
    """
    pages = _greedy(rows, room)
    if len(pages) > EVENED:
        return pages
    low, high = 1, room
    while low < high:
        middle = (low + high) // 2
        if all(row.height <= middle for row in rows if row.height <= room) and len(_greedy(rows, middle)) <= len(pages):
            high = middle
        else:
            low = middle + 1
    return _greedy(rows, high) if len(pages) > 1 else pages


def fewest(layouts: Iterable[tuple[tuple[Row, ...], ...]]) -> tuple[tuple[Row, ...], ...]:
    """Of the same text in falling sizes, the largest that takes no more pages than the smallest does."""
    best: tuple[tuple[Row, ...], ...] | None = None
    for pages in layouts:
        if best is None or len(pages) < len(best):
            best = pages
        if len(best) <= 1:
            break
    return best or ()


def height(rows: Sequence[Row]) -> int:
    """The height of *rows* on one page."""
    return sum(row.height for row in rows) + sum(row.gap for row in rows[1:])


def _greedy(rows: Sequence[Row], room: int) -> tuple[tuple[Row, ...], ...]:
    pages: list[list[Row]] = [[]]
    for group in _groups(rows, room):
        if pages[-1] and height([*pages[-1], *group]) > room:
            pages.append([])
        pages[-1] += group
    return tuple(tuple(page) for page in pages if page)


def _groups(rows: Sequence[Row], room: int) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if not row.glue:
            yield from _fitting(group, room)
            group = []
    yield from _fitting(group, room)


def _fitting(group: list[Row], room: int) -> Iterator[list[Row]]:
    """Glue is a wish: a chain that is too long for any page is dealt out row by row."""
    if height(group) <= room:
        yield group
    else:
        yield from ([row] for row in group)
