"""What surrounds the content of a page, and the zones in which all of it could stand. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bundle.items import SponsorMark
from bundle.layout import Edge, Layout, ZoneKind
from display.look.theme import DRILL, Surface
from display.page import Element, Rect, plain
from display.pages import words
from display.pages.content import Content, Tone
from display.pages.docking import Docked, Part
from display.pages.drill import framed
from display.pages.style import Style
from display.pages.zones.bands import Bands
from display.pages.zones.code import Coded
from display.pages.zones.foot import Foot
from display.pages.zones.header import Header
from display.pages.zones.heading import Name
from display.pages.zones.running import RunningLine
from display.pages.zones.side import Side
from display.pages.zones.sponsor import Sponsor
from display.text.document import Block, Heading, Paragraph

AREA, KIND, LEVEL = 1.3, 1.35, 1.0
"""How many times the smallest letters an area's name, the word for an emergency and its level are."""


@dataclass(frozen=True)
class Around:
    """Whose board it is (*area*), running *ticker* texts, a *sponsor* with its picture *drawn* or missing, what it must say besides."""

    area: str = ""
    ticker: tuple[str, ...] = ()
    sponsor: SponsorMark | None = None
    drawn: bool = True
    signs: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Zones:
    """Everything that could stand around the main zone; with *coded* also the code of the content's link.

    *signed*: there are several pages, and each says which it is.
    """

    style: Style
    content: Content
    around: Around
    layout: Layout
    coded: bool
    signed: bool

    @property
    def parts(self) -> Mapping[ZoneKind, Part]:
        """What there is, by the kind of its zone."""
        found: dict[ZoneKind, Part] = {ZoneKind.HEADER: self.header}
        for kind, part in (
            (ZoneKind.SIGNS, self.bands if self.bands.texts else None),
            (ZoneKind.SIDE, self.side if self.side.facts else None),
            (ZoneKind.FOOT, self.foot if self.foot.texts else None),
            (ZoneKind.QR, self.code),
            (ZoneKind.TICKER, self.running if self.running.texts else None),
            (ZoneKind.SPONSOR, self.sponsor),
        ):
            if part is not None:
                found[kind] = part
        return found

    @property
    def header(self) -> Header:
        """The area's name, or what kind of emergency it is and its level."""
        theme, content = self.style.theme, self.content
        if content.tone is not Tone.EMERGENCY:
            return Header(self.style, (Name(self.around.area or words.FULL_NAME, AREA),), theme.header)
        names = (Name(content.kicker, KIND, content.kind), Name(content.level_name, LEVEL, content.level_number))
        if content.drill and not framed(self.style.scale):
            surface = DRILL
        else:
            surface = Surface(theme.page.ground, theme.title, theme.title) if self.layout.running else theme.header
        return Header(self.style, names, surface, urgent=True, number="" if content.level is None else str(int(content.level)))

    @property
    def bands(self) -> Bands:
        """The unit's own words first: somebody stands before it and waits for them."""
        theme = self.style.theme
        texts: list[tuple[str, Surface]] = [(text, theme.said) for text in self.around.said]
        return Bands(self.style, (*texts, *((text, theme.sign) for text in self.around.signs)))

    @property
    def side(self) -> Side:
        """Where and until when."""
        return Side(self.style, self.content.facts)

    @property
    def foot(self) -> Foot:
        """Who issued it and how to answer; where no code can stand also where the link leads, in letters."""
        content = self.content
        link = f"{content.labels.link}: {content.link.split('://')[-1].rstrip('/')}" if content.link and not self.coded else ""
        return Foot(self.style, tuple(text for text in (content.origin, content.contact, link) if text), self.signed)

    @property
    def code(self) -> Coded | None:
        """The code of the link."""
        return Coded(self.style, self.content.link) if self.content.link and self.coded else None

    @property
    def running(self) -> RunningLine:
        """The running line."""
        return RunningLine(self.style, self.around.ticker)

    @property
    def sponsor(self) -> Sponsor | None:
        """The sponsor's mark."""
        return Sponsor(self.style, self.around.sponsor, self.around.drawn) if self.around.sponsor else None

    def elements(self, docked: Docked) -> tuple[Element, ...]:
        """All zones that stand, painted in their order."""
        found: list[Element] = []
        for kind, (box, edge) in docked.zones.items():
            found += self._of(kind, box, edge)
        return tuple(found)

    def _of(self, kind: ZoneKind, box: Rect, edge: Edge) -> tuple[Element, ...]:
        match kind:
            case ZoneKind.HEADER:
                return self.header.elements(box, edge)
            case ZoneKind.SIGNS:
                return self.bands.elements(box)
            case ZoneKind.SIDE:
                return self.side.elements(box)
            case ZoneKind.FOOT:
                return self.foot.elements(box)
            case ZoneKind.QR:
                return self.code.elements(box, edge) if self.code else ()
            case ZoneKind.SPONSOR:
                return self.sponsor.elements(box, edge) if self.sponsor else ()
            case ZoneKind.TICKER:
                return ()

    def homeless(self, docked: Docked) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """Words whose zone does not stand: those that go before the text, and those that go after it. A sponsor's just go."""
        zones, content = docked.zones, self.content
        first: tuple[Block, ...] = () if ZoneKind.SIGNS in zones else self.bands.told()
        if content.drill and not framed(self.style.scale):
            first = (*first, Heading(plain(content.labels.not_real)))
        shown = self.header.shown(*zones[ZoneKind.HEADER]) if ZoneKind.HEADER in zones else False
        last: list[Block] = [] if ZoneKind.SIDE in zones else [fact.told for fact in content.facts]
        last += content.details
        last += [] if ZoneKind.FOOT in zones else self.foot.told()
        last += [Paragraph(plain(text)) for text in self.around.ticker] if content.opens and ZoneKind.TICKER not in zones else []
        named = self.around.area.casefold() in content.origin.casefold()
        last += [Paragraph(plain(self.around.area))] if self.around.area and not shown and not named else []
        return first, tuple(last)
