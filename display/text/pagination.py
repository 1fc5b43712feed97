"""Rows of known height are dealt out to pages: every word exactly once, in order, and no page higher than its room. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, islice
from typing import TypeAlias

from display.page import Element

EVENED = 4
KEPT = 6  # so many ways are followed from page to page: the nicest first page may force an ugly second one
FULL_ENOUGH = 0.55  # of an even share: less looks as if something were missing


class Ending(Enum):
    """What ends with a row; the value is which part of a page's height may stay empty to end the page better."""

    PARAGRAPH = 0.0
    SENTENCE = 0.12
    LINE = 0.4


@dataclass(frozen=True)
class Row:
    """One line of text or one row of a table, *gap* pixels below what stands above it (none at the top of a page).

    *elements* count from the row's own top. *glue* asks to stand on the same page as the next row.
    *turn* is there when a sentence ends inside the row and the page may be turned there.
    *head* is what to say again above this row when it begins a page: the head of its table.
    """

    height: int
    elements: tuple[Element, ...] = ()
    gap: int = 0
    glue: bool = False
    ending: Ending = Ending.PARAGRAPH
    turn: "Turn | None" = field(default=None, compare=False, repr=False)
    head: "Row | None" = None


Rows: TypeAlias = tuple[Row, ...]
Turn: TypeAlias = Callable[[], tuple[Row, Sequence[Row]]]
"""A row up to the end of its last sentence, and what follows to the end of its paragraph, set anew."""


def paginate(rows: Sequence[Row], room: int) -> tuple[Rows, ...]:
    """As few pages as glue allows, turned where a paragraph ends, else a sentence, and as even as that leaves them.

    Many pages are filled one after the other: evened out, each would only be a little emptier.
    """
    return _Dealing(tuple(rows), room).pages() if rows else ()


def fewest(layouts: Iterable[tuple[Rows, ...]]) -> tuple[Rows, ...]:
    """Of the same text in falling sizes, the largest that takes no more pages than the smallest does."""
    best: tuple[Rows, ...] | None = None
    for pages in layouts:
        if best is None or len(pages) < len(best):
            best = pages
        if len(best) <= 1:
            break
    return best or ()


def height(rows: Sequence[Row]) -> int:
    """The height of *rows* on one page."""
    return sum(row.height for row in rows) + sum(row.gap for row in rows[1:])


@dataclass(frozen=True)
class _Rest:
    """What is not on a page yet: a head said again or the end of a paragraph that was set *anew*, and all rows from the *index*-th."""

    anew: Rows
    index: int


@dataclass(frozen=True)
class _Way:
    """*pages* that were turned so far, the *rest*, and how little its turns are liked."""

    pages: tuple[Rows, ...]
    rest: _Rest
    cost: float


class _Dealing:
    """One text and the room of its pages, with what is reckoned of them once."""

    def __init__(self, rows: Rows, room: int) -> None:
        self._rows, self._room = rows, room
        self._count = _counts(rows, room)
        self._below = [0] * (len(rows) + 1)  # the height from each row down
        self._next = [len(rows)] * len(rows)  # the first row after each row's paragraph
        for n in range(len(rows) - 1, -1, -1):
            self._below[n] = self._below[n + 1] + rows[n].height + rows[n].gap
            if n + 1 < len(rows):
                self._next[n] = n + 1 if rows[n].ending is Ending.PARAGRAPH else self._next[n + 1]

    def pages(self) -> tuple[Rows, ...]:
        """All of them."""
        count = self._count[0]
        aim = self._evened(count) if count <= EVENED else self._room
        ways = [_Way((), _Rest((), 0), 0.0)]
        for left in range(count - 1, 0, -1):
            ways = self._onward(ways, aim, left)
        return (*ways[0].pages, tuple(self._of(ways[0].rest)))

    def _evened(self, count: int) -> int:
        """The lowest height of a page with which there are no more of them."""
        low, high = max((row.height for row in self._rows if row.height <= self._room), default=1), self._room
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _counts(self._rows, middle)[0] <= count else (middle + 1, high)
        return high

    def _onward(self, ways: Sequence[_Way], aim: int, left: int) -> list[_Way]:
        """The best ways one page further, such that *left* pages take what is left and none of them stays half empty."""
        least = FULL_ENOUGH * aim
        further = [
            _Way((*way.pages, page), rest, way.cost + ending.value + abs(used - aim) / self._room)
            for way in ways
            for page, rest, used, ending in self._cuts(way.rest, least)
        ]
        further.sort(key=lambda way: way.cost)
        fitting = (way for way in further if self._height(way.rest) >= least * left and self._needed(way.rest) <= left)
        return list(islice(fitting, KEPT)) or [self._filled(ways[0])]

    def _cuts(self, rest: _Rest, least: float) -> Iterator[tuple[Rows, _Rest, int, Ending]]:
        """Every place where a page may end: the page, what follows it, the page's height, and what ends with it."""
        used, page = 0, list[Row]()
        for row in self._of(rest):
            used += row.height + (row.gap if page else 0)
            if used > self._room:
                return
            if row.turn and used >= least:
                head, anew = row.turn()
                # A last line alone at the top of a page would look lost.
                if len(anew) > 1:
                    yield (*page, head), _Rest(tuple(anew), self._paragraph_end(rest, len(page))), used, Ending.SENTENCE
            page.append(row)
            if used >= least and not row.glue:
                yield tuple(page), self._after(rest, len(page)), used, row.ending

    def _filled(self, way: _Way) -> _Way:
        first = _filling(self._of(way.rest), self._room)
        return _Way((*way.pages, tuple(islice(self._of(way.rest), first))), self._after(way.rest, first), way.cost)

    def _of(self, rest: _Rest) -> Iterator[Row]:
        yield from rest.anew
        for n in range(rest.index, len(self._rows)):
            yield self._rows[n]

    def _after(self, rest: _Rest, taken: int) -> _Rest:
        index = rest.index + max(0, taken - len(rest.anew))
        return _Rest(rest.anew[taken:] or _head(self._rows, index, self._room), index)

    def _paragraph_end(self, rest: _Rest, place: int) -> int:
        return rest.index if place < len(rest.anew) else self._next[rest.index + place - len(rest.anew)]

    def _height(self, rest: _Rest) -> int:
        return sum(row.height + row.gap for row in rest.anew) + self._below[rest.index]

    def _needed(self, rest: _Rest) -> int:
        pages = 0
        while rest.anew:
            rest, pages = self._after(rest, _filling(self._of(rest), self._room)), pages + 1
        return pages + self._count[rest.index]


def _counts(rows: Rows, room: int) -> list[int]:
    """How many pages what begins with each row needs when they are filled one after the other."""
    counts = [0] * (len(rows) + 1)
    for n in range(len(rows) - 1, -1, -1):
        head = _head(rows, n, room)
        taken = _filling(chain(head, (rows[k] for k in range(n, len(rows)))), room)
        counts[n] = 1 + counts[n + taken - len(head)]
    return counts


def _head(rows: Rows, index: int, room: int) -> Rows:
    """What a page that begins with the *index*-th row says again above it, if there is room for both."""
    head = rows[index].head if index < len(rows) else None
    return (head,) if head and height((head, rows[index])) <= room else ()


def _filling(rows: Iterable[Row], room: int) -> int:
    """How many of *rows* the first page takes."""
    taken = used = 0
    for group in _groups(rows, room):
        needed = height(group) + (group[0].gap if taken else 0)
        if taken and used + needed > room:
            break
        taken, used = taken + len(group), used + needed
    return taken


def _groups(rows: Iterable[Row], room: int) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if not row.glue:
            yield from _fitting(group, room)
            group = []
    if group:
        yield from _fitting(group, room)


def _fitting(group: list[Row], room: int) -> Iterator[list[Row]]:
    """Glue is a wish: a chain that is too long for any page is parted between paragraphs, and one paragraph of it row by row."""
    if height(group) <= room:
        yield group
        return
    end = next((n for n, row in enumerate(group, 1) if row.ending is Ending.PARAGRAPH), len(group))
    first, rest = group[:end], group[end:]
    if height(first) <= room and rest:
        yield first
    else:
        yield from ([row] for row in first)
    if rest:
        yield from _fitting(rest, room)
