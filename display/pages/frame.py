"""What surrounds every ordinary page: header with area, date and clock; signs; ticker; sponsor. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from director.decision import ScreenDecision, Sign
from display.look.style import Scale
from display.look.theme import TILE, Light, Theme, theme_in
from display.page import Align, ClockSlot, Element, Fill, Image, Line, Rect, Size, TickerSlot, plain
from display.pages import words
from display.pages.reading import Reader

SPONSOR_PART = 0.14  # of the height
SPONSOR_MOST = 0.2  # what the law allows of the area


@dataclass(frozen=True)
class Viewing:
    """Who looks, and what cannot be drawn: *lacking* are the SHA-256 of pictures that are missing or corrupt.

    *light* is what the board's colours have to stand against.
    *said* is what the unit itself has to say to them just now, one language after another, parted by " · ".
    """

    timezone: str = "Asia/Ho_Chi_Minh"
    lacking: frozenset[str] = frozenset()
    reader: Reader = Reader.EVERYONE
    said: str = ""
    light: Light = Light.NIGHT

    @property
    def theme(self) -> Theme:
        """The colours of everything that is no emergency."""
        return theme_in(self.light)

    def local(self, instant: datetime) -> datetime:
        """*instant* as people here call it."""
        return instant.astimezone(ZoneInfo(self.timezone))


@dataclass(frozen=True)
class Frame:
    """The surroundings, and the rectangle *main* that they leave."""

    elements: tuple[Element, ...]
    main: Rect
    clock: ClockSlot
    ticker: TickerSlot | None


def frame(decision: ScreenDecision, size: Size, viewing: Viewing) -> Frame:
    """The frame of *decision* on a board of *size*."""
    scale, theme = Scale(size), viewing.theme
    width, height = size
    header = Rect(0, 0, width, scale.px(196 if scale.portrait else 112))
    elements: list[Element] = [
        Fill(header, theme.header.ground),
        Fill(Rect(0, header.bottom - scale.px(5), width, scale.px(5)), theme.rule),
    ]
    clock, name = _header(header, scale, theme)
    face = scale.face(48, theme.header.ink, bold=True)
    elements.append(Line(name, plain(decision.area_name or words.FULL_NAME), face))
    top = header.bottom
    if sign := sign_text(decision, viewing):
        band = Rect(0, top, width, scale.px(60))
        elements += [
            Fill(band, theme.sign.ground),
            Line(band.inset(scale.px(56)), plain(sign), scale.face(40, theme.sign.ink, bold=True), Align.CENTRE),
        ]
        top = band.bottom
    for text in said_lines(viewing):
        band = Rect(0, top, width, scale.px(60))
        elements += [
            Fill(band, theme.said.ground),
            Line(band.inset(scale.px(56)), plain(text), scale.face(40, theme.said.ink, bold=True), Align.CENTRE),
        ]
        top = band.bottom
    bottom = height
    if decision.sponsor is not None:
        # On a small board the words need more than their usual part, and never get more than the law allows.
        bottom -= max(round(height * SPONSOR_PART), min(scale.face(40, theme.sponsor.ink).line, int(height * SPONSOR_MOST)))
        elements += _sponsor(decision, Rect(0, bottom, width, height - bottom), scale, viewing)
    ticker = None
    if decision.ticker:
        strip = Rect(0, bottom - scale.px(84), width, scale.px(84))
        ticker, bottom = TickerSlot(strip, theme.ticker.ground, scale.face(50, theme.ticker.ink, bold=True)), strip.y
    return Frame(tuple(elements), Rect(0, top, width, bottom - top), clock, ticker)


def said_lines(viewing: Viewing) -> tuple[str, ...]:
    """What the unit says to those in front of it, a line for each language."""
    return tuple(viewing.said.split(" · ")) if viewing.said else ()


def sign_text(decision: ScreenDecision, viewing: Viewing) -> str:
    """The signs as one line; empty when there is nothing to say."""
    parts = []
    for sign in decision.signs:
        match sign:
            case Sign.OLD_CONTENT if decision.as_of is not None:
                parts.append(f"{words.OLD_CONTENT} {words.short_date(viewing.local(decision.as_of))}")
            case Sign.OLD_CONTENT:
                parts.append(words.OLD_CONTENT_REST)
            case Sign.MUTED:
                parts.append(words.MUTED)
            case Sign.NOT_RECEIVED:
                parts.append(words.NOT_RECEIVED)
            case Sign.CLOCK_UNKNOWN:
                parts.append(words.CLOCK_UNKNOWN)
    return " · ".join(parts)


def clock_elements(slot: ClockSlot, local: datetime | None) -> tuple[Element, ...]:
    """Date and clock at *local* time; nothing but the background when the time is not known."""
    ground = Fill(slot.box, slot.background)
    if local is None:
        return (ground,)
    box, across = slot.box, round(slot.clock.size * 2.9)
    time = Line(Rect(box.right - across, box.y, across, box.height), plain(words.clock(local)), slot.clock, Align.RIGHT)
    date = Line(Rect(box.x, box.y, box.width - across, box.height), plain(words.date(local)), slot.date, Align.RIGHT)
    return (ground, date, time)


def _header(header: Rect, scale: Scale, theme: Theme) -> tuple[ClockSlot, Rect]:
    margin = scale.px(56)
    inner = Rect(margin, 0, header.width - 2 * margin, header.height - scale.px(5))
    if scale.portrait:
        upper = Rect(inner.x, inner.y + scale.px(8), inner.width, inner.height // 2)
        box, name = Rect(inner.x, upper.bottom - scale.px(4), inner.width, inner.height - upper.height - scale.px(8)), upper
    else:
        across = round(inner.width * 0.44)
        box = Rect(inner.right - across, inner.y, across, inner.height)
        name = Rect(inner.x, inner.y, inner.width - across - scale.px(24), inner.height)
    return ClockSlot(box, theme.header.ground, scale.face(44, theme.header.soft), scale.face(72, theme.header.ink, bold=True)), name


def _sponsor(decision: ScreenDecision, zone: Rect, scale: Scale, viewing: Viewing) -> list[Element]:
    mark = decision.sponsor
    if mark is None:
        return []
    margin, middle, face = scale.px(56), zone.width // 2, scale.face(40, viewing.theme.sponsor.ink)
    if scale.portrait:
        words_box = Rect(zone.x + margin, zone.y + scale.px(8), zone.width - 2 * margin, max(zone.height * 2 // 5, face.line))
        room = Rect(words_box.x, words_box.bottom, words_box.width, zone.bottom - words_box.bottom).inset(scale.px(24), scale.px(20))
    else:
        words_box = Rect(zone.x + margin, zone.y, middle - margin, zone.height)
        room = Rect(zone.x + middle, zone.y, middle - margin, zone.height).inset(scale.px(24), scale.px(20))
    # White lies only under the mark: a bright strip would outshine the notice, and a machine that reads the page would lose its title.
    found: list[Element] = [Fill(zone, viewing.theme.sponsor.ground), Line(words_box, plain(f"{words.SPONSOR}: {mark.sponsor}"), face)]
    # A board too small for both keeps the name, which the law asks for.
    if room.height >= face.line // 2 and mark.picture.sha256 not in viewing.lacking:
        box = fitted(room, mark.picture.width, mark.picture.height)
        box = box._replace(x=room.x if scale.portrait else room.right - box.width)
        found += [Fill(box.inset(-scale.px(24), -scale.px(10)), TILE, scale.px(12)), Image(box, mark.picture.sha256)]
    return found


def fitted(room: Rect, width: int, height: int) -> Rect:
    """The largest rectangle of the shape *width* : *height* in the middle of *room*."""
    factor = min(room.width / width, room.height / height)
    across, down = max(1, round(width * factor)), max(1, round(height * factor))
    return Rect(room.x + (room.width - across) // 2, room.y + (room.height - down) // 2, across, down)
