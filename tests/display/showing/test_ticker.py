"""The running line: without a gap in time or place, and nothing to present while nothing moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.media.pictures import Pictures
from display.page import Face, Rect, TickerSlot
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.moving import Now
from display.showing.ticker import SPEED, Ticker
from display.text.pango import PangoMeasure
from tests.examples import share

MEASURE, PAINTER = PangoMeasure(), Painter(Pictures(lambda _: None))
FACE = Face(20, (16, 16, 20), bold=True)
SLOT = TickerSlot(Rect(10, 30, 300, 28), (255, 217, 102), FACE)
TEXTS = ("Chiều nay có mưa dông.", "Gọi 0200 000 114.")
PIXEL = 1 / (SPEED * FACE.size)


def made(texts=TEXTS):
    return Ticker(texts, SLOT, MEASURE, PAINTER)


def columns(ticker, seconds):
    """What stands on the board at *seconds*, one tuple of pixels for each column of the slot; asks that nothing else is touched."""
    screen = HeadlessScreen((330, 80))
    ticker.refresh()
    screen.present(ticker.patches(Now(None, seconds)))
    picture, box = screen.seen(), SLOT.box
    assert {tuple(picture.get_at((x, y)))[:3] for x in range(330) for y in (29, 58)} == {(0, 0, 0)}
    assert {tuple(picture.get_at((x, 40)))[:3] for x in (9, 310)} == {(0, 0, 0)}
    return [tuple(tuple(picture.get_at((x, y)))[:3] for y in range(box.y, box.bottom)) for x in range(box.x, box.right)]


@share(0.15)
@given(st.integers(0, 3000), st.integers(1, 30))
def test_the_line_moves_left_by_as_many_pixels_as_time_passed(start, step):
    ticker = made()
    before, after = columns(ticker, (start + 0.5) * PIXEL), columns(ticker, (start + step + 0.5) * PIXEL)
    assert before[step:] == after[: len(after) - step]


def test_a_text_comes_in_from_the_right_and_never_springs_up_in_the_middle():
    ticker = made()
    before = columns(ticker, 0.5 * PIXEL)
    for shift in range(9, ticker._total + 20, 9):
        after = columns(ticker, (shift + 0.5) * PIXEL)
        assert before[9:] == after[:-9], shift
        before = after


def test_it_covers_its_slot_and_comes_round_again():
    ticker = made()
    first = columns(ticker, 0.5 * PIXEL)
    assert all((0, 0, 0) not in column for column in first), "a column was left black"
    assert any(len(set(column)) > 3 for column in first), "letters are drawn"
    assert columns(ticker, (ticker._total + 0.5) * PIXEL) == first


def test_nothing_is_presented_until_it_moved_by_a_pixel():
    ticker = made()
    assert ticker.patches(Now(None, 100.5 * PIXEL))
    assert ticker.patches(Now(None, 100.9 * PIXEL)) == []
    assert ticker.patches(Now(None, 101.5 * PIXEL))
    ticker.refresh()
    assert ticker.patches(Now(None, 101.6 * PIXEL)), "the board was painted over"


@pytest.mark.parametrize("texts", [("Ngắn.",), ("Rất dài, " * 40,), TEXTS * 4])
def test_the_same_text_never_stands_twice_in_view(texts):
    ticker = made(texts)
    for shift in range(0, ticker._total, 37):
        strips = [patch.canvas for patch in ticker.patches(Now(None, (shift + 0.5) * PIXEL))][1:]
        assert len(strips) == len({id(strip) for strip in strips}), shift
        ticker.refresh()
