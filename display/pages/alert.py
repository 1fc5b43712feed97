"""The pages of an emergency: full screen in the colour of its level, in each of the village's languages. Pure."""

from dataclasses import dataclass

from bundle.alert import AlertText, Status
from director.decision import AlertPage
from display.look.emergency import LEVELS, emergency_in, mark_across
from display.look.style import Scale
from display.look.theme import DRILL, Theme
from display.page import Align, ClockSlot, Element, Fill, Hatch, Line, Page, Rect, Size, Watermark, moved, plain
from display.pages import reading, words
from display.pages.frame import Viewing
from display.text import document
from display.text.pagination import Row, fewest, height, paginate
from display.text.rows import Measure, balanced, body_rows, text_rows

TEXT_SIZES = (84, 72, 62, 54)
HEADLINE_SIZES = (118, 100, 86)
PANEL_SIZES = (52, 46, 40, 34)
_SIGN = 470  # the width of the page sign at 1080


@dataclass(frozen=True)
class _Look:
    """Sizes and colours of one alert."""

    scale: Scale
    theme: Theme
    body: Rect
    band: Rect
    foot: Rect


def alert_pages(main: AlertPage, size: Size, measure: Measure, viewing: Viewing) -> tuple[Page, ...]:
    """All pages of all languages, in the village's order; they alternate for as long as the alert stands."""
    return tuple(page for text in main.texts for page in _in_language(main, text, size, measure, viewing))


def _in_language(main: AlertPage, text: AlertText, size: Size, measure: Measure, viewing: Viewing) -> list[Page]:
    look = _look(main, size, viewing)
    head, top = _headline(text, look, measure)
    panel, rest = _panel(main, text, look, top, measure, viewing)
    around = (*_border(main, look), *_band(main, look), *head, *panel, *_foot(main, look, viewing))
    sheets = _sheets(text, rest, look, measure)
    clock = _clock(look)
    pages = []
    for n, rows in enumerate(sheets, 1):
        elements = _placed(rows, rest)
        letters = reading.characters((*elements, *head, *panel))
        part = f"-p{n}of{len(sheets)}" if len(sheets) > 1 else ""
        what = f"alert-{main.alert.identifier}-{text.language}{part}"
        shown = (*around, *elements, *_page_sign(n, len(sheets), look))
        pages.append(Page(what, size, look.theme.page.ground, shown, reading.dwell(letters, text.language, viewing.reader), clock))
    return pages


def _look(main: AlertPage, size: Size, viewing: Viewing) -> _Look:
    scale = Scale(size)
    edge = 0 if main.alert.status is Status.ACTUAL else scale.px(92)
    margin = scale.px(56)
    band = Rect(0, edge, size[0], scale.px(208 if scale.portrait else 124))
    high = 128 if scale.portrait else 64
    foot = Rect(margin, size[1] - edge - scale.px(high + 12), size[0] - 2 * margin, scale.px(high))
    body = Rect(margin, band.bottom, size[0] - 2 * margin, foot.y - band.bottom - scale.px(8))
    return _Look(scale, emergency_in(viewing.light, main.alert.level), body, band, foot)


def _border(main: AlertPage, look: _Look) -> tuple[Element, ...]:
    """An exercise or a test says so across the whole page, so that no photograph of it can be taken for real."""
    match main.alert.status:
        case Status.ACTUAL:
            return ()
        case Status.EXERCISE:
            mark, label = words.EXERCISE, words.EXERCISE_BAND
        case _:
            mark, label = words.TEST, words.TEST_BAND
    scale, (width, high) = look.scale, look.scale.size
    stripe = scale.px(92)
    face = scale.face(50, DRILL.ink, bold=True)
    faint = mark_across(look.theme.page)
    found: list[Element] = [Watermark(Rect(0, 0, width, high), mark, faint.colour, faint.alpha)]
    for y in (0, high - stripe):
        found.append(Hatch(Rect(0, y, width, stripe), DRILL.ground, DRILL.ink))
        plate = Rect(
            width // 2 - min(width * 2 // 5, scale.px(640)), y + scale.px(12), 2 * min(width * 2 // 5, scale.px(640)), stripe - scale.px(24)
        )
        found += [Fill(plate, DRILL.ground, scale.px(10)), Line(plate.inset(scale.px(20)), plain(label), face, Align.CENTRE)]
    return tuple(found)


def _band(main: AlertPage, look: _Look) -> tuple[Element, ...]:
    scale = look.scale
    level = main.alert.level
    name = f"{words.LEVEL} {int(level)} · {LEVELS[level].name}"
    ink = look.theme.header.ink
    big, small = scale.face(60, ink, bold=True), scale.face(42, ink, bold=True)
    row = look.band.height // 2 if scale.portrait else look.band.height
    across = look.body.width if scale.portrait else round(look.body.width * 0.68)
    kind = words.EMERGENCY if main.alert.status is Status.ACTUAL else _kind(main.alert.status)
    half = round(across * 0.56)
    return (
        Fill(look.band, look.theme.header.ground),
        Line(Rect(look.body.x, look.band.y, half, row), plain(f"⚠ {kind}"), big),
        Line(Rect(look.body.x + half, look.band.y, across - half, row), plain(name), small, Align.RIGHT if scale.portrait else Align.LEFT),
    )


def _kind(status: Status) -> str:
    return words.EXERCISE if status is Status.EXERCISE else words.TEST


def _clock(look: _Look) -> ClockSlot:
    scale, band, surface = look.scale, look.band, look.theme.header
    faces = scale.face(40, surface.soft), scale.face(64, surface.ink, bold=True)
    if scale.portrait:
        box = Rect(look.body.x, band.y + band.height // 2, look.body.width, band.height // 2 - scale.px(8))
    else:
        across = round(look.body.width * 0.32)
        box = Rect(look.body.right - across, band.y, across, band.height)
    return ClockSlot(box, surface.ground, *faces)


def _headline(text: AlertText, look: _Look, measure: Measure) -> tuple[tuple[Element, ...], int]:
    rows: list[Row] = []
    for at_1080 in HEADLINE_SIZES:
        face = look.scale.face(at_1080, look.theme.title, bold=True, language=text.language)
        rows = text_rows(plain(text.headline), face, balanced(plain(text.headline), face, look.body.width, measure), measure)
        if len(rows) <= (2 if look.scale.portrait else 1):
            break
    y = look.body.y + look.scale.px(10)
    found: list[Element] = []
    for row in rows:
        found += [moved(element, look.body.x, y) for element in row.elements]
        y += row.height
    found.append(Fill(Rect(look.body.x, y + look.scale.px(4), look.body.width, look.scale.px(6)), look.theme.rule))
    return tuple(found), y + look.scale.px(22)


def _labels(language: str) -> tuple[str, str, str, str]:
    return words.ALERT_LABELS.get(language.split("-")[0], words.ALERT_LABELS["vi"])


def _panel(main: AlertPage, text: AlertText, look: _Look, top: int, measure: Measure, viewing: Viewing) -> tuple[tuple[Element, ...], Rect]:
    """Where and until when, on a panel beside (portrait: below) what to do; and the rectangle that is left."""
    scale, body, surface = look.scale, look.body, look.theme.panel
    _, where, until, open_end = _labels(text.language)
    end = words.hour_and_date(viewing.local(main.alert.expires)) if main.alert.expires else open_end
    pad = scale.px(28)
    across = body.width if scale.portrait else round(body.width * 0.34)
    rows: list[Row] = []
    for at_1080 in PANEL_SIZES:
        rows = []
        for label, value in ((where, text.where), (until, end)):
            small = scale.face(min(40, at_1080), surface.soft, bold=True, language=text.language)
            rows += text_rows(plain(label), small, across - 2 * pad, measure, scale.px(18))
            face = scale.face(at_1080, surface.ink, bold=True, language=text.language)
            rows += text_rows(plain(value), face, across - 2 * pad, measure)
        if height(rows) + 2 * pad <= body.bottom - top - scale.px(8):
            break
    high = min(height(rows) + 2 * pad, body.bottom - top)
    if scale.portrait:
        box = Rect(body.x, body.bottom - high - scale.px(8), across, high)
        rest = Rect(body.x, top, body.width, box.y - top - scale.px(16))
    else:
        box = Rect(body.right - across, top, across, body.bottom - top - scale.px(8))
        rest = Rect(body.x, top, body.width - across - scale.px(40), body.bottom - top)
    inner = box.inset(pad, pad)
    return (Fill(box, surface.ground, scale.px(18)), *_stacked(rows, inner.x, inner.y)), rest


def _stacked(rows: list[Row], x: int, y: int) -> list[Element]:
    found: list[Element] = []
    for n, row in enumerate(rows):
        y += row.gap if n else 0
        found += [moved(element, x, y) for element in row.elements]
        y += row.height
    return found


def _sheets(text: AlertText, rest: Rect, look: _Look, measure: Measure) -> tuple[tuple[Row, ...], ...]:
    theme = look.theme
    label = look.scale.face(44, theme.title, bold=True)

    def at(at_1080: int) -> tuple[tuple[Row, ...], ...]:
        face = look.scale.face(at_1080, theme.page.ink, bold=True, language=text.language)
        lighter = look.scale.face(max(50, at_1080 - 14), theme.page.ink, language=text.language)
        rows = [
            Row(row.height, row.elements, row.gap, True) for row in text_rows(plain(_labels(text.language)[0]), label, rest.width, measure)
        ]
        rows += body_rows(document.parse(text.instruction), face, rest.width, measure, theme)
        rows += body_rows(document.parse(text.description), lighter, rest.width, measure, theme)
        return paginate(rows, rest.height)

    return fewest(map(at, TEXT_SIZES))


def _placed(rows: tuple[Row, ...], rest: Rect) -> tuple[Element, ...]:
    return tuple(_stacked(list(rows), rest.x, rest.y))


def _foot(main: AlertPage, look: _Look, viewing: Viewing) -> tuple[Element, ...]:
    provenance = main.alert.provenance
    body = f"{provenance.issuing_body} · {provenance.document_number}" if provenance.document_number else provenance.issuing_body
    sent = f"Phát lúc {words.hour_and_day(viewing.local(main.alert.sent))}"
    face = look.scale.face(38, look.theme.page.soft, bold=True)
    # Room is kept for the page sign, on every page alike, so that the line does not jump.
    foot = look.foot
    room = Rect(foot.x, foot.y, foot.width - look.scale.px(_SIGN + 20), foot.height)
    if not look.scale.portrait:
        return (Line(room, plain(f"{body} · {sent}"), face),)
    half = foot.height // 2
    upper, lower = Rect(foot.x, foot.y, foot.width, half), Rect(foot.x, foot.y + half, room.width, half)
    return (Line(upper, plain(body), face), Line(lower, plain(sent), face))


def _page_sign(n: int, count: int, look: _Look) -> tuple[Element, ...]:
    if count == 1:
        return ()
    scale, surface = look.scale, look.theme.more if n < count else look.theme.end
    pill = Rect(look.foot.right - scale.px(_SIGN), look.foot.bottom - scale.px(68), scale.px(_SIGN), scale.px(64))
    face = scale.face(42, surface.ink, bold=True)
    more = f"{n}/{count}  {words.MORE if n < count else words.END}"
    return (Fill(pill, surface.ground, scale.px(32)), Line(pill.inset(scale.px(20)), plain(more), face, Align.CENTRE))
