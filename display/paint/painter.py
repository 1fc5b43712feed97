"""Pages become pictures: cairo and Pango draw the elements of a page into a canvas."""

import math
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from display.errors import PageUndrawable
from display.libraries import cairocffi
from display.media.pictures import Pictures
from display.page import Code, Colour, Element, Face, Fill, Hatch, Image, Line, Page, Rect, Watermark, plain
from display.paint.canvas import Canvas
from display.text.fonts import take
from display.text.pango import draw_line

Drawing = Callable[[str], AbstractContextManager[object]]
"""Within it something is drawn on behalf of the subject of that name."""


class Painter:
    """Draws whole pages, and single elements for the parts that change alone."""

    def __init__(self, pictures: Pictures, drawing: Drawing = nullcontext) -> None:
        self._pictures, self.drawing = pictures, drawing

    def page(self, page: Page) -> Canvas:
        """*page* without its clock and ticker, on a canvas of its size; ``PageUndrawable`` says what is wrong with it."""
        canvas = Canvas(page.size)
        with self.drawing(page.subject):
            self.elements(canvas, (Fill(canvas.whole, page.background), *page.elements))
        return canvas

    def elements(self, canvas: Canvas, elements: Iterable[Element]) -> None:
        """Draw *elements* over what is on *canvas*."""
        take()
        context = canvas.drawing()
        try:
            for element in elements:
                self._element(context, element)
        except cairocffi.CairoError as problem:
            raise PageUndrawable(str(problem)) from problem

    def _element(self, context: Any, element: Element) -> None:
        match element:
            case Fill():
                _colour(context, element.colour)
                _rounded(context, element.box, element.radius)
                context.fill()
            case Line():
                draw_line(context, element)
            case Image():
                self._image(context, element)
            case Code():
                _code(context, element)
            case Watermark():
                _watermark(context, element)
            case Hatch():
                _hatch(context, element)

    def _image(self, context: Any, image: Image) -> None:
        surface = self._pictures.surface(image)
        if surface is not None:
            context.set_source_surface(surface, image.box.x, image.box.y)
            context.paint()


def _colour(context: Any, colour: Colour) -> None:
    context.set_source_rgb(*(part / 255 for part in colour))


def _rounded(context: Any, box: Rect, radius: int) -> None:
    if not radius:
        context.rectangle(*box)
        return
    r = min(radius, box.width // 2, box.height // 2)
    context.new_sub_path()
    for n, (x, y) in enumerate(
        ((box.right - r, box.y + r), (box.right - r, box.bottom - r), (box.x + r, box.bottom - r), (box.x + r, box.y + r))
    ):
        context.arc(x, y, r, math.pi / 2 * (n - 1), math.pi / 2 * n)
    context.close_path()


def _code(context: Any, code: Code) -> None:
    import segno  # not before the first content, which mostly has no code

    try:
        made = segno.make(code.link, error=code.error, micro=False)
    except segno.DataOverflowError as problem:
        raise PageUndrawable(str(problem)) from problem
    rows = [bytes(row) for row in made.matrix_iter(border=4)]
    # Whole pixels per module: a scanner reads edges, not averages.
    module = max(1, min(code.box.width, code.box.height) // len(rows))
    side = module * len(rows)
    x, y = code.box.right - side, code.box.bottom - side
    _colour(context, (255, 255, 255))
    context.rectangle(x, y, side, side)
    context.fill()
    _colour(context, (0, 0, 0))
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                context.rectangle(x + across * module, y + down * module, module, module)
    context.fill()


def _watermark(context: Any, mark: Watermark) -> None:
    box = mark.box
    size = min(box.width, box.height) // 8
    # Drawn aside and laid on with one transparency: letters drawn transparent would show their overlaps.
    context.save()
    context.rectangle(*box)
    context.clip()
    context.push_group()
    context.translate(box.x + box.width / 2, box.y + box.height / 2)
    context.rotate(-math.pi / 9)
    # So close that no part of a page as large as a hand lies between two of them.
    across = round(size * len(mark.text) * 0.7)
    for row in range(-6, 7):
        for column in range(-3, 4):
            where = Rect(round(column * across + (row % 2) * across / 2 - across / 2), round((row - 0.5) * size * 2), across, size * 2)
            draw_line(context, Line(where, plain(mark.text), Face(size, mark.colour, bold=True)))
    context.pop_group_to_source()
    context.paint_with_alpha(mark.alpha)
    context.restore()


def _hatch(context: Any, hatch: Hatch) -> None:
    box = hatch.box
    context.save()
    context.rectangle(*box)
    context.clip()
    _colour(context, hatch.first)
    context.paint()
    _colour(context, hatch.second)
    for x in range(box.x - 2 * box.height, box.right + box.height, box.height):
        context.move_to(x, box.bottom)
        context.line_to(x + box.height // 2, box.bottom)
        context.line_to(x + box.height // 2 + box.height, box.y)
        context.line_to(x + box.height, box.y)
        context.close_path()
        context.fill()
    context.restore()
