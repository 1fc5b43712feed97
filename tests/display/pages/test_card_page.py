"""The test card on boards of every shape: its corners lie on the very last pixels, and its colours are the pure ones."""

import pytest

from display.look.scale import Scale
from display.look.theme import BLACK, NIGHT, WHITE
from display.media.pictures import Pictures
from display.page import Fill, Line, text_of
from display.pages.style import Style
from display.pages.test_card import COLOURS, SENTENCE, card_page
from display.paint.painter import Painter
from display.text.pango import PangoMeasure

SIZES = [(1920, 1080), (1080, 1920), (640, 360), (256, 64), (192, 96), (128, 32)]


@pytest.fixture(params=SIZES, ids="{0[0]}x{0[1]}".format)
def card(request):
    page = card_page(Style(Scale(request.param), NIGHT, PangoMeasure()))
    return page, Painter(Pictures(lambda _: None)).page(page).surface


def test_whoever_sees_four_white_corners_sees_the_whole_picture(card):
    page, seen = card
    width, height = page.size
    for pixel in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        assert seen.get_at(pixel)[:3] == WHITE
    edges = [seen.get_at((x, y))[:3] for x in range(width) for y in (0, height - 1)]
    assert set(edges) == {WHITE}, "a frame of one pixel all around"


def test_the_colours_stand_pure_and_in_their_order(card):
    page, seen = card
    width, _ = page.size
    y = next(each.box.y for each in page.elements if isinstance(each, Fill) and each.colour == COLOURS[0][1]) + 2
    row = [seen.get_at((x, y))[:3] for x in range(width)]
    found = [colour for colour, before in zip(row, [BLACK, *row], strict=False) if colour != before]
    order = [colour for _, colour, _ in COLOURS if colour in found]
    assert [colour for colour in found if colour in order and colour != WHITE] == [colour for colour in order if colour != WHITE]
    assert len(order) == len(COLOURS)


def test_nothing_of_it_lies_outside_the_board_and_corners_are_numbered_clockwise(card):
    page, _ = card
    width, height = page.size
    assert all(e.box.x >= 0 and e.box.y >= 0 and e.box.right <= width and e.box.bottom <= height for e in page.elements)
    numbers = {text_of(e.runs): (e.box.x * 2 > width, e.box.y * 2 > height) for e in page.elements if isinstance(e, Line)}
    assert [numbers[n] for n in "1234"] == [(False, False), (True, False), (True, True), (False, True)]


def test_a_board_with_room_shows_a_line_as_small_as_a_notice():
    page = card_page(Style(Scale((1920, 1080)), NIGHT, PangoMeasure()))
    (line,) = [each for each in page.elements if isinstance(each, Line) and text_of(each.runs) == SENTENCE]
    assert line.face.size == Scale((1920, 1080)).smallest
