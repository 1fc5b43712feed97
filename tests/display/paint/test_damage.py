"""Damage: presenting a page only where it differs from the one before gives exactly the picture of presenting it whole."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.media.pictures import Pictures
from display.page import Align, Code, Face, Fill, Hatch, Line, Page, Rect, Run, Watermark
from display.pages.lay_out import lay_out
from display.paint.canvas import Canvas
from display.paint.damage import common, damage, extent, merged, without
from display.paint.painter import Painter
from display.text.pango import PangoMeasure
from tests.display.samples import gallery, panel
from tests.examples import share

SIZE = (320, 200)
PAINTER, MEASURE = Painter(Pictures(lambda _: None)), PangoMeasure()

boxes = st.builds(Rect, st.integers(-20, 300), st.integers(-20, 190), st.integers(1, 200), st.integers(1, 120))
colours = st.sampled_from([(8, 30, 56), (255, 217, 102), (255, 255, 255), (166, 8, 24)])
faces = st.builds(Face, st.sampled_from([16, 21, 40]), colours, st.booleans())
runs = st.builds(Run, st.sampled_from(["Ấm Ỹ", "đường", "ខ្ញុំ ស្ត្រី", "fj 💧", "⚠ KHẨN"]), st.booleans(), st.booleans())
elements = st.one_of(
    st.builds(Fill, boxes, colours, st.sampled_from([0, 0, 9, 33])),
    st.builds(Line, boxes, st.tuples(runs), faces, st.sampled_from(Align)),
    st.builds(Code, boxes, st.just("https://vd.vn/1")),
    st.builds(Hatch, boxes, colours, colours),
    st.builds(Watermark, boxes, st.just("DIỄN TẬP"), colours, st.just(0.25)),
)
pools = st.lists(elements, min_size=1, max_size=9)


@st.composite
def pairs(draw):
    """Two pages that have some elements in common, not always in the same order."""
    pool = draw(pools)
    sides = [tuple(draw(st.permutations([e for e in pool if draw(st.integers(0, 3))])) if draw(st.booleans()) else pool) for _ in range(2)]
    grounds = [draw(st.sampled_from([(8, 30, 56)] * 5 + [(255, 255, 255)])) for _ in range(2)]
    return tuple(Page("x", SIZE, ground, side, 6.0) for ground, side in zip(grounds, sides, strict=True))


@share(0.5)
@given(pairs())
def test_presenting_only_the_damage_gives_the_picture_of_presenting_all(pair):
    assert turned(*pair) == shown(pair[1])


def shown(page):
    return PAINTER.page(page).surface.get_buffer().raw


def turned(before, after):
    """What is on the board that showed *before* once the damage of *after* is presented."""
    canvas, new = PAINTER.page(before), PAINTER.page(after)
    for rect in damage(before, after):
        canvas.surface.blit(new.surface, rect[:2], rect)
    return canvas.surface.get_buffer().raw


@share(0.5)
@given(elements)
def test_no_element_leaves_ink_outside_its_extent(element):
    canvas = Canvas(SIZE)
    PAINTER.elements(canvas, (element,))
    inside = common(extent(element), canvas.whole)
    if inside is not None:
        PAINTER.elements(canvas, (Fill(inside, (0, 0, 0)),))
    assert not any(canvas.memory[n::4].strip(b"\0") for n in range(3)), "the fourth byte is no colour"


@given(st.lists(boxes, max_size=12))
def test_merged_rectangles_cover_all_and_do_not_overlap(rects):
    found = merged(rects)
    assert len(found) <= len(rects)
    for rect in rects:
        assert any(common(each, rect) == rect for each in found)
    assert not any(common(one, other) for one in found for other in found if one is not other)


@given(st.lists(boxes, max_size=5), boxes)
def test_without_a_hole_everything_else_is_left(rects, hole):
    def pixels(found):
        return {(x, y) for r in found for x in range(r.x // 9, r.right // 9) for y in range(r.y // 9, r.bottom // 9)}

    coarse = [Rect(*(9 * part for part in rect)) for rect in rects]
    coarse_hole = Rect(*(9 * part for part in hole))
    assert pixels(without(coarse, coarse_hole)) == pixels(coarse) - pixels([coarse_hole])


@pytest.mark.parametrize("name", gallery())
def test_real_pages_turn_exactly_and_their_frame_is_not_presented_again(name):
    pages = lay_out(gallery()[name], panel((960, 540)), MEASURE)
    for before, after in pairwise(pages):
        assert turned(before, after) == shown(after)
        if after.ticker and after.clock:
            assert sum(rect.width * rect.height for rect in damage(before, after)) < 0.75 * 960 * 540


def test_equal_pages_have_no_damage_and_another_ground_is_all_damage():
    page = lay_out(gallery()["short"], panel(SIZE), MEASURE)[0]
    assert damage(page, page) == ()
    assert damage(page, replace(page, background=(1, 2, 3))) == (Rect(0, 0, *SIZE),)
