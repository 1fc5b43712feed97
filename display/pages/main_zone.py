"""The main zone: kicker and title on every page where there is room, and the text dealt out to as few pages as it takes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bundle.asset import Film
from display.look.scale import LEADING
from display.page import Element, Face, Line, Rect, moved, plain, read_of, text_of
from display.pages import reading
from display.pages.content import Content
from display.pages.head import LOUDER, TALL, Head, Heads
from display.pages.style import Style, words_of
from display.pages.views import Sheet, film_view, views
from display.text.document import Block, Heading, Paragraph, Table
from display.text.pagination import Dealing, Row, fewest, height
from display.text.rows import HANG, body_rows

TITLES = (2.1, 1.85, 1.6, 1.35, 1.15, 1.0)
BODIES = (1.72, 1.5, 1.3, 1.15, 1.0)
SMALL_TITLE = 1.25
"""Above a picture, which needs the room itself."""
LONGEST_WORDS = 5
LIST = 0.8
"""The part of the width that an item of a list has at least."""
SPACIOUS, NEAR = 12, 0.8
"""Lines: a board as high as this hangs the items of its lists as a printed page does, a lower one by these ems: width is dear there."""
OFFSET = 1.2
"""Lines by which a short text stands lower than its head: a top-heavy page looks unfinished, a text too far from its title too."""
CLOSE = 5
"""Lines: in less room than this paragraphs follow each other without a gap."""


@dataclass(frozen=True)
class MainZone:
    """The zone *box* of *content*: *first* are words that found no zone of their own and cannot wait, *last* those that can.

    *bare*: nothing outside says what kind of page this is, so that every page must. *reserved* pixels at its bottom are somebody else's.
    """

    style: Style
    content: Content
    box: Rect
    first: tuple[Block, ...] = ()
    last: tuple[Block, ...] = ()
    bare: bool = False
    reserved: int = 0

    @property
    def inner(self) -> Rect:
        """The zone without its margins; a low one has none above and below, so that no line is lost to them."""
        scale, box = self.style.scale, self.box._replace(height=self.box.height - self.reserved)
        if box.height >= TALL * scale.line:
            return Rect(box.x + scale.margin, box.y + scale.px(26), box.width - 2 * scale.margin, box.height - scale.px(26) - scale.px(14))
        return box.inset(scale.margin, (box.height % self._line) // 2 if box.height > self._line else 0)

    @property
    def heads(self) -> Heads:
        """What may stand over the text."""
        return Heads(self.style, self.content, self.inner, self.bare)

    def sheets(self) -> list[Sheet]:
        """The pages' texts below their heads; then its pictures, and its film."""
        small = next(iter(self.heads.of((SMALL_TITLE,))), Head())
        shown = [view for picture in self.content.pictures for view in views(picture, self._below(small))]
        pictures = [Sheet((*small.elements, *view.elements), seconds=view.seconds) for view in shown]
        film = self.content.film
        wordless = bool(shown or film) and small.titled and not (self.content.blocks or self.first or self.last)
        pictures += [self._film(film, small, first=wordless and not shown)] if film else []
        return pictures if wordless else [*self._worded(), *pictures]

    def _film(self, film: Film, small: Head, first: bool) -> Sheet:
        """Unless it is the *first* page its title is known by then, and gives way where it would cost the film room."""
        under, bare = film_view(film, self._below(small)), film_view(film, self._below(Head()))
        return replace(under, elements=(*small.elements, *under.elements)) if first or under.covers >= bare.covers else bare

    def _worded(self) -> list[Sheet]:
        """Of the heads that there is room for, the largest with which the text takes the fewest pages."""
        heads = list(self.heads.of(tuple(times * LOUDER[self.content.tone][0] for times in TITLES))) or [self.heads.least()]
        text, head = fewest((self._text(self._blocks(head), self._below(head)), head) for head in heads)
        room = self._below(head)
        sheets = [self._placed(page, room, head, n > 0) for n, page in enumerate(text.pages())]
        return sheets or [Sheet(head.elements, len(self.content.title))]

    def _blocks(self, head: Head) -> tuple[Block, ...]:
        title = () if head.titled else (self.content.opening,)
        return (*self.first, *title, *self.content.blocks, *self.last)

    @property
    def _line(self) -> int:
        return self.style.face(1, self.style.theme.accent).line

    def _below(self, head: Head) -> Rect:
        inner = self.inner
        return Rect(inner.x, inner.y + head.height, inner.width, max(1, inner.height - head.height))

    def _text(self, blocks: tuple[Block, ...], room: Rect) -> Dealing:
        """In the largest letters in which it takes no more pages than in the smallest."""
        return fewest((self._dealt(blocks, times, room), times) for times in self._sizes(blocks, room.width))[0]

    def _dealt(self, blocks: tuple[Block, ...], times: float, room: Rect) -> Dealing:
        style = self.style
        face = style.face(times, style.theme.page.ink)
        close = room.height < CLOSE * self._line
        title = style.face(times + (0 if close else 0.08), style.theme.title, bold=True)
        hang = HANG if style.scale.size[1] >= SPACIOUS * style.scale.line else NEAR
        rows = body_rows(blocks, face, room.width, style.measure, style.theme, title, tallest=room.height, hang=hang)
        return Dealing(tuple(_close(rows, title) if close else rows), room.height)

    def _sizes(self, blocks: tuple[Block, ...], width: int) -> Iterator[float]:
        """Falling sizes in which no word must be broken; the smallest in any case."""
        smallest = self.style.face(1, self.style.theme.accent, bold=True)
        pieces = {word for block in blocks for word in words_of(_text(block))}
        # Whoever writes without spaces has no words in this sense.
        spaced = pieces if smallest.leading == LEADING else set()
        longest = [word for word in sorted(spaced, key=len)[-LONGEST_WORDS:] if self.style.width(word, smallest) <= width * LIST]
        for times in BODIES[:-1]:
            times *= LOUDER[self.content.tone][1]
            face = self.style.face(times, self.style.theme.accent, bold=True)
            fits = face.line <= self.inner.height and all(self.style.width(word, face) <= width * LIST for word in longest)
            if fits:
                yield times
        yield 1.0

    def _placed(self, rows: tuple[Row, ...], room: Rect, head: Head, later: bool) -> Sheet:
        y = room.y + max(0, min(round(OFFSET * self._line), (room.height - height(rows)) // 3))
        found: list[Element] = []
        for n, row in enumerate(rows):
            y += row.gap if n else 0
            found += [moved(element, room.x, y) for element in row.elements]
            y += row.height
        title = len(read_of(plain(self.content.title))) if head.titled else 0
        return Sheet((*head.elements, *found), reading.characters(found) + title, following=later and not head.titled)


def _close(rows: list[Row], title: Face) -> list[Row]:
    """Of three lines none is given away to a gap; only headings keep together, each with the line that follows it."""
    return [replace(row, gap=0, glue=any(isinstance(part, Line) and part.face == title for part in row.elements)) for row in rows]


def _text(block: Block) -> str:
    match block:
        case Paragraph() | Heading():
            return text_of(block.runs)
        case Table():
            return " ".join(text_of(cell) for row in block.rows for cell in row)
