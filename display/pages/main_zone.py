"""The main zone: kicker and title on every page where there is room, and the text dealt out to as few pages as it takes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bundle.asset import Film
from display.look.scale import LEADING
from display.page import Align, Colour, Element, Fill, Line, Rect, moved, plain, read_of, text_of
from display.pages import reading
from display.pages.content import Content, Tone
from display.pages.style import Style, stacked, words_of
from display.pages.views import Sheet, film_view, views
from display.text.document import Block, Heading, Paragraph, Table
from display.text.pagination import Row, fewest, height, paginate
from display.text.rows import balanced, body_rows, text_rows

TITLES = (2.1, 1.85, 1.6, 1.35, 1.15, 1.0)
BODIES = (1.72, 1.5, 1.3, 1.15, 1.0)
SMALL_TITLE = 1.25
"""Above a picture, which needs the room itself."""
LOUDER: dict[Tone, tuple[float, float]] = {
    Tone.ROUTINE: (1.0, 1.0),
    Tone.PRIORITY: (1.0, 1.0),
    Tone.SPOKEN: (0.85, 1.18),
    Tone.EMERGENCY: (1.24, 1.1),
}
"""How much larger title and text are: of what sounds the words matter, of an emergency both."""
HEAD_MOST = 0.44
"""The part of the main zone that kicker and title may take."""
TEXT_LEAST = 2.9
"""Lines of text that must be left below them."""
LONGEST_WORDS = 5
LIST = 0.8
"""The part of the width that an item of a list has at least."""
OFFSET = 1.2
"""Lines by which a short text stands lower than its head: a top-heavy page looks unfinished, a text too far from its title too."""
CLOSE = 5
"""Lines: in less room than this paragraphs follow each other without a gap."""
TALL = 8
"""Lines: a main zone as high as this has margins above and below."""


@dataclass(frozen=True)
class Head:
    """What stands on every page over the text: its *elements*, how high, and whether the title is among them."""

    elements: tuple[Element, ...] = ()
    height: int = 0
    titled: bool = False


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

    def sheets(self) -> list[Sheet]:
        """The pages' texts below their heads; then its pictures, and its film."""
        small = next(iter(self._heads((SMALL_TITLE,))), Head())
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
        heads = list(self._heads(tuple(times * LOUDER[self.content.tone][0] for times in TITLES))) or [self._least_head()]
        dealt = [(self._texts(self._blocks(head), self._below(head)), head) for head in heads]
        rows, head = min(dealt, key=lambda found: len(found[0]))
        room = self._below(head)
        return [self._placed(page, room, head, n > 0) for n, page in enumerate(rows)] or [Sheet(head.elements, len(self.content.title))]

    def _blocks(self, head: Head) -> tuple[Block, ...]:
        title = () if head.titled else (Heading(plain(self.content.title)),)
        return (*self.first, *title, *self.content.blocks, *self.last)

    def _heads(self, sizes: tuple[float, ...]) -> Iterator[Head]:
        """From the largest that leaves the text its room to a small title; none on a low board, where the title begins the text."""
        kickers = (True, False) if self.content.tone is Tone.ROUTINE else (self.content.tone is not Tone.EMERGENCY or self.bare,)
        found: list[Head] = []
        for kicker in kickers:
            for times in sizes:
                head = self._head(kicker, max(1.0, times), times <= sizes[-1])
                if head is not None and self._leaves_room(head) and (not found or head.height < found[-1].height - self._line // 2):
                    found.append(head)
                    yield head

    def _least_head(self) -> Head:
        """Nothing, or on a board that says it nowhere else what kind of page this is."""
        if not self.bare or self.cramped:
            return Head()
        inner, face = self.inner, self.style.scale.face(1, self.accent, bold=True)
        lines = self._kinds()
        rows = inner._replace(height=len(lines) * face.line)
        return Head(tuple(stacked(lines, face, rows)), rows.height)

    @property
    def cramped(self) -> bool:
        """Whether a zone that must say on every page what kind it is has no room for that and for a line of text."""
        lines = self._kinds()
        return self.bare and (not lines or self.inner.height < len(lines) * self._kicker_line + self._line)

    def _kinds(self) -> tuple[str, ...]:
        """The kicker in as few lines as it takes, with the level's number where that takes no more or there is room for more."""
        content, tall = self.content, self.inner.height >= TALL * self._kicker_line
        texts = (content.kicker, content.kind)
        numbered = self._broken(*(f"{text} · {content.level_number}" for text in texts if content.level_number))
        return min(numbered if numbered and tall else (*numbered, *self._broken(*texts)), key=len, default=())

    def _broken(self, *texts: str) -> tuple[tuple[str, ...], ...]:
        """Those of *texts* that need no word broken, as lines of the kicker."""
        face = self.style.scale.face(1, self.accent, bold=True)
        return tuple(lines for text in texts if (lines := self.style.lines(text, face, self.inner.width)))

    @property
    def accent(self) -> Colour:
        """The colour of kicker and rules."""
        theme = self.style.theme
        match self.content.tone:
            case Tone.ROUTINE | Tone.SPOKEN:
                return theme.accent
            case Tone.PRIORITY | Tone.EMERGENCY:
                return theme.urgent

    @property
    def _line(self) -> int:
        return self.style.face(1, self.accent).line

    @property
    def _kicker_line(self) -> int:
        return self.style.scale.line

    def _leaves_room(self, head: Head) -> bool:
        left = self.inner.height - head.height
        return head.height <= HEAD_MOST * self.inner.height and left >= TEXT_LEAST * self._line

    def _kicker(self) -> list[Element]:
        inner, scale = self.inner, self.style.scale
        face = scale.face(1, self.accent, bold=True)
        row = Rect(inner.x, inner.y, inner.width, face.line)
        found: list[Element] = []
        across = self.style.width(self.content.kicker, face)
        if across <= inner.width:
            found.append(Line(row, plain(self.content.kicker), face))
        soft = scale.face(1, self.style.theme.page.soft)
        place = self.style.width(self.content.place, soft) if self.content.place else 0
        if place and across + place + scale.em(1) <= inner.width:
            found.append(Line(row._replace(x=row.right - place - 1, width=place + 1), plain(self.content.place), soft, Align.RIGHT))
        return found

    def _head(self, kicker: bool, times: float, last: bool) -> Head | None:
        inner, scale, style = self.inner, self.style.scale, self.style
        face = style.face(times, style.theme.title, bold=True)
        if style.lines(self.content.title, face, inner.width) is None:
            return None
        width = balanced(plain(self.content.title), face, inner.width, style.measure)
        rows = text_rows(plain(self.content.title), face, width, style.measure)
        most = 1 if times > 1.9 * LOUDER[self.content.tone][0] and inner.width > inner.height else 2 if times > 1.2 else 3
        if len(rows) > most and not last:
            return None
        found = self._kicker() if kicker else []
        y = inner.y + (self._kicker_line if kicker else 0)
        for row in rows:
            found += [moved(element, inner.x, y) for element in row.elements]
            y += row.height
        thick = max(1, scale.px(6 if self.content.tone is Tone.EMERGENCY else 3))
        found.append(Fill(Rect(inner.x, y + scale.px(6), inner.width, thick), self.accent))
        return Head(tuple(found), y + scale.px(6) + thick + scale.px(14) - inner.y, titled=True)

    def _below(self, head: Head) -> Rect:
        inner = self.inner
        return Rect(inner.x, inner.y + head.height, inner.width, max(1, inner.height - head.height))

    def _texts(self, blocks: tuple[Block, ...], room: Rect) -> tuple[tuple[Row, ...], ...]:
        return fewest(self._dealt(blocks, times, room) for times in self._sizes(blocks, room.width))

    def _dealt(self, blocks: tuple[Block, ...], times: float, room: Rect) -> tuple[tuple[Row, ...], ...]:
        style = self.style
        face = style.face(times, style.theme.page.ink)
        close = room.height < CLOSE * self._line
        title = style.face(times + (0 if close else 0.08), style.theme.title, bold=True)
        rows = body_rows(blocks, face, room.width, style.measure, style.theme, title, tallest=room.height)
        if close:
            # Of three lines none is given away to a gap.
            rows = [replace(row, gap=0, glue=False) for row in rows]
        return paginate(rows, room.height)

    def _sizes(self, blocks: tuple[Block, ...], width: int) -> Iterator[float]:
        """Falling sizes in which no word must be broken; the smallest in any case."""
        smallest = self.style.face(1, self.accent, bold=True)
        pieces = {word for block in blocks for word in words_of(_text(block))}
        # Whoever writes without spaces has no words in this sense.
        spaced = pieces if smallest.leading == LEADING else set()
        longest = [word for word in sorted(spaced, key=len)[-LONGEST_WORDS:] if self.style.width(word, smallest) <= width * LIST]
        for times in BODIES[:-1]:
            times *= LOUDER[self.content.tone][1]
            face = self.style.face(times, self.accent, bold=True)
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


def _text(block: Block) -> str:
    match block:
        case Paragraph() | Heading():
            return text_of(block.runs)
        case Table():
            return " ".join(text_of(cell) for row in block.rows for cell in row)
