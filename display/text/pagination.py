"""Rows of known height are dealt out to pages: every word exactly once, in order, and no page higher than its room. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import islice
from typing import TypeAlias, TypeVar

from display.page import Element

EVENED = 4
KEPT = 6  # so many ways are followed from page to page: the nicest first page may force an ugly second one
FULL_ENOUGH = 0.55  # of an even share: less looks as if something were missing

Of = TypeVar("Of")


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


class Strand:
    """A *row* and those that follow it, set no further than they are asked for. Strands that come to the same place go on as one."""

    def __init__(self, row: Row, follow: "Callable[[], Strand | None]" = lambda: None) -> None:
        self.row, self._follow = row, follow
        self._height: int | None = None

    @cached_property
    def rest(self) -> "Strand | None":
        """What follows the row, to the end of the paragraph."""
        return self._follow()

    @property
    def height(self) -> int:
        """The height of all its rows."""
        above, strand = list[Strand](), self
        below: int | None = None
        while below is None:
            above.append(strand)
            following = strand.rest
            below = 0 if following is None else following._height
            strand = following or strand
        for each in reversed(above):
            below = each._height = below + each.row.height + each.row.gap
        return below

    def __iter__(self) -> Iterator[Row]:
        """Its rows."""
        strand: Strand | None = self
        while strand is not None:
            yield strand.row
            strand = strand.rest


Rows: TypeAlias = tuple[Row, ...]
Turn: TypeAlias = Callable[[], tuple[Row, Strand]]
"""A row up to the end of its last sentence, and what follows to the end of its paragraph, set anew."""


def paginate(rows: Sequence[Row], room: int) -> tuple[Rows, ...]:
    """As few pages as glue allows, turned where a paragraph ends, else a sentence, and as even as that leaves them.

    Many pages are filled one after the other: evened out, each would only be a little emptier.
    """
    return Dealing(tuple(rows), room).pages()


def fewest(texts: "Iterable[tuple[Dealing, Of]]") -> "tuple[Dealing, Of]":
    """Of ways to say the same, each with what it was dealt out for, the first that takes no more pages than any other; at least one way."""
    best: tuple[Dealing, Of] | None = None
    for text in texts:
        if best is None or text[0].count < best[0].count:
            best = text
        if best[0].count <= 1:
            break
    if best is None:
        raise ValueError("no way to say it")
    return best


def height(rows: Sequence[Row]) -> int:
    """The height of *rows* on one page."""
    return sum(row.height for row in rows) + sum(row.gap for row in rows[1:])


@dataclass(frozen=True)
class _Rest:
    """What is not on a page yet: a head said again or the end of a paragraph that was set *anew*, and all rows from the *index*-th."""

    anew: Strand | None
    index: int


@dataclass(frozen=True)
class _Way:
    """The *page* that was turned after those *before*, the *rest*, and how little all its turns are liked."""

    before: "_Way | None"
    page: Rows
    rest: _Rest
    cost: float

    def pages(self) -> Iterator[Rows]:
        """From the last to the first."""
        way = self
        while way.before is not None:
            yield way.page
            way = way.before


class Dealing:
    """One text and the *room* of its pages, with what is reckoned of them once. To count pages costs little beside making them."""

    def __init__(self, rows: Rows, room: int) -> None:
        self._rows, self._room = rows, room
        self._known = {_Rest(None, len(rows)): 0}

    @cached_property
    def count(self) -> int:
        """How many pages it takes."""
        return self._needed(_Rest(None, 0))

    def pages(self) -> tuple[Rows, ...]:
        """All of them."""
        if not self._rows:
            return ()
        aim = self._evened() if self.count <= EVENED else self._room
        ways = [_Way(None, (), _Rest(None, 0), 0.0)]
        for left in range(self.count - 1, 0, -1):
            ways = self._onward(ways, aim, left)
        return (*reversed(list(ways[0].pages())), tuple(self._of(ways[0].rest)))

    def _evened(self) -> int:
        """The lowest height of a page with which there are no more of them."""
        low, high = max((row.height for row in self._rows if row.height <= self._room), default=1), self._room
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if Dealing(self._rows, middle).count <= self.count else (middle + 1, high)
        return high

    def _onward(self, ways: Sequence[_Way], aim: int, left: int) -> list[_Way]:
        """The best ways one page further, such that *left* pages take what is left and none of them stays half empty."""
        least = FULL_ENOUGH * aim
        further = [
            _Way(way, page, rest, way.cost + ending.value + abs(used - aim) / self._room)
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
                if anew.rest is not None:
                    yield (*page, head), _Rest(anew, self._paragraph_end(rest, len(page))), used, Ending.SENTENCE
            page.append(row)
            if used >= least and not row.glue:
                yield tuple(page), self._after(rest, len(page)), used, row.ending

    def _filled(self, way: _Way) -> _Way:
        first = _filling(self._of(way.rest), self._room)
        return _Way(way, tuple(islice(self._of(way.rest), first)), self._after(way.rest, first), way.cost)

    def _of(self, rest: _Rest) -> Iterator[Row]:
        if rest.anew is not None:
            yield from rest.anew
        for n in range(rest.index, len(self._rows)):
            yield self._rows[n]

    def _after(self, rest: _Rest, taken: int) -> _Rest:
        anew = rest.anew
        while anew is not None and taken:
            anew, taken = anew.rest, taken - 1
        index = rest.index + taken
        return _Rest(anew or self._heads.get(index), index)

    def _paragraph_end(self, rest: _Rest, place: int) -> int:
        anew = rest.anew
        while anew is not None:
            if not place:
                return rest.index
            anew, place = anew.rest, place - 1
        return self._next[rest.index + place]

    def _height(self, rest: _Rest) -> int:
        return (rest.anew.height if rest.anew else 0) + self._below[rest.index]

    def _needed(self, rest: _Rest) -> int:
        """How many pages *rest* needs when they are filled one after the other."""
        way = list[_Rest]()
        while rest not in self._known:
            way.append(rest)
            rest = self._after(rest, _filling(self._of(rest), self._room))
        for pages, each in enumerate(reversed(way), self._known[rest] + 1):
            self._known[each] = pages
        return self._known[rest] + len(way)

    @cached_property
    def _below(self) -> list[int]:
        """The height from each row down."""
        below = [0] * (len(self._rows) + 1)
        for n in range(len(self._rows) - 1, -1, -1):
            below[n] = below[n + 1] + self._rows[n].height + self._rows[n].gap
        return below

    @cached_property
    def _next(self) -> list[int]:
        """The first row after each row's paragraph."""
        following = [len(self._rows)] * len(self._rows)
        for n in range(len(self._rows) - 2, -1, -1):
            following[n] = n + 1 if self._rows[n].ending is Ending.PARAGRAPH else following[n + 1]
        return following

    @cached_property
    def _heads(self) -> dict[int, Strand]:
        """What a page that begins with a row says again above it, if there is room for both."""
        return {n: Strand(row.head) for n, row in enumerate(self._rows) if row.head is not None and height((row.head, row)) <= self._room}


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
    """What is glued together, looked at no further than a page reaches.

    Glue is a wish: a chain that is too long for any page is parted between paragraphs, and one paragraph of it row by row.
    """
    group, loose = list[Row](), False
    for row in rows:
        group.append(row)
        while loose or height(group) > room:
            end = next((n for n, each in enumerate(group, 1) if each.ending is Ending.PARAGRAPH), len(group))
            if not loose and end < len(group):
                yield group[:end]
                group = group[end:]
            else:
                yield from ([each] for each in group)
                group, loose = [], row.glue and row.ending is not Ending.PARAGRAPH
                break
        if group and not row.glue:
            yield group
            group = []
    if group:
        yield group
