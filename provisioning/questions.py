"""What a technician may be asked, as data that a terminal and a page on a phone can show, and how each answer is read. Pure."""

import base64
import binascii
import json
import math
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bundle.base import tidied
from bundle.errors import Refused, refuse
from provisioning.probe import Pair

A = TypeVar("A")
YES, NO = "yes", "no"
_YES = frozenset((YES, "y", "c", "có", "co", "1", "true"))
_NO = frozenset((NO, "n", "k", "không", "khong", "0", "false"))
LONGEST_ANSWER = 80


@dataclass(frozen=True)
class Question(Generic[A]):
    """One question, asked in *words*, explained by *hint*; each kind reads the text of its own answer as an ``A``.

    *id* names it in the state and in scripts, and stays the same when its words change. Whoever shows it may always leave it open
    (``TechnicianDeclined``): what nobody answered is unknown.
    """

    id: str
    words: Pair
    hint: Pair = field(default=("", ""), kw_only=True)

    def read(self, text: str) -> A:
        """The answer that *text* is; ``Refused`` says what is expected instead, and the question is asked again."""
        raise NotImplementedError

    def refused(self, text: str, expected: Pair) -> Refused:
        """How an answer that cannot be taken is told."""
        shown = str(tidied(text))[:LONGEST_ANSWER] if not getattr(self, "secret", False) else "•••"
        return refuse(self.words[0], f"{shown!r} không dùng được / cannot be taken", f"cần {expected[0]} / what is expected: {expected[1]}")


@dataclass(frozen=True)
class YesNo(Question[bool]):
    """Yes or no."""

    def read(self, text: str) -> bool:
        """``yes`` and ``no``, as a form sends them, or as somebody types them in Vietnamese or English."""
        word = text.strip().casefold()
        if word in _YES or word in _NO:
            return word in _YES
        raise self.refused(text, ("có hoặc không", "yes or no"))


@dataclass(frozen=True)
class Number(Question[float]):
    """A number of *unit* between *least* and *most*; a decimal comma is one."""

    unit: str
    least: float
    most: float

    def read(self, text: str) -> float:
        """The number, in *unit*."""
        words = text.strip().removesuffix(self.unit).strip().replace(",", ".")
        try:
            number = float(words)
        except ValueError:
            number = math.nan
        if not self.least <= number <= self.most:
            span = f"{self.least:g}–{self.most:g} {self.unit}"
            raise self.refused(text, (f"số {span}", f"a number, {span}"))
        return number


@dataclass(frozen=True)
class Choice(Question[str]):
    """One of *options*, each a value and its words, the usual one first."""

    options: tuple[tuple[str, Pair], ...]

    def read(self, text: str) -> str:
        """The value chosen, by itself or by its number from 1."""
        word = text.strip()
        values = [value for value, _ in self.options]
        if word in values:
            return word
        if word.isdecimal() and 0 < int(word) <= len(values):
            return values[int(word) - 1]
        numbers = f"1–{len(values)}"
        raise self.refused(text, numbers_of(numbers))


@dataclass(frozen=True)
class Line(Question[str]):
    """One line of text of at most *longest* letters, such as a name; *usual* is what stands there already, *secret* is shown to nobody."""

    usual: str = ""
    longest: int = 100
    secret: bool = False

    def read(self, text: str) -> str:
        """The line, in NFC and without double spaces."""
        line = str(tidied(text)) if text.strip() else self.usual
        if not line or len(line) > self.longest:
            raise self.refused(text, (f"1–{self.longest} chữ", f"1–{self.longest} letters"))
        return line


@dataclass(frozen=True)
class Blank:
    """One place to fill in a form: its *id*, its *words*, and what stands there already."""

    id: str
    words: Pair
    usual: str = ""


@dataclass(frozen=True)
class Form(Question[dict[str, str]]):
    """Several lines at once; a blank left empty is missing from the answer, and that is for whoever asked to judge."""

    blanks: tuple[Blank, ...]
    longest: int = 100

    def read(self, text: str) -> dict[str, str]:
        """A JSON object of blank ids and lines, as `written` makes it."""
        try:
            answers = json.loads(text)
        except ValueError:
            answers = None
        known = {blank.id for blank in self.blanks}
        if not isinstance(answers, dict) or not set(answers) <= known or not all(isinstance(line, str) for line in answers.values()):
            raise self.refused(text, ("các dòng của biểu mẫu", f"lines for {', '.join(sorted(known))}"))
        lines = {name: str(tidied(line)) for name, line in answers.items() if line.strip()}
        if long := [line for line in lines.values() if len(line) > self.longest]:
            raise self.refused(long[0], (f"tối đa {self.longest} chữ", f"at most {self.longest} letters"))
        return lines

    @staticmethod
    def written(lines: dict[str, str]) -> str:
        """*lines* as the text that `read` takes."""
        return json.dumps(lines, ensure_ascii=False)


@dataclass(frozen=True)
class Photo(Question[bytes]):
    """A photograph, as WebP of at most *largest* bytes: whoever shows the question makes it small (:mod:`provisioning.photo`)."""

    largest: int = 40_000

    def read(self, text: str) -> bytes:
        """The WebP whose base64 *text* is."""
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) > self.largest:
            raise self.refused(text, (f"ảnh WebP tối đa {self.largest} byte", f"a WebP picture of at most {self.largest} bytes"))
        return data

    @staticmethod
    def written(data: bytes) -> str:
        """*data* as the text that `read` takes."""
        return base64.b64encode(data).decode()


def numbers_of(span: str) -> Pair:
    """How a choice among numbers is told."""
    return f"một số {span}", f"a number {span}"
