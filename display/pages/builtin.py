"""The built-in page: name, what the board waits for, date and clock, how to get help. No bundle, no network, no file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from display.look.scale import Scale
from display.look.theme import NIGHT, Surface, Theme
from display.page import Align, Colour, Element, Face, Fill, Line, Page, Rect, plain
from display.pages import words
from display.pages.guessing import broken

TERRACES = (0.62, 0.80, 1.0)  # the widths of three rice terraces at the foot
REASON = 6
"""How needed it is why this page stands here: more than whose board it is, and only less than what the unit itself has to say."""
SHORT = (3, 4)
"""Where a reason has its shorter wordings."""
AIRY, CLOSE = 3.3, 1.5
"""How many times the smallest letters name and clock are on a board with room for everything, and on any other."""


def builtin_page(
    scale: Scale,
    local: datetime | None,
    why: words.Told = words.WAITING,
    name: str = "",
    contact: str = "",
    sign: str = "",
    starting: bool = False,
    said: tuple[str, ...] = (),
    theme: Theme = NIGHT,
) -> Page:
    """The page at *local* time (``None``: not known, so not shown) with *why* it stands there; *name*, *contact*, *sign* when known.

    *said* stands at its head for a while: what the unit says to those in front of it.
    """
    told = _Told(scale, theme, local, why, name, contact, sign, starting, said)
    kept = _kept(told, scale)
    above, below = [row for row in kept if not row.foot], [row for row in kept if row.foot]
    high = scale.size[1] - _height(below) - (scale.px(28) if below else 0)
    # The page stands where it always stands; only when something would lie over something else it moves up.
    y = max(0, min(round(high * 0.10), high - _height(above)))
    if above and above[0].band:
        y = 0
    elements: list[Element] = [*_terraces(scale, theme), *_placed(above, y, scale, theme.rule), *_placed(below, high, scale, theme.rule)]
    return Page("builtin", scale.size, theme.page.ground, tuple(elements), dwell=10.0)


@dataclass(frozen=True)
class _Row:
    """*lines* of one text, *gap* below the one before it; a board without room leaves out the least *needed* first.

    *band* is the ground of a row that has its own; *foot* rows stand at the bottom of the board.
    """

    lines: tuple[str, ...]
    face: Face
    needed: int
    gap: int = 0
    underlined: bool = False
    band: Colour | None = None
    foot: bool = False

    @property
    def height(self) -> int:
        """With its gap."""
        return self.gap + len(self.lines) * self.face.line


@dataclass(frozen=True)
class _Told:
    """What there is to say."""

    scale: Scale
    theme: Theme
    local: datetime | None
    why: words.Told
    name: str
    contact: str
    sign: str
    starting: bool
    said: tuple[str, ...]

    def rows(self, large: float, reason: int = 0) -> Iterator[_Row | None]:
        """From top to bottom, name and clock *large*, the *reason* in that wording; ``None`` for what is too wide for this board."""
        page, airy = self.theme.page, large == AIRY
        for text in self.said:
            yield self._row(text, 1.0, 8 if text == self.said[0] else 7, ink=self.theme.said, bold=True, band=self.theme.said.ground)
        yield self._row(words.NAME, large, 2, colour=self.theme.title, bold=True)
        yield self._row(self.name or words.FULL_NAME, 1.2, 5, underlined=airy)
        if self.local is not None:
            yield self._row(words.clock(self.local), large * 0.88, 4, gap=26 if airy else 0, bold=True)
            yield self._row(words.long_date(self.local), 1.1, 1, colour=page.soft)
        elif not self.starting:
            yield self._row(words.CLOCK_UNKNOWN, 1.1, 4, gap=80 if airy else 0, colour=page.soft)
        yield self._row(self.why[reason], 1.0 if reason else 1.15, REASON, gap=34 if airy else 0)
        yield self._row(self.why[1], 1.15, 3)
        yield self._row(self.why[2], 1.0, 0, colour=page.soft)
        if self.sign and self.local is not None:
            yield self._row(self.sign, 1.0, 3, colour=self.theme.title)
        yield self._row(f"{words.FEEDBACK}: {self.contact}" if self.contact else words.HELP, 1.0, 4, foot=True)
        yield self._row(words.HELP_EN, 1.0, 0, colour=page.soft, foot=True)

    def _row(
        self,
        text: str,
        times: float,
        needed: int,
        gap: int = 0,
        ink: Surface | None = None,
        colour: Colour | None = None,
        bold: bool = False,
        underlined: bool = False,
        band: Colour | None = None,
        foot: bool = False,
    ) -> _Row | None:
        face = self.scale.face(times, colour or (ink or self.theme.page).ink, bold)
        lines = broken(text, face, self.scale.size[0] - 2 * self.scale.margin)
        return _Row(lines, face, needed, self.scale.px(gap) if gap else 0, underlined, band, foot) if lines else None


def _kept(told: _Told, scale: Scale) -> list[_Row]:
    """Everything in large letters if it fits, else what is needed most; on the lowest board one line of the smallest letters."""
    room = scale.size[1] - (scale.px(28) if scale.size[1] >= 4 * scale.line else 0)
    rows: list[_Row] = []
    for large in (AIRY, CLOSE, 1.0):
        found = list(told.rows(large))
        rows = [row for row in found if row is not None and row.height <= room]
        if len(rows) == len(found) and _height(rows) <= room:
            return rows
        if large < AIRY and rows:
            break
    for reason in SHORT:
        if not any(row.needed == REASON for row in rows):
            rows = [row for row in told.rows(1.0, reason) if row is not None and row.height <= room]
    while len(rows) > 1 and _height(rows) > room:
        rows.remove(min(rows, key=lambda row: row.needed))
    return rows


def _height(rows: list[_Row]) -> int:
    return sum(row.height for row in rows)


def _placed(rows: list[_Row], y: int, scale: Scale, rule: Colour) -> Iterator[Element]:
    width, margin = scale.size[0], scale.margin
    for row in rows:
        y += row.gap
        if row.band:
            yield Fill(Rect(0, y, width, len(row.lines) * row.face.line), row.band)
        for text in row.lines:
            yield Line(Rect(margin, y, width - 2 * margin, row.face.line), plain(text), row.face, Align.CENTRE)
            y += row.face.line
        if row.underlined:
            yield Fill(Rect(width // 2 - scale.px(90), y + scale.px(10), scale.px(180), scale.px(6)), rule, scale.px(3))


def _terraces(scale: Scale, theme: Theme) -> tuple[Fill, ...]:
    width, height = scale.size
    step = scale.px(58)
    return tuple(
        Fill(Rect(0, height - step * (3 - n), round(width * across), step * (3 - n)), shade)
        for n, (across, shade) in enumerate(zip(TERRACES, theme.terraces, strict=True))
    )
