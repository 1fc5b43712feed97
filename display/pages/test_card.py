"""The test card: a frame on the outermost pixels, four numbered corners, named colours, and a line as small as a notice. Pure."""

from collections.abc import Iterator

from display.look.theme import BLACK, WHITE
from display.page import Align, Colour, Element, Face, Fill, Page, Rect
from display.pages.style import Style, stacked

COLOURS: tuple[tuple[str, Colour, Colour], ...] = (
    ("ĐỎ", (255, 0, 0), BLACK),
    ("XANH LÁ", (0, 255, 0), BLACK),
    ("XANH DƯƠNG", (0, 0, 255), WHITE),
    ("VÀNG", (255, 255, 0), BLACK),
    ("TRẮNG", WHITE, BLACK),
)
"""Each named in its own field, so that nobody needs a picture to compare with."""
GREYS = 8
SENTENCE = "Hình thử: đọc được dòng này từ ngoài đường không?"
"""With marks above and below the letters, as small as the smallest notice."""
MANY = 5
"""Lines: a lower board has no room for more than corners and colours."""


def card_page(style: Style) -> Page:
    """The card on a board of any shape."""
    scale = style.scale
    board = scale.board
    frame = [Fill(board, WHITE), Fill(board.inset(1, 1), BLACK)]
    return Page("test-card", scale.size, BLACK, (*frame, *_bars(style, board), *_corners(style, board)), dwell=30.0)


def _corners(style: Style, board: Rect) -> Iterator[Element]:
    """A numbered square on each corner's very last pixel: clockwise from above left."""
    side = min(style.scale.em(2), board.width // 4, board.height // 3)
    face = Face(max(6, round(side * 0.6)), BLACK, bold=True, leading=1.2)
    right, bottom = board.right - side, board.bottom - side
    for number, (x, y) in enumerate(((0, 0), (right, 0), (right, bottom), (0, bottom)), 1):
        box = Rect(x, y, side, side)
        yield Fill(box, WHITE)
        yield from stacked((str(number),), face, box, Align.CENTRE)


def _bars(style: Style, board: Rect) -> Iterator[Element]:
    """The named colours from edge to edge, below them greys and the sentence where there is room."""
    corner = min(style.scale.em(2), board.width // 4, board.height // 3)
    low = board.height < MANY * style.scale.line
    room = board.inset(corner if low else 1, 1 if low else corner)
    colours = room if low else Rect(room.x, room.y, room.width, room.height * 3 // 5)
    for n, (name, colour, ink) in enumerate(COLOURS):
        left, right = (colours.x + colours.width * k // len(COLOURS) for k in (n, n + 1))
        box = Rect(left, colours.y, right - left, colours.height)
        yield Fill(box, colour)
        yield from _named(style, name, ink, box)
    if low:
        return
    greys = Rect(room.x, colours.bottom, room.width, max(1, room.height // 8))
    for n in range(GREYS):
        left, right = (greys.x + greys.width * k // GREYS for k in (n, n + 1))
        level = 255 * n // (GREYS - 1)
        yield Fill(Rect(left, greys.y, right - left, greys.height), (level, level, level))
    face = style.face(1.0, WHITE)
    text = Rect(room.x + corner, greys.bottom, max(1, room.width - 2 * corner), room.bottom - greys.bottom)
    lines = style.lines(SENTENCE, face, text.width) or ()
    yield from stacked(lines[: max(0, text.height // face.line)], face, text, Align.CENTRE)


def _named(style: Style, name: str, ink: Colour, box: Rect) -> Iterator[Element]:
    face = style.face(1.0, ink, bold=True)
    lines = style.lines(name, face, box.width - 4)
    if lines is None:
        return  # on a small board a field is narrower than its name; its colour and place remain
    yield from stacked(lines[: max(0, box.height // face.line)], face, box, Align.CENTRE)
