"""The marks of what is not real: stripes on every board, words across one with pixels, so that no photograph is taken for real. Pure."""

from display.look.emergency import mark_across
from display.look.scale import Scale
from display.look.theme import DRILL
from display.page import Align, Element, Fill, Hatch, Line, Rect, Watermark, plain
from display.pages.content import Drill
from display.pages.style import Style

ROOMY = 12
"""Lines: a board as high as this has the words in its stripes; a lower one has them in its header or between its sentences."""
CROSSED = 360
"""Pixels of the shorter side: on coarser glass the writing across would break the letters it crosses."""
LOW = 4
"""Lines: a board as high as this has stripes that are seen from afar; a lower one needs its room for the words."""


def framed(scale: Scale) -> bool:
    """Whether the words stand in the stripes themselves."""
    return scale.size[1] >= ROOMY * scale.line


def drill_frame(drill: Drill, style: Style) -> tuple[tuple[Element, ...], Rect]:
    """The marks, and the rectangle of the board that they leave."""
    scale, board, faint = style.scale, style.scale.board, mark_across(style.theme.page)
    across = (Watermark(board, drill.word, faint.colour, faint.alpha),) if min(scale.size) >= CROSSED else ()
    if framed(scale):
        high = round(scale.line * 1.35)
        bands = board._replace(height=high), board._replace(y=board.bottom - high, height=high)
        plates = (element for band in bands for element in (_stripes(band), *_plate(drill, band, style)))
        return (*across, *plates), board._replace(y=high, height=board.height - 2 * high)
    thick = scale.line // 3 if board.height >= LOW * scale.line else scale.line // 6
    if board.height - 2 * thick >= 2 * style.face(1, DRILL.ink).line:
        edges = board._replace(height=thick), board._replace(y=board.bottom - thick, height=thick)
        return (*across, *map(_stripes, edges)), board._replace(y=thick, height=board.height - 2 * thick)
    thick = max(6, scale.line // 4)
    edges = board._replace(width=thick), board._replace(x=board.right - thick, width=thick)
    return (*across, *map(_stripes, edges)), board._replace(x=thick, width=board.width - 2 * thick)


def _stripes(box: Rect) -> Hatch:
    return Hatch(box, DRILL.ground, DRILL.ink)


def _plate(drill: Drill, band: Rect, style: Style) -> tuple[Element, ...]:
    """The sentence on a plain plate, or as much of it as fits."""
    face = style.scale.face(1.1, DRILL.ink, bold=True)
    pieces = drill.sentence.split(" – ")
    across = band.width - 2 * style.scale.margin
    text = drill.word
    for count in range(len(pieces), 0, -1):
        text = " – ".join(pieces[:count])
        if style.width(text, face) <= across:
            break
    wide = min(band.width, style.width(text, face) + 2 * style.scale.em(0.6))
    plate = Rect(band.x + (band.width - wide) // 2, band.y + (band.height - face.line) // 2, wide, face.line)
    return (Fill(plate, DRILL.ground, style.scale.px(10)), Line(plate, plain(text), face, Align.CENTRE))
