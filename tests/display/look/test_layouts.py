"""Every board has a layout: the one that is asked for, one of the bundle, or a built-in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.layout import Layout, Span
from display.look.eyes import Eyes
from display.look.layouts import BUILT_IN, LINE, chosen, shape_of
from display.look.scale import Scale


@pytest.mark.parametrize(
    ("size", "pitch", "name"),
    [
        ((1920, 1080), 0.63, "landscape"),
        ((3840, 2160), 0.31, "landscape"),
        ((1080, 1920), 0.63, "portrait"),
        ((960, 540), 2.5, "landscape"),
        ((960, 540), 0.63, "wall"),
        ((512, 256), 5, "wall"),
        ((192, 96), 10, "low-wall"),
        ((256, 64), 10, "strip"),
        ((512, 64), 10, "strip"),
        ((256, 32), 10, "line"),
        ((128, 32), 10, "line"),
    ],
)
def test_a_board_of_this_shape_goes_by_that_built_in_layout(size, pitch, name):
    assert chosen(None, (), Scale(size, Eyes(pitch, 5))).name == name


@given(st.integers(64, 8192), st.integers(32, 8192), st.floats(0.05, 60), st.floats(0.5, 200))
def test_every_board_has_exactly_one_built_in_layout(width, height, pitch, distance):
    scale = Scale((width, height), Eyes(pitch, distance))
    assert [layout for layout in BUILT_IN if layout.fits(shape_of(scale))] == [chosen(None, (), scale)]


def test_the_name_in_the_unit_wins_then_the_bundle_then_what_is_built_in():
    scale = Scale((1920, 1080))
    ours, other = Layout(name="cua-xa", aspect=Span(least=1.5)), Layout(name="khac", aspect=Span(most=1.0))
    assert chosen("khac", (ours, other), scale) is other
    assert chosen(None, (other, ours), scale) is ours
    assert chosen("line", (ours,), scale) is LINE
    assert chosen("khong-co", (ours,), scale) is ours
