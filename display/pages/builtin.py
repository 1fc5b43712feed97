"""The built-in page: name, what the board waits for, date and clock, how to get help. No bundle, no network, no file."""

import re
import textwrap
from dataclasses import dataclass
from datetime import datetime

from display.look.style import Scale
from display.look.theme import NIGHT, Theme
from display.page import Align, Colour, Element, Face, Fill, Line, Page, Rect, Size, plain
from display.pages import words

TERRACES = (0.62, 0.80, 1.0)  # the widths of three rice terraces at the foot


def builtin_page(
    size: Size,
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
    scale = Scale(size)
    width, height = size
    helping = _help(size, scale, contact, theme)
    head, foot = len(said) * scale.px(60), min(line.box.y for line in helping)
    rows = _fitting(_rows(scale, theme, local, why, name, sign, starting), foot - head)
    usual = round(height * (0.10 if not scale.portrait else 0.14))
    # The page stands where it always stands; only when something would lie over something else it moves up.
    y = max(head, min(usual, foot - sum(row.height for row in rows)))
    elements: list[Element] = list(_terraces(size, scale, theme))
    for row in rows:
        elements += row.elements(scale.px(80), y, width, scale, theme.rule)
        y += row.height
    for n, text in enumerate(said):
        band = Rect(0, n * scale.px(60), width, scale.px(60))
        elements += [
            Fill(band, theme.said.ground),
            Line(band.inset(scale.px(56)), plain(text), scale.face(40, theme.said.ink, bold=True), Align.CENTRE),
        ]
    return Page("builtin", size, theme.page.ground, (*elements, *helping), dwell=10.0)


@dataclass(frozen=True)
class _Row:
    """One centred line, *gap* below the one before it; a board without room leaves out the least *needed* first."""

    text: str
    face: Face
    needed: int
    gap: int = 0
    underlined: bool = False

    @property
    def height(self) -> int:
        """With its gap."""
        return self.gap + self.face.line

    def elements(self, margin: int, y: int, width: int, scale: Scale, rule: Colour) -> list[Element]:
        """The line on a board *width* pixels wide."""
        box = Rect(margin, y + self.gap, width - 2 * margin, self.face.line)
        found: list[Element] = [Line(box, plain(self.text), self.face, Align.CENTRE)]
        if self.underlined:
            found.append(Fill(Rect(width // 2 - scale.px(90), box.bottom + scale.px(16), scale.px(180), scale.px(6)), rule, scale.px(3)))
        return found


def _rows(scale: Scale, theme: Theme, local: datetime | None, why: words.Told, name: str, sign: str, starting: bool) -> list[_Row]:
    ink, soft = theme.page.ink, theme.page.soft
    rows = [
        _Row(words.NAME, scale.face(150, theme.title, bold=True), 2),
        _Row(name or words.FULL_NAME, scale.face(54, ink), 5, underlined=True),
    ]
    if local is not None:
        rows.append(_Row(words.clock(local), scale.face(132, ink, bold=True), 4, scale.px(26)))
        rows.append(_Row(words.long_date(local), scale.face(50, soft), 1))
    elif not starting:
        rows.append(_Row(words.CLOCK_UNKNOWN, scale.face(50, soft), 4, scale.px(80)))
    rows.append(_Row(why[0], scale.face(52, ink), 6, scale.px(34)))
    rows.append(_Row(why[1], scale.face(52, ink), 3))
    rows.append(_Row(why[2], scale.face(38, soft), 0))
    if sign and local is not None:
        rows.append(_Row(sign, scale.face(38, theme.urgent), 3))
    return rows


def _fitting(rows: list[_Row], room: int) -> list[_Row]:
    kept = list(rows)
    while len(kept) > 1 and sum(row.height for row in kept) > room:
        kept.remove(min(kept, key=lambda row: row.needed))
    return kept


def _terraces(size: Size, scale: Scale, theme: Theme) -> tuple[Fill, ...]:
    width, height = size
    step = scale.px(58)
    return tuple(
        Fill(Rect(0, height - step * (3 - n), round(width * across), step * (3 - n)), colour)
        for n, (across, colour) in enumerate(zip(TERRACES, theme.terraces, strict=True))
    )


def _help(size: Size, scale: Scale, contact: str, theme: Theme) -> tuple[Line, ...]:
    width, height = size
    room = width - 2 * scale.px(48)
    first, second = scale.face(38, theme.page.ink), scale.face(32, theme.page.soft)
    lines = [(text, first) for text in _broken(f"{words.FEEDBACK}: {contact}" if contact else words.HELP, first, room)]
    lines += [(text, second) for text in _broken(words.HELP_EN, second, room)]
    y = height - scale.px(28) - sum(face.line for _, face in lines)
    placed = []
    for text, face in lines:
        placed.append(Line(Rect(scale.px(48), y, room, face.line), plain(text), face, Align.CENTRE))
        y += face.line
    return tuple(placed)


def _broken(text: str, face: Face, room: int) -> list[str]:
    # Measured by the average letter: this page must not wait for a text library to be loaded.
    # A telephone number is read in one piece.
    text = re.sub(r"(?<=\d) (?=\d)", "\u00a0", text)
    return textwrap.wrap(text, max(8, int(room / (face.size * 0.52))))
