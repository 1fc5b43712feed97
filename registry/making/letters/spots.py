"""Where a character stands in a text, as an editor counts, and what becomes of Markdown's ``&#…;`` on the way to a board. Pure."""

import html
import re
import unicodedata
from collections.abc import Iterable
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
class Within:
    """The text of the *file* in which another text begins at index *start*."""

    file: str
    start: int = 0

    def line(self, index: int) -> int:
        """The line of the file, from 1, on which character *index* of that other text stands."""
        return self.file.count("\n", 0, self.start + index) + 1

    def place(self, index: int) -> str:
        """``line:column`` of that character in the file, both from 1."""
        column = self.start + index - self.file.rfind("\n", 0, self.start + index)
        return f"{self.line(index)}:{column}"


def found_in(file: str, text: str) -> Within:
    """Where *text* stands in *file*; one that was written with escapes is counted by itself."""
    start = file.find(text)
    return Within(file, start) if start >= 0 else Within(text)


def listed(found: Iterable[tuple[int, str]], within: Within) -> str:
    """Every character of *found* (index, character) once, with code point, name, how often and where: what an officer needs to find it."""
    places: dict[str, list[int]] = {}
    for index, char in found:
        places.setdefault(char, []).append(index)
    shown = list(places.items())[:MOST_CHARACTERS]
    told = [f"{_named(char)}, {len(indexes)} lần / times, {_placed(indexes, within)}" for char, indexes in shown]
    rest = len(places) - len(told)
    return "; ".join([*told, *([f"và {rest} ký tự khác / and {rest} more characters"] if rest else [])])


def _placed(indexes: list[int], within: Within) -> str:
    where = ", ".join(within.place(index) for index in indexes[:MOST_PLACES])
    return f"dòng:cột / line:column {where}{', …' if len(indexes) > MOST_PLACES else ''}"


def _named(text: str) -> str:
    shown = f"“{text}” " if text.isprintable() and not text.isspace() else ""
    return f"{shown}{' '.join(_name(char) for char in text)}"


def _name(char: str) -> str:
    return " ".join(filter(None, (f"U+{ord(char):04X}", unicodedata.name(char, ""))))
