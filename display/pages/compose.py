"""The one composer: places what a page has to say into the zones of a layout, on as many pages as it takes. Pure."""

from dataclasses import dataclass, replace

from bundle.layout import ZoneKind
from display.look.emergency import drilling, emergency_in
from display.look.glass import Glass
from display.look.layouts import chosen
from display.look.theme import Theme
from display.page import Align, ClockSlot, Element, Fill, Line, Page, Rect, TickerSlot, plain
from display.pages import reading
from display.pages.around import Around, Zones
from display.pages.content import Content, Tone
from display.pages.docking import Docked, dock
from display.pages.drill import drill_frame
from display.pages.main_zone import MainZone
from display.pages.running_pages import between, sentences
from display.pages.style import Style
from display.pages.viewing import Viewing
from display.text.document import Paragraph
from display.text.measure import Measure

MOST_STEPS = 12
"""Pages: more of them are shown as one bar that fills."""
LEAST_ACROSS = 5.0
"""Lines: the main zone is at least so wide, whatever a layout says, or the zones beside it go."""
LARGEST_RUNNING = 4.0
"""How many times the smallest letters a board of one line runs at most."""


@dataclass(frozen=True)
class Composer:
    """One content on one board: *frame* are the marks of a drill, *docked* is where its *zones* stand."""

    content: Content
    glass: Glass
    style: Style
    viewing: Viewing
    zones: Zones
    docked: Docked
    frame: tuple[Element, ...]

    def pages(self) -> tuple[Page, ...]:
        """At least one. What could not say on every page that it is an emergency, or none, runs and says it between its sentences."""
        return (self._running(),) if self.runs else self._turning()

    @property
    def runs(self) -> bool:
        """Whether its words come and go, so that not all of what a page must say is in view at any time."""
        return self.glass.layout.running or self._main().heads.cramped

    def _turning(self) -> tuple[Page, ...]:
        main = self._main()
        around = (*self.frame, *self._accent(), *self.zones.elements(self.docked))
        sheets = main.sheets()
        beside = sum(len(fact.value) for fact in self.content.facts) if ZoneKind.SIDE in self.docked.zones else 0
        return tuple(
            Page(
                what=self._name(n, len(sheets)),
                size=self.glass.scale.size,
                background=self.style.theme.page.ground,
                elements=(*around, *sheet.elements, *self._sign(n, len(sheets))),
                dwell=sheet.seconds or self._dwell(sheet.characters + beside, sheet.following),
                clock=self._clock(),
                ticker=self._ticker(),
                film=sheet.film,
                language=self.content.language,
                sponsor_area=self._sponsor_area(),
                part=sheet.part,
            )
            for n, sheet in enumerate(sheets, 1)
        )

    def _dwell(self, characters: int, following: bool) -> float:
        shortest = reading.FOLLOWING if following else reading.SHORTEST
        return reading.dwell(characters, self.content.language, self.viewing.reader, shortest)

    def _running(self) -> Page:
        """Every word in one line that runs through the main zone."""
        first, last = self.zones.homeless(self.docked)
        opening = Paragraph(self.content.opening.runs)
        told = (*sentences((*first, opening)), *sentences((*self.content.blocks, *last)))
        texts = between(self.content, told)
        box, theme = self.docked.main, self.style.theme
        surface = theme.ticker if self.content.tone is Tone.EMERGENCY else theme.page
        face = self.style.scale.filling(box.height, LARGEST_RUNNING, surface.ink, self.content.language)
        slot = TickerSlot(box, surface.ground, face, texts, anew=True)
        dwell = max(reading.SHORTEST, self._length(slot) / (self.glass.ems_a_second * slot.face.size))
        shown = (*self.frame, *self.zones.elements(self.docked))
        return Page(
            self._name(1, 1), self.glass.scale.size, theme.page.ground, shown, dwell, self._clock(), slot, language=self.content.language
        )

    def _length(self, slot: TickerSlot) -> int:
        """Pixels from the beginning of what runs until it begins again."""
        widths = [self.style.width(text, slot.face) for text in slot.texts]
        return max(sum(width + slot.gap for width in widths), slot.box.width + max(widths))

    def _main(self) -> MainZone:
        header = self.docked.zones.get(ZoneKind.HEADER)
        bare = self.content.tone is Tone.EMERGENCY and not (header and self.zones.header.shown(*header))
        first, last = self.zones.homeless(self.docked)
        main = MainZone(self.style, self.content, self.docked.main, first, last, bare, self._steps_height())
        numbered = not self.content.level_name or main.heads.numbered or (header and self.zones.header.numbered(*header))
        return main if numbered else replace(main, first=(Paragraph(plain(self.content.level_name)), *first))

    def _name(self, n: int, count: int) -> str:
        always = self.content.tone in (Tone.ROUTINE, Tone.PRIORITY)
        return f"{self.content.what}-p{n}of{count}" if always or count > 1 else self.content.what

    def _clock(self) -> ClockSlot | None:
        found = self.docked.zones.get(ZoneKind.HEADER)
        return self.zones.header.clock(*found) if found else None

    def _ticker(self) -> TickerSlot | None:
        found = self.docked.zones.get(ZoneKind.TICKER)
        return self.zones.running.slot(found[0]) if found else None

    def _sponsor_area(self) -> float:
        found = self.docked.zones.get(ZoneKind.SPONSOR)
        width, height = self.glass.scale.size
        return found[0].width * found[0].height / (width * height) if found else 0.0

    def _accent(self) -> tuple[Element, ...]:
        """A bar along the left edge in the colour of what is said; an emergency is one colour as a whole."""
        main = self.docked.main
        if self.content.tone is Tone.EMERGENCY:
            return ()
        return (Fill(main._replace(width=self.style.scale.px(16)), self._main().heads.accent),)

    def _sign(self, n: int, count: int) -> tuple[Element, ...]:
        """Which page of how many: in the foot, else in the header, else as steps along the bottom of the main zone."""
        if count == 1:
            return ()
        if foot := self.docked.zones.get(ZoneKind.FOOT):
            return self.zones.foot.sign(foot[0], n, count)
        if mark := self._mark():
            face = self.style.scale.face(1, self.zones.header.surface.ink, bold=True)
            return (Line(mark, plain(f"{n}/{count}"), face, Align.RIGHT),)
        return self._steps(n, count)

    def _mark(self) -> Rect | None:
        found = self.docked.zones.get(ZoneKind.HEADER)
        return self.zones.header.mark(*found) if found else None

    def _steps_height(self) -> int:
        """What the steps take of the main zone; nothing when the sign stands elsewhere."""
        elsewhere = not self.zones.signed or ZoneKind.FOOT in self.docked.zones or self._mark()
        return 0 if elsewhere else max(2, self.style.scale.line // 10)

    def _steps(self, n: int, count: int) -> tuple[Element, ...]:
        main, theme, high = self.docked.main, self.style.theme, self._steps_height()
        if count > MOST_STEPS:
            bar = Rect(main.x, main.bottom - high, main.width, high)
            return (Fill(bar, theme.head.ground), Fill(bar._replace(width=max(1, main.width * n // count)), theme.title))
        across = main.width // count
        return tuple(
            Fill(
                Rect(main.x + k * across, main.bottom - high, max(1, across - max(1, min(high, across // 3))), high),
                theme.title if k < n else theme.head.ground,
            )
            for k in range(count)
        )


def compose(content: Content, around: Around, glass: Glass, measure: Measure, viewing: Viewing) -> tuple[Page, ...]:
    """The pages of *content*, at least one. Room for a page sign is kept only where there are several.

    An emergency that could only run in the layout of somebody's choice stands in the built-in one for the board.
    """
    theme = viewing.theme if content.level is None else emergency_in(viewing.light, content.level)
    alone = _composer(content, around, glass, theme, measure, viewing, signed=False)
    if content.level is not None and alone.runs:
        own = replace(glass, layout=chosen(None, (), glass.scale))
        if own.layout != glass.layout:
            return compose(content, around, own, measure, viewing)
        if content.drill:
            theme = drilling()
            alone = _composer(content, around, glass, theme, measure, viewing, signed=False)
    pages = alone.pages()
    return pages if len(pages) == 1 else _composer(content, around, glass, theme, measure, viewing, signed=True).pages()


def _composer(content: Content, around: Around, glass: Glass, theme: Theme, measure: Measure, viewing: Viewing, signed: bool) -> Composer:
    """A code that cannot stand gives way to its link in letters."""
    style = Style(glass.scale, theme, measure, content.language)
    frame, board = drill_frame(content.drill, style) if content.drill else ((), glass.scale.board)
    zones = Zones(style, content, around, glass.layout, coded=True, signed=signed)
    docked = _docked(zones, glass, style, board)
    if content.link and ZoneKind.QR not in docked.zones:
        zones = replace(zones, coded=False)
        docked = _docked(zones, glass, style, board)
    return Composer(content, glass, style, viewing, zones, docked, frame)


def _docked(zones: Zones, glass: Glass, style: Style, board: Rect) -> Docked:
    layout, line = glass.layout, glass.scale.line
    most_needed = style.face(1, (0, 0, 0)).line
    # A layout that leaves the words no room would hide an emergency: whoever signed it, the words come first.
    least = (round(max(LEAST_ACROSS, layout.main_across) * line), max(most_needed, round(layout.main_lines * most_needed)))
    return dock(layout, board, line, least, zones.parts)
