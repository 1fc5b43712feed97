"""What was read back is judged: a picture is there, missing, or nobody knows; it is never taken for granted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.glass.judge import FEWEST, SAMPLES, Sight, grid, judge
from display.page import Rect

LEVELS = st.integers(0, 255)
COLOURS = st.tuples(LEVELS, LEVELS, LEVELS)
WHITE, BLACK, BLUE = (255, 255, 255), (0, 0, 0), (20, 40, 120)
PAGE = [WHITE] * 600 + [BLUE] * 400


def test_the_picture_itself_is_there_also_with_a_screen_beside_it_that_shows_something_else():
    assert judge(PAGE, [PAGE]) is Sight.THERE
    assert judge(PAGE, [[BLACK] * 1000, PAGE]) is Sight.THERE


def test_a_black_screen_is_missing_the_picture_and_so_is_another_picture_and_none():
    assert judge(PAGE, [[BLACK] * 1000]) is Sight.MISSING
    assert judge(PAGE, [PAGE[::-1]]) is Sight.MISSING
    assert judge(PAGE, []) is Sight.MISSING


def test_a_black_page_on_a_black_screen_proves_nothing():
    assert judge([BLACK] * 1000, [[BLACK] * 1000]) is Sight.UNKNOWN
    assert judge([BLACK] * 1000 + [WHITE] * (FEWEST - 1), [[BLACK] * 1000 + [WHITE] * (FEWEST - 1)]) is Sight.UNKNOWN


def test_colours_that_a_pipeline_rounds_and_a_mouse_pointer_do_not_hide_it():
    rounded = [(red & 0xF8, green & 0xFC, blue & 0xF8) for red, green, blue in PAGE]
    assert judge(PAGE, [rounded]) is Sight.THERE
    assert judge(PAGE, [[BLACK] * 15 + PAGE[15:]]) is Sight.THERE


@given(st.lists(COLOURS, min_size=4, max_size=12), st.integers(40, 120))
def test_nothing_is_there_whose_bright_half_is_missing(palette, times):
    picture = [*palette, WHITE, WHITE] * times
    dark = [BLACK if n % 2 else colour for n, colour in enumerate(picture)]
    lost = sum(max(colour) >= 40 for colour in picture[1::2])
    if lost > 0.02 * len(picture):
        assert judge(picture, [dark]) is not Sight.THERE


@pytest.mark.parametrize("box", [Rect(0, 0, 1920, 1080), Rect(40, 20, 192, 96), Rect(0, 0, 1080, 1920), Rect(7, 9, 512, 32)])
def test_a_board_of_any_size_is_looked_at_all_over(box):
    points = grid(box)
    assert SAMPLES / 2 < len(points) < SAMPLES * 2
    assert min(x for x, _ in points) - box.x < 60
    assert box.right - max(x for x, _ in points) < 60
    assert all(box.x <= x < box.right and box.y <= y < box.bottom for x, y in points)
