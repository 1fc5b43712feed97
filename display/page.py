"""A page as data: what stands where on the board, before anything is painted. Standard library only."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple, TypeAlias

Colour: TypeAlias = tuple[int, int, int]
Size: TypeAlias = tuple[int, int]


class Rect(NamedTuple):
    """A rectangle in pixels, y downwards."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column after it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row after it."""
        return self.y + self.height

    def inset(self, across: int, down: int = 0) -> "Rect":
        """Smaller by *across* on the left and right and by *down* above and below."""
        return Rect(self.x + across, self.y + down, max(1, self.width - 2 * across), max(1, self.height - 2 * down))


class Align(Enum):
    """Where a line stands in its box."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True)
class Face:
    """How letters look: *size* in pixels per em; a line is *leading* ems high, so that tone marks are never cut."""

    size: int
    colour: Colour
    bold: bool = False
    leading: float = 1.42

    @property
    def line(self) -> int:
        """The height of one line in pixels."""
        return round(self.size * self.leading)


@dataclass(frozen=True)
class Run:
    """A stretch of text with one emphasis."""

    text: str
    bold: bool = False
    italic: bool = False


Runs: TypeAlias = tuple[Run, ...]


def plain(text: str) -> Runs:
    """Text without emphasis."""
    return (Run(text),)


def text_of(runs: Runs) -> str:
    """The bare text."""
    return "".join(run.text for run in runs)


_STEERING = str.maketrans({"\u00a0": " ", "\u200b": None, "\u2060": None})


def read_of(runs: Runs) -> str:
    """The text as it is read: without the signs that only say where a line may or may not end."""
    return text_of(runs).translate(_STEERING)


def cut(runs: Runs, first: int, last: int) -> Runs:
    """The characters from *first* up to *last*, with their emphasis."""
    found, place = [], 0
    for run in runs:
        part = run.text[max(0, first - place) : max(0, last - place)]
        place += len(run.text)
        if part:
            found.append(Run(part, run.bold, run.italic))
    return tuple(found)


@dataclass(frozen=True)
class Fill:
    """A rectangle of one colour, its corners rounded by *radius* pixels."""

    box: Rect
    colour: Colour
    radius: int = 0


@dataclass(frozen=True)
class Line:
    """One line of text, already broken so that it fits its box.

    *stretched* makes its spaces wider until it fills its box.
    """

    box: Rect
    runs: Runs
    face: Face
    align: Align = Align.LEFT
    stretched: bool = False


@dataclass(frozen=True)
class Image:
    """The part of a picture between the fractions *top* and *bottom* of its height, filling *box*."""

    box: Rect
    sha256: str
    top: float = 0.0
    bottom: float = 1.0


@dataclass(frozen=True)
class Code:
    """A QR code that leads to *link*, black on white with its quiet zone; *error* is its level of correction (ISO/IEC 18004)."""

    box: Rect
    link: str
    error: str = "m"


@dataclass(frozen=True)
class Watermark:
    """*text* written slantwise over the whole *box*, again and again, with *alpha* from 0 to 1."""

    box: Rect
    text: str
    colour: Colour
    alpha: float


@dataclass(frozen=True)
class Hatch:
    """Slanted stripes of two colours: the border of what is not real."""

    box: Rect
    first: Colour
    second: Colour


Element: TypeAlias = Fill | Line | Image | Code | Watermark | Hatch


def moved(element: Element, across: int, down: int) -> Element:
    """The same element somewhere else."""
    box = element.box
    return replace(element, box=Rect(box.x + across, box.y + down, box.width, box.height))


@dataclass(frozen=True)
class ClockSlot:
    """Where date and clock stand, and how they look; they change every minute without a new page.

    A board without room for the date (``None``) has only the clock. *align* is where the date stands (the clock, when it is alone);
    *across* are the pixels that the clock takes to the right of a date.
    """

    box: Rect
    background: Colour
    date: Face | None
    clock: Face
    align: Align = Align.RIGHT
    across: int = 0


@dataclass(frozen=True)
class TickerSlot:
    """Where the running line runs, and its *texts*, one after another with *gap* pixels between them.

    *subjects* are what a crash is held against while each text is drawn; none, where nobody keeps account.
    One that is the page itself begins *anew* when it comes on; any other runs on from page to page.
    """

    box: Rect
    background: Colour
    face: Face
    texts: tuple[str, ...] = ()
    anew: bool = False
    subjects: tuple[str, ...] = ()

    @property
    def gap(self) -> int:
        """Three ems: a pause for the eye."""
        return 3 * self.face.size


@dataclass(frozen=True)
class FilmSlot:
    """Where the film *sha256* runs; its poster is among the page's elements, for as long as it does not."""

    box: Rect
    sha256: str


@dataclass(frozen=True)
class Page:
    """One picture of the board. *what* names it in files, *dwell* is how many seconds it takes to read, *language* is whose words it has.

    *part* is the part of the content that stands on it, not what surrounds it.
    *subject* is what a crash while it is painted is held against; a sponsor's zone takes *sponsor_area* of the board (a part of 1).
    """

    what: str
    size: Size
    background: Colour
    elements: tuple[Element, ...]
    dwell: float
    clock: ClockSlot | None = None
    ticker: TickerSlot | None = None
    film: FilmSlot | None = None
    language: str = "vi"
    subject: str = ""
    sponsor_area: float = 0.0
    part: str = ""

    @property
    def says(self) -> tuple[object, ...]:
        """By what two layouts of the same content differ for whoever counts what was read of it; what runs begins anew in another slot."""
        return self.part, self.language, self.ticker if self.ticker and self.ticker.anew else None

    def text(self) -> str:
        """Every word on the page, for tests and explanations; what runs along it comes last."""
        lines = [read_of(element.runs) for element in self.elements if isinstance(element, Line)]
        return "\n".join([*lines, *(self.ticker.texts if self.ticker else ())])
