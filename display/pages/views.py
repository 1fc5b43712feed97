"""What comes after the words: a picture whole, a page of a document in views that can be read, a film. Pure."""

from dataclasses import dataclass

from bundle.asset import Film, Picture
from display.page import Element, FilmSlot, Image, Line, Rect, read_of
from display.pages import reading
from display.pages.zones.sponsor import fitted

MOST_VIEWS = 3
OVERLAP = 0.12
"""The part of a view that the next one shows again, so that no line is cut in two."""


@dataclass(frozen=True)
class Sheet:
    """What differs from page to page: elements, and how many characters there are to read (or a fixed dwell in *seconds*).

    *following*: it has nothing but words that follow those of the page before.
    """

    elements: tuple[Element, ...]
    characters: int = 0
    seconds: float = 0.0
    following: bool = False
    film: FilmSlot | None = None

    @property
    def part(self) -> str:
        """Its words and pictures, wherever they stand and however their lines break."""
        return "".join(filter(None, map(_part, self.elements)))

    @property
    def covers(self) -> int:
        """The pixels of its film."""
        return self.film.box.width * self.film.box.height if self.film else 0


def views(picture: Picture, body: Rect) -> list[Sheet]:
    """A picture whole; a page of a document in two or three overlapping views, because whole it is too small to read."""
    full = body.width * picture.height / picture.width
    if full <= body.height * 1.3 or picture.width > picture.height:
        return [Sheet((Image(fitted(body, picture.width, picture.height), picture.sha256),), seconds=reading.PICTURE)]
    count = max(2, min(MOST_VIEWS, int(picture.height * 2 / body.height), -(-int(full) // body.height)))
    part = 1 / (count - OVERLAP * (count - 1))
    room = fitted(body, picture.width, max(1, round(picture.height * part)))
    step = (1 - part) / (count - 1)
    return [Sheet((Image(room, picture.sha256, n * step, min(1.0, n * step + part)),), seconds=reading.PICTURE) for n in range(count)]


def _part(element: Element) -> str:
    match element:
        case Line():
            return "".join(read_of(element.runs).split())
        case Image():
            return f"[{element.sha256} {element.top:.3f} {element.bottom:.3f}]"
        case _:
            return ""


def film_view(film: Film, body: Rect) -> Sheet:
    """Its poster, over which it runs once for as long as it lasts."""
    box = fitted(body, film.width, film.height)
    return Sheet((Image(box, film.poster.sha256),), seconds=film.duration + reading.CURTAIN, film=FilmSlot(box, film.sha256))
