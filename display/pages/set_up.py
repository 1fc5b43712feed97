"""The page of a unit that is being set up: the next step in one sentence, its code, and everything that is wrong. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from device.first_boot import FirstBoot, Step
from display.look.scale import Scale
from display.look.theme import Theme
from display.page import Align, Element, Fill, Line, Page, Rect, TickerSlot, moved, plain
from display.pages import reading
from display.pages import set_up_words as words
from display.pages.set_up_list import entries, named, sentences
from display.pages.set_up_panel import Panel, Placed, panels, placed
from display.pages.style import Style, stacked
from display.text.measure import Measure
from display.text.pagination import Dealing, Row, fewest
from display.text.rows import text_rows
from evidence.self_test import Words

HEADLINES = (2.3, 2.0, 1.7, 1.45, 1.2, 1.0)
BODIES = (1.3, 1.15, 1.0)
SOLE, MOST_ABOVE = 0.5, 0.25
"""The part of the room that the sentence may take when it stands on every page, beside a code and above one."""
STANDS = 7
"""Lines: in a lower room the sentence is the beginning of what is read, not the head of each page."""
FRAMED = 9
"""Lines: a board as high as this has a band with the unit's name, and one with what it is doing."""
RUNS = 3.6
"""Lines: on a lower board the words run."""
SHORTEST = 8.0
"""Seconds: a phone must find the code."""


def set_up_pages(told: FirstBoot | None, scale: Scale, theme: Theme, measure: Measure, ems_a_second: float) -> tuple[Page, ...]:
    """The pages of what provisioning *told*, at least one; None before it said anything. What runs does so at *ems_a_second*."""
    style = Style(scale, theme, measure)
    if scale.size[1] < RUNS * scale.line:
        return (_running(told, style, ems_a_second),)
    each = (*panels(told),) if told is not None else ()
    found = [page for panel in each or (None,) for page in SetUp(style, told, panel).pages()]
    return tuple(found)


@dataclass(frozen=True)
class SetUp:
    """One panel of what was *told*, on as many pages as the words beside it take."""

    style: Style
    told: FirstBoot | None
    panel: Panel | None

    def pages(self) -> Iterator[Page]:
        """At least one."""
        stood = self._stood(self._inner)
        sentence = self._headline(stood)
        if self._inner.width < self._inner.height:
            # On a tall board the eye goes from the sentence down to the code.
            head, room = self._head(sentence, self._inner, SOLE if not stood.coded else MOST_ABOVE)
            stood = self._stood(room)
            room = stood.room
        else:
            head, room = self._head(sentence, stood.room, SOLE)
        texts = self._texts(stood, () if head else sentence, room)
        frame = self._frame()
        for n, rows in enumerate(texts, 1):
            elements = (*frame, *stood.elements, *head, *_at(rows, room), *self._foot(n, len(texts)))
            dwell = reading.dwell(reading.characters(elements), "vi", shortest=SHORTEST)
            yield Page(f"set-up-{self._step}-p{n}of{len(texts)}", self.style.scale.size, self.style.theme.page.ground, elements, dwell)

    @property
    def _step(self) -> Step:
        return self.told.step if self.told else Step.STARTING

    def _headline(self, stood: Placed) -> Words:
        if self.panel is None:
            return words.HEADLINES[self._step]
        return self.panel.headline if stood.coded else self.panel.typed

    @property
    def _framed(self) -> bool:
        return self.style.scale.size[1] >= FRAMED * self.style.scale.line

    @property
    def _band(self) -> int:
        return round(self.style.scale.line * 1.4) if self._framed else 0

    @property
    def _inner(self) -> Rect:
        width, high = self.style.scale.size
        margin = self.style.scale.margin if self._framed else self.style.scale.px(18)
        air = self.style.scale.px(20) if self._framed else 0
        return Rect(margin, self._band + air, width - 2 * margin, high - 2 * self._band - 2 * air)

    def _stood(self, room: Rect) -> Placed:
        return placed(self.panel, self.style, room) if self.panel else Placed((), room, coded=False, told=False)

    def _head(self, sentence: Words, room: Rect, most: float) -> tuple[tuple[Element, ...], Rect]:
        """The sentence in the largest letters that leave the list its room, and that room; nothing where it cannot stand."""
        if room.height < STANDS * self.style.scale.line:
            return (), room
        second = self.style.face(1.0, self.style.theme.page.soft)
        english = self.style.lines(sentence[1], second, room.width) or ()
        for times in HEADLINES:
            face = self.style.face(times, self.style.theme.title, bold=True)
            lines = self.style.lines(sentence[0], face, room.width)
            high = len(lines or ()) * face.line + len(english) * second.line
            if lines is not None and (high <= room.height * most or times == HEADLINES[-1]):
                first, rest = Rect(room.x, room.y, room.width, len(lines) * face.line), room.y + len(lines) * face.line
                below = Rect(room.x, rest, room.width, len(english) * second.line)
                left = Rect(room.x, below.bottom + second.line // 3, room.width, room.bottom - below.bottom - second.line // 3)
                return (*stacked(lines, face, first), *stacked(english, second, below)), left
        return (), room

    def _texts(self, stood: Placed, sentence: tuple[str, ...], room: Rect) -> tuple[tuple[Row, ...], ...]:
        """The rows of each page, in the largest letters with which there are the fewest; one page without any where nothing is to say."""
        theme = self.style.theme

        def dealt(times: float) -> Dealing:
            face, soft = self.style.face(times, theme.page.ink), self.style.face(times, theme.page.soft)
            rows: list[Row] = []
            for text, hand in zip(sentence, (self.style.face(times, theme.title, bold=True), soft), strict=False):
                rows += text_rows(plain(text), hand, room.width, self.style.measure)
            if self.panel and not stood.told:
                large = self.style.face(times, theme.title, bold=True)
                rows += text_rows(plain(f"{self.panel.label[0]}: {self.panel.figures}"), large, room.width, self.style.measure)
            if self.told is not None:
                extra = named(self.told, unit=not self._framed, linked=not stood.coded)
                rows += entries(self.told, face, self.style, room.width, extra)
            return Dealing(tuple(rows), room.height)

        found, _ = fewest((dealt(times), times) for times in BODIES)
        return found.pages() or ((),)

    def _frame(self) -> tuple[Element, ...]:
        """The bands with the unit's name above and what it does below."""
        if not self._framed:
            return ()
        theme, (width, high) = self.style.theme, self.style.scale.size
        face, soft = self.style.face(1, theme.header.ink, bold=True), self.style.face(1, theme.header.soft)
        top, bottom = Rect(0, 0, width, self._band), Rect(0, high - self._band, width, self._band)
        box, name = top.inset(self.style.scale.margin), self.told.unit if self.told else None
        found: list[Element] = [Fill(top, theme.header.ground), Fill(bottom, theme.header.ground)]
        unit = self.style.width(name, face) if name else 0
        title = next(
            (text for text in (" · ".join(words.NAME), words.NAME[0]) if self.style.width(text, soft) + unit + face.size < box.width), ""
        )
        if title:
            found.append(Line(box, plain(title), soft))
        if name:
            found.append(Line(box, plain(name), face, Align.RIGHT))
        return tuple(found)

    def _foot(self, n: int, count: int) -> tuple[Element, ...]:
        """What the unit is doing, and which page of how many this is."""
        if not self._framed:
            return ()
        theme, (width, high) = self.style.theme, self.style.scale.size
        face = self.style.face(1, theme.header.ink)
        box = Rect(0, high - self._band, width, self._band).inset(self.style.scale.margin)
        sign = f"{n}/{count}" if count > 1 else ""
        taken = self.style.width(sign, face) + face.size if sign else 0
        progress = self.told.progress if self.told else words.SOON
        texts = (" · ".join(progress), *progress) if progress else ()
        said = next((text for text in texts if self.style.width(text, face) <= box.width - taken), "")
        found: list[Element] = [Line(box, plain(said), face)] if said else []
        return (*found, Line(box, plain(sign), face, Align.RIGHT)) if sign else tuple(found)


def _at(rows: tuple[Row, ...], room: Rect) -> Iterator[Element]:
    y = room.y
    for n, row in enumerate(rows):
        y += row.gap if n else 0
        yield from (moved(element, room.x, y) for element in row.elements)
        y += row.height


def _running(told: FirstBoot | None, style: Style, ems_a_second: float) -> Page:
    """What is to be typed stands where there are two lines; everything runs."""
    width, high = style.scale.size
    theme, line = style.theme, style.scale.line
    panel = next(panels(told), None) if told else None
    found: list[Element] = []
    top = 0
    if panel and high >= 2 * line:
        face, top = style.face(1, theme.title, bold=True), high - line
        text = f"{panel.label[0]} {panel.figures}"
        found.append(Line(Rect(0, 0, width, top), plain(text), face, Align.CENTRE))
    step = told.step if told else Step.STARTING
    headline = panel.typed if panel else words.HEADLINES[step]
    typed = (f"{panel.label[0]}: {panel.figures}",) if panel and not top else ()
    texts = (*headline, *typed, *(sentences(told) if told else ()))
    face = style.face(1, theme.ticker.ink)
    slot = TickerSlot(Rect(0, top, width, high - top), theme.ticker.ground, face, texts, anew=True)
    length = sum(style.width(text, face) + slot.gap for text in texts) + width
    dwell = max(SHORTEST, length / (ems_a_second * face.size))
    return Page(f"set-up-{step}", style.scale.size, theme.page.ground, tuple(found), dwell, ticker=slot)
