"""A canvas in a video mode: what an LED card takes over is the board, whatever was written in unit.toml."""

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.first import open_screen, show_builtin
from display.page import Rect
from display.paint.canvas import Canvas
from display.showing.headless import HeadlessScreen
from display.showing.place import NARROWEST, Place, place
from display.showing.screen import Patch

MODE = (1280, 720)
SIDES = st.integers(32, 8192)
CORNERS = st.integers(0, 8192)
GREY, RED, BLACK = (90, 90, 90), (200, 0, 0), (0, 0, 0)


@pytest.mark.parametrize(
    "canvas", [Rect(0, 0, 192, 96), Rect(40, 20, 256, 64), Rect(0, 0, 512, 256), Rect(160, 90, 960, 540), Rect(0, 0, *MODE)]
)
def test_a_canvas_inside_the_mode_is_taken_as_it_is(canvas):
    assert place(canvas, MODE) == Place(canvas)


@given(CORNERS, CORNERS, SIDES, SIDES, st.tuples(st.integers(64, 4096), st.integers(64, 4096)))
def test_whatever_is_wanted_some_of_the_mode_is_a_board_and_whoever_wrote_it_is_told(x, y, width, height, mode):
    found = place(Rect(x, y, width, height), mode)
    assert 0 <= found.box.x < found.box.right <= mode[0]
    assert 0 <= found.box.y < found.box.bottom <= mode[1]
    assert min(found.box.width, found.box.height) >= NARROWEST
    assert bool(found.complaint) is (found.box != Rect(x, y, width, height))


def test_of_a_canvas_that_reaches_outside_what_can_be_shown_is_shown():
    found = place(Rect(1200, 0, 192, 96), MODE)
    assert found.box == Rect(1200, 0, 80, 96)
    assert "nằm ngoài" in found.complaint
    assert "[1200, 0, 192, 96]" in found.complaint


def test_a_canvas_wholly_outside_leaves_the_whole_mode_to_the_board():
    assert place(Rect(2000, 0, 192, 96), MODE).box == Rect(0, 0, *MODE)


def painted(size, colour):
    canvas = Canvas(size)
    canvas.surface.fill(colour)
    return canvas


def colours(surface):
    """Where each colour stands, as the rectangle around it."""
    found = {}
    for y in range(surface.get_height()):
        for x in range(surface.get_width()):
            found.setdefault(tuple(surface.get_at((x, y)))[:3], []).append((x, y))
    return {
        colour: Rect(
            min(x for x, _ in at),
            min(y for _, y in at),
            1 + max(x for x, _ in at) - min(x for x, _ in at),
            1 + max(y for _, y in at) - min(y for _, y in at),
        )
        for colour, at in found.items()
    }


def test_all_that_is_presented_stands_in_the_canvas_and_the_rest_is_black():
    screen = HeadlessScreen((120, 80), Rect(30, 20, 60, 40))
    assert screen.size == (60, 40)
    grey, red = painted((60, 40), GREY), painted((30, 10), RED)
    screen.present([Patch(grey, grey.whole, (0, 0)), Patch(red, red.whole, (45, 35))])
    assert colours(screen.surface) == {BLACK: Rect(0, 0, 120, 80), GREY: Rect(30, 20, 60, 40), RED: Rect(75, 55, 15, 5)}
    assert screen.seen().get_size() == (60, 40)


@pytest.mark.parametrize("by", [(2, 1), (-3, 0), (0, 0), (-1, -2), (0, 8)])
def test_a_shifted_picture_never_leaves_its_canvas_and_what_comes_free_shows_its_edge(by):
    screen = HeadlessScreen((120, 80), Rect(30, 20, 60, 40))
    grey, red = painted((60, 40), GREY), painted((10, 6), RED)
    for shift in ((1, 1), by):
        screen.shift(shift)
        screen.present([Patch(grey, grey.whole, (0, 0)), Patch(red, red.whole, (20, 15))])
    found = colours(screen.surface)
    assert found == {BLACK: Rect(0, 0, 120, 80), GREY: Rect(30, 20, 60, 40), RED: Rect(50 + by[0], 35 + by[1], 10, 6)}
    # A line along the whole edge still reaches both sides.
    screen.present([Patch(painted((60, 2), RED), Rect(0, 0, 60, 2), (0, 20))])
    assert {tuple(screen.surface.get_at((x, 40 + by[1])))[:3] for x in range(30, 90)} == {RED}


def test_the_built_in_page_is_laid_out_for_the_canvas(tmp_path):
    path = tmp_path / "unit.toml"
    path.write_text('[screen]\ndriver = "headless"\nwidth = 1280\nheight = 720\ncanvas = [0, 0, 512, 256]\n')
    screen = open_screen(path)
    show_builtin(screen, path, tmp_path / "kept")
    assert screen.size == (512, 256)
    outside = screen.surface.copy()
    outside.fill(BLACK, (0, 0, 512, 256))
    assert pygame.transform.average_color(outside)[:3] == BLACK
    assert pygame.transform.average_color(screen.seen())[:3] != BLACK
