"""What stands over the text on every page: what kind of page it is, and its title. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from display.look.theme import DRILL
from display.page import Align, Colour, Element, Face, Fill, Line, Rect, moved, plain
from display.pages.content import Content, Tone
from display.pages.style import Style, stacked
from display.text.rows import balanced, text_rows

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
TALL = 8
"""Lines: a main zone as high as this has margins above and below."""
NUMBERED = 6
"""Lines: in a zone as high as this the number of a level is worth a line of its own on every page."""


@dataclass(frozen=True)
class Head:
    """What stands on every page over the text: its *elements*, how high, and whether the title is among them."""

    elements: tuple[Element, ...] = ()
    height: int = 0
    titled: bool = False


@dataclass(frozen=True)
class Heads:
    """Every head that *content* could have in the *inner* room of its zone; *bare* as in the main zone."""

    style: Style
    content: Content
    inner: Rect
    bare: bool

    def of(self, sizes: tuple[float, ...]) -> Iterator[Head]:
        """From the largest that leaves the text its room to a small title; none on a low board, where the title begins the text."""
        kickers = (True, False) if self.content.tone is Tone.ROUTINE else (self.content.tone is not Tone.EMERGENCY or self.bare,)
        found: list[Head] = []
        for kicker in kickers:
            for times in sizes:
                head = self._head(kicker, max(1.0, times), times <= sizes[-1])
                if head is not None and self._leaves_room(head) and (not found or head.height < found[-1].height - self._line // 2):
                    found.append(head)
                    yield head

    def least(self) -> Head:
        """Nothing, or on a board that says it nowhere else what kind of page this is."""
        if not self.bare or self.cramped:
            return Head()
        inner, face = self.inner, self._face
        lines = self._kinds()
        rows = inner._replace(height=len(lines) * face.line)
        return Head((*self._plate(rows), *stacked(lines, face, rows)), rows.height)

    @property
    def numbered(self) -> bool:
        """Whether the number of its level stands in it on every page."""
        return self.bare and self.content.level_number in " ".join(self._kinds())

    @property
    def cramped(self) -> bool:
        """Whether a zone that must say on every page what kind it is has no room for that and for a line of text."""
        lines = self._kinds()
        return self.bare and (not lines or self.inner.height < len(lines) * self.style.scale.line + self._line)

    def _kinds(self) -> tuple[str, ...]:
        """The kicker in as few lines as it takes, with the level's number where that takes no more or there is room for more."""
        content, tall = self.content, self.inner.height >= NUMBERED * self.style.scale.line
        numbered = self._broken(*(f"{text} · {content.level_number}" for text in self._kickers if content.level_number))
        return min(numbered if numbered and tall else (*numbered, *self._broken(*self._kickers)), key=len, default=())

    def _broken(self, *texts: str) -> tuple[tuple[str, ...], ...]:
        """Those of *texts* that need no word broken, as lines of the kicker."""
        return tuple(lines for text in texts if (lines := self.style.lines(text, self._face, self.inner.width)))

    def _plate(self, row: Rect) -> tuple[Element, ...]:
        """What is not real says so in no colour of a level."""
        return (Fill(row.inset(-self.style.scale.margin), DRILL.ground),) if self.content.drill else ()

    @property
    def _face(self) -> Face:
        return self.style.scale.face(1, DRILL.ink if self.content.drill else self.accent, bold=True)

    @property
    def _line(self) -> int:
        return self.style.face(1, self.accent).line

    @property
    def accent(self) -> Colour:
        """The colour of kicker and rules."""
        theme = self.style.theme
        match self.content.tone:
            case Tone.ROUTINE | Tone.SPOKEN:
                return theme.accent
            case Tone.PRIORITY | Tone.EMERGENCY:
                return theme.urgent

    def _leaves_room(self, head: Head) -> bool:
        left = self.inner.height - head.height
        return head.height <= HEAD_MOST * self.inner.height and left >= TEXT_LEAST * self._line

    def _kicker(self) -> tuple[list[Element], int]:
        """What kind of page this is, and beside it which of how many; and how high that is."""
        inner, scale, face = self.inner, self.style.scale, self._face
        lines = self._kinds() if self.bare else self._words()
        row = Rect(inner.x, inner.y, inner.width, max(1, len(lines)) * face.line)
        found = [*self._plate(row), *stacked(lines, face, row)]
        across = max((self.style.width(line, face) for line in lines), default=0)
        soft = scale.face(1, self.style.theme.page.soft)
        place = self.style.width(self.content.place, soft) if self.content.place else 0
        if place and across + place + scale.em(1) <= inner.width:
            found.append(Line(row._replace(x=row.right - place - 1, width=place + 1), plain(self.content.place), soft, Align.RIGHT))
        return found, row.height

    def _words(self) -> tuple[str, ...]:
        """The kicker in one line; only what has a short word for it is worth more of them."""
        broken = self._broken(*self._kickers)
        least = min(broken, key=len, default=())
        return least if len(least) == 1 or self.content.short else ()

    @property
    def _kickers(self) -> tuple[str, str]:
        return self.content.kicker, self.content.kind

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
        found, high = self._kicker() if kicker else ([], 0)
        y = inner.y + high
        for row in rows:
            found += [moved(element, inner.x, y) for element in row.elements]
            y += row.height
        thick = max(1, scale.px(6 if self.content.tone is Tone.EMERGENCY else 3))
        found.append(Fill(Rect(inner.x, y + scale.px(6), inner.width, thick), self.accent))
        return Head(tuple(found), y + scale.px(6) + thick + scale.px(14) - inner.y, titled=True)
