"""Where a character stands in a text, as an editor counts, and what becomes of Markdown's ``&#…;`` on the way to a board. Pure."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
MOST_CHARACTERS, MOST_PLACES = 8, 5


@dataclass(frozen=True)
class Spelt:
    """*text* as it is drawn, and for each of its characters the index where its writer wrote it."""

    text: str
    origin: tuple[int, ...]


def spelt(written: str) -> Spelt:
    """*written* with every entity replaced by its character: one written so must not slip past a check."""
    parts: list[str] = []
    origin: list[int] = []
    end = 0
    for entity in _ENTITY.finditer(written):
        plain, said = written[end : entity.start()], html.unescape(entity[0])
        parts += [plain, said]
        origin += [*range(end, entity.start()), *[entity.start()] * len(said)]
        end = entity.end()
    return Spelt("".join([*parts, written[end:]]), (*origin, *range(end, len(written))))


@dataclass(frozen=True)
class Spot:
    """One character at *line* and *column*, both from 1."""

    char: str
    line: int
    column: int


@dataclass(frozen=True)
class Within:
    """The text of the *file* in which another text begins at index *start*."""

    file: str
    start: int = 0

    def line(self, index: int) -> int:
        """The line of the file, from 1, on which character *index* of that other text stands."""
        return self.file.count("\n", 0, self.start + index) + 1

    def spots(self, found: Iterable[tuple[int, str]]) -> Iterator[Spot]:
        """Each (index, character) of *found* at its place in the file."""
        for index, char in found:
            column = self.start + index - self.file.rfind("\n", 0, self.start + index)
            yield Spot(char, self.line(index), column)


def found_in(file: str, text: str) -> Within:
    """Where *text* stands in *file*; one that was written with escapes is counted by itself."""
    start = file.find(text)
    return Within(file, start) if start >= 0 else Within(text)


def listed(spots: Iterable[Spot]) -> str:
    """Every character once, with code point, name, how often and where: what an officer needs to find it."""
    places: dict[str, list[Spot]] = {}
    for spot in spots:
        places.setdefault(spot.char, []).append(spot)
    told = [f"{_named(char)}, {len(found)} lần / times, {_placed(found)}" for char, found in list(places.items())[:MOST_CHARACTERS]]
    rest = len(places) - len(told)
    return "; ".join([*told, *([f"và {rest} ký tự khác / and {rest} more characters"] if rest else [])])


def _placed(found: list[Spot]) -> str:
    where = ", ".join(f"{spot.line}:{spot.column}" for spot in found[:MOST_PLACES])
    return f"dòng:cột / line:column {where}{', …' if len(found) > MOST_PLACES else ''}"


def _named(text: str) -> str:
    shown = f"“{text}” " if text.isprintable() and not text.isspace() else ""
    return f"{shown}{' '.join(_name(char) for char in text)}"


def _name(char: str) -> str:
    return " ".join(filter(None, (f"U+{ord(char):04X}", unicodedata.name(char, ""))))
