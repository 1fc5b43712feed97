"""The pages of a caption: the text of what sounds, as large as it fits, for those who cannot hear it. Pure."""

from director.decision import CaptionPage, ScreenDecision
from display.look.style import Scale
from display.look.theme import Surface, Theme
from display.page import Align, Element, Fill, Line, Page, Rect, Size, moved, plain
from display.pages import reading, words
from display.pages.frame import Viewing, frame
from display.text import document
from display.text.pagination import Row, fewest, height, paginate
from display.text.rows import Measure, balanced, body_rows, text_rows

TEXT_SIZES = (92, 80, 68, 60)


def caption_pages(decision: ScreenDecision, main: CaptionPage, size: Size, measure: Measure, viewing: Viewing) -> tuple[Page, ...]:
    """As many pages as the text needs."""
    scale, theme, around = Scale(size), viewing.theme, frame(decision, size, viewing)
    zone, language = around.main.inset(scale.px(56)), main.wording.language
    head, y = _head(main, zone, scale, theme, measure)
    room = Rect(zone.x, y, zone.width, zone.bottom - scale.px(90) - y)
    blocks = document.parse(main.wording.body)
    faces = (scale.face(at_1080, theme.page.ink, language=language) for at_1080 in TEXT_SIZES)
    sheets = fewest(paginate(body_rows(blocks, face, room.width, measure, theme), room.height) for face in faces) or ((),)
    return tuple(
        Page(
            what=f"caption-{main.item}" + (f"-p{n}of{len(sheets)}" if len(sheets) > 1 else ""),
            size=size,
            background=theme.page.ground,
            elements=(*around.elements, *head, *_placed(rows, room), *_sign(n, len(sheets), zone, scale, theme)),
            dwell=reading.dwell(reading.characters(e for row in rows for e in row.elements), language),
            clock=around.clock,
            ticker=around.ticker,
        )
        for n, rows in enumerate(sheets, 1)
    )


def _head(main: CaptionPage, zone: Rect, scale: Scale, theme: Theme, measure: Measure) -> tuple[tuple[Element, ...], int]:
    face = scale.face(40, theme.said.ink, bold=True)
    y = zone.y + scale.px(28)
    pill = Rect(zone.x, y, scale.px(600), scale.px(68))
    found: list[Element] = [Fill(pill, theme.said.ground, scale.px(34)), *_waves(pill, scale, theme.said)]
    found.append(Line(Rect(pill.x + scale.px(96), pill.y, pill.width - scale.px(116), pill.height), plain(words.SPEAKING), face))
    y = pill.bottom + scale.px(10)
    title = scale.face(76, theme.title, bold=True, language=main.wording.language)
    for row in text_rows(plain(main.wording.title), title, balanced(plain(main.wording.title), title, zone.width, measure), measure):
        found += [moved(element, zone.x, y) for element in row.elements]
        y += row.height
    found.append(Fill(Rect(zone.x, y + scale.px(6), zone.width, scale.px(3)), theme.accent))
    return tuple(found), y + scale.px(26)


def _waves(pill: Rect, scale: Scale, surface: Surface) -> list[Element]:
    """Sound as five bars: a sign that needs no language."""
    heights = (18, 34, 46, 34, 18)
    return [
        Fill(
            Rect(pill.x + scale.px(24 + 13 * n), pill.y + (pill.height - scale.px(high)) // 2, scale.px(7), scale.px(high)),
            surface.ink,
            scale.px(3),
        )
        for n, high in enumerate(heights)
    ]


def _placed(rows: tuple[Row, ...], room: Rect) -> tuple[Element, ...]:
    y = room.y + max(0, (room.height - height(rows)) // 3)
    found: list[Element] = []
    for n, row in enumerate(rows):
        y += row.gap if n else 0
        found += [moved(element, room.x, y) for element in row.elements]
        y += row.height
    return tuple(found)


def _sign(n: int, count: int, zone: Rect, scale: Scale, theme: Theme) -> tuple[Element, ...]:
    if count == 1:
        return ()
    pill = Rect(zone.right - scale.px(470), zone.bottom - scale.px(74), scale.px(470), scale.px(62))
    more = f"{n}/{count}  {words.MORE if n < count else words.END}"
    surface = theme.more if n < count else theme.end
    face = scale.face(42, surface.ink, bold=True)
    return (Fill(pill, surface.ground, scale.px(31)), Line(pill.inset(scale.px(20)), plain(more), face, Align.CENTRE))
