"""The pages of a notice: title on every page, text as large as it fits, pictures and documents after it. Pure."""

from dataclasses import dataclass

from bundle.asset import Picture
from bundle.base import BulletinClass
from bundle.items import VIETNAMESE
from director.decision import NoticePage, ScreenDecision
from display.look.style import Scale
from display.look.theme import Theme
from display.page import Align, Code, Element, Fill, Image, Line, Page, Rect, Size, moved, plain, read_of
from display.pages import reading, words
from display.pages.frame import Frame, Viewing, fitted, frame
from display.text import document
from display.text.pagination import Row, fewest, height, paginate
from display.text.rows import Measure, balanced, body_rows, text_rows

BODY_SIZES = (76, 66, 58, 50)  # at 1080: as large as takes the fewest pages; never below 44
TITLE_SIZES = (92, 80, 72)
SMALL_TITLE = 56  # above a picture
MOST_VIEWS = 3


@dataclass(frozen=True)
class _Plan:
    """The zones of one notice's pages, the same on each of them."""

    scale: Scale
    theme: Theme
    frame: Frame
    head: tuple[Element, ...]
    body: Rect
    foot: tuple[Element, ...]
    sign: Rect


def notice_pages(decision: ScreenDecision, main: NoticePage, size: Size, measure: Measure, viewing: Viewing) -> tuple[Page, ...]:
    """Text pages, then one or more views of each picture that can be drawn."""
    plan = _plan(decision, main, size, measure, viewing)
    pictures = [picture for picture in main.notice.pictures if picture.sha256 not in viewing.lacking]
    small = _plan(decision, main, size, measure, viewing, small=True)
    views = [(small, view) for picture in pictures for view in _views(picture, small)]
    body = main.wording.body.strip()
    if not body and not views and main.notice.pictures:
        body = words.NO_PICTURE
    texts = _text_pages(document.parse(body), main.wording.language, plan, measure, wanted=bool(body) or not views)
    return _finished(main, [*((plan, text) for text in texts), *views], viewing)


def _plan(decision: ScreenDecision, main: NoticePage, size: Size, measure: Measure, viewing: Viewing, small: bool = False) -> _Plan:
    """The zones of a notice; *small* leaves a picture as much room as a title in one line allows."""
    scale, theme, around = Scale(size), viewing.theme, frame(decision, size, viewing)
    margin, language = scale.px(56), main.wording.language
    zone = around.main.inset(margin)
    accent = theme.urgent if main.notice.bulletin_class is not BulletinClass.ROUTINE else theme.accent
    head: list[Element] = [Fill(Rect(0, zone.y, scale.px(20), zone.height), accent)]
    kicker = scale.face(38, accent, bold=True)
    label = words.NOTICE if main.notice.bulletin_class is BulletinClass.ROUTINE else words.PRIORITY
    y = zone.y + scale.px(14)
    head.append(Line(Rect(zone.x, y, zone.width, kicker.line), plain(label), kicker))
    if main.count > 1:
        place = plain(f"tin {main.position}/{main.count}")
        head.append(Line(Rect(zone.x, y, zone.width, kicker.line), place, scale.face(38, theme.page.soft), Align.RIGHT))
    y += kicker.line
    if small:
        face = scale.face(SMALL_TITLE, theme.title, bold=True, language=language)
        title = [Row(face.line, (Line(Rect(0, 0, zone.width, face.line), plain(main.wording.title), face),))]
    else:
        title = _title_rows(main.wording.title, language, zone.width, scale, theme, measure)
    head += [moved(element, zone.x, y + n * row.height) for n, row in enumerate(title) for element in row.elements]
    y += sum(row.height for row in title) + scale.px(8)
    head.append(Fill(Rect(zone.x, y, zone.width, scale.px(3)), accent))
    y += scale.px(18)
    foot, top, sign = _foot(decision, main, zone, scale, theme)
    return _Plan(scale, theme, around, tuple(head), Rect(zone.x, y, zone.width, max(1, top - scale.px(10) - y)), foot, sign)


def _title_rows(title: str, language: str, width: int, scale: Scale, theme: Theme, measure: Measure) -> list[Row]:
    rows: list[Row] = []
    for at_1080 in TITLE_SIZES:
        face = scale.face(at_1080, theme.title, bold=True, language=language)
        rows = text_rows(plain(title), face, balanced(plain(title), face, width, measure), measure)
        if len(rows) == 1 or (at_1080 < TITLE_SIZES[0] and len(rows) <= 2):
            break
    return rows


def _foot(decision: ScreenDecision, main: NoticePage, zone: Rect, scale: Scale, theme: Theme) -> tuple[tuple[Element, ...], int, Rect]:
    """Who issued it, how to answer, the code; where the foot begins, and where the page sign stands."""
    face = scale.face(36, theme.page.soft)
    provenance = main.notice.provenance
    origin = f"{provenance.issuing_body} · {provenance.document_number}" if provenance.document_number else provenance.issuing_body
    lines = [origin, f"{words.FEEDBACK}: {decision.contact}"] if decision.contact else [origin]
    code = scale.px(190) if main.notice.link else 0
    side = code + scale.px(24) if code else 0
    high = max(face.line * 2, code) + scale.px(20)
    top = zone.bottom - high
    found: list[Element] = [Fill(Rect(zone.x, top, zone.width - side, scale.px(2)), theme.page.soft)]
    sign_width = scale.px(470)
    text_width = zone.width - side - (0 if scale.portrait else sign_width)
    under = zone.bottom - scale.px(10) - face.line * len(lines)
    for n, text in enumerate(lines):
        found.append(Line(Rect(zone.x, under + n * face.line, text_width, face.line), plain(text), face))
    if main.notice.link:
        box = Rect(zone.right - code, zone.bottom - code - scale.px(8), code, code)
        found.append(Code(box, main.notice.link))
    sign_top = top + scale.px(8) if scale.portrait else under
    if scale.portrait:
        top -= 0 if code else face.line + scale.px(16)
        sign_top = top + scale.px(8)
        found[0] = Fill(Rect(zone.x, top, zone.width - side, scale.px(2)), theme.page.soft)
    sign = Rect(zone.right - side - sign_width, sign_top, sign_width, face.line * (1 if scale.portrait else 2))
    return tuple(found), top, sign


@dataclass(frozen=True)
class _Sheet:
    """What differs from page to page: elements, and how many characters there are to read (or a fixed dwell)."""

    elements: tuple[Element, ...]
    characters: int = 0
    seconds: float = 0.0


def _text_pages(blocks: tuple[document.Block, ...], language: str, plan: _Plan, measure: Measure, wanted: bool) -> list[_Sheet]:
    if not wanted:
        return []

    def at(size: int) -> tuple[tuple[Row, ...], ...]:
        face = plan.scale.face(size, plan.theme.page.ink, language=language)
        title = plan.scale.face(size + 6, plan.theme.title, language=language)
        return paginate(body_rows(blocks, face, plan.body.width, measure, plan.theme, title), plan.body.height)

    return [_placed(page, plan.body) for page in fewest(map(at, BODY_SIZES))] or [_Sheet(())]


def _placed(rows: tuple[Row, ...], body: Rect) -> _Sheet:
    # A short text stands a little above the middle: the eye rests there, and a top-heavy page looks unfinished.
    y = body.y + max(0, (body.height - height(rows)) // 3)
    found: list[Element] = []
    for n, row in enumerate(rows):
        y += row.gap if n else 0
        found += [moved(element, body.x, y) for element in row.elements]
        y += row.height
    return _Sheet(tuple(found), reading.characters(found))


def _views(picture: Picture, plan: _Plan) -> list[_Sheet]:
    """A picture whole; a page of a document in two or three overlapping views, because whole it is too small to read."""
    body = plan.body
    full = body.width * picture.height / picture.width
    if full <= body.height * 1.3 or picture.width > picture.height:
        return [_Sheet((Image(fitted(body, picture.width, picture.height), picture.sha256),), seconds=reading.PICTURE)]
    count = max(2, min(MOST_VIEWS, int(picture.height * 2 / body.height), -(-int(full) // body.height)))
    part = 1 / (count - 0.12 * (count - 1))
    room = fitted(body, picture.width, max(1, round(picture.height * part)))
    step = (1 - part) / (count - 1)
    return [_Sheet((Image(room, picture.sha256, n * step, min(1.0, n * step + part)),), seconds=reading.PICTURE) for n in range(count)]


def _finished(main: NoticePage, sheets: list[tuple[_Plan, _Sheet]], viewing: Viewing) -> tuple[Page, ...]:
    pages, language = [], main.wording.language
    name = main.notice.id if language == VIETNAMESE else f"{main.notice.id}-{language}"
    for n, (plan, sheet) in enumerate(sheets, 1):
        letters = sheet.characters + len(read_of(plain(main.wording.title)))
        pages.append(
            Page(
                what=f"notice-{name}-p{n}of{len(sheets)}",
                size=plan.scale.size,
                background=plan.theme.page.ground,
                elements=(*plan.frame.elements, *plan.head, *sheet.elements, *plan.foot, *_page_sign(n, len(sheets), plan)),
                dwell=sheet.seconds or reading.dwell(letters, main.wording.language, viewing.reader),
                clock=plan.frame.clock,
                ticker=plan.frame.ticker,
            )
        )
    return tuple(pages)


def _page_sign(n: int, count: int, plan: _Plan) -> tuple[Element, ...]:
    if count == 1:
        return ()
    scale, surface = plan.scale, plan.theme.more if n < count else plan.theme.end
    face = scale.face(42, surface.ink, bold=True)
    pill = Rect(plan.sign.x, plan.sign.bottom - scale.px(62), plan.sign.width, scale.px(62))
    number = Rect(pill.x + scale.px(20), pill.y, scale.px(128), pill.height)
    rest = Rect(number.right, pill.y, pill.right - number.right - scale.px(20), pill.height)
    more = words.MORE if n < count else words.END
    return (Fill(pill, surface.ground, scale.px(31)), Line(number, plain(f"{n}/{count}"), face), Line(rest, plain(more), face, Align.RIGHT))
