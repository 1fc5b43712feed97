"""Letters are as large as the distance asks, whatever the board."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.look.eyes import EYE, SMALLEST, Eyes
from display.look.scale import Scale

pitches, distances = st.floats(0.05, 60), st.floats(0.5, 200)


def test_a_55_inch_panel_at_5_metres_needs_45_pixels():
    assert Eyes().smallest == 45


@given(pitches, distances)
def test_a_capital_is_at_least_a_250th_of_the_distance(pitch, distance):
    eyes = Eyes(pitch, distance)
    assert eyes.cap_mm(eyes.smallest) >= distance * 1000 / EYE * 0.9999
    assert eyes.smallest >= SMALLEST


@given(st.integers(128, 3840), st.integers(32, 2160), pitches, distances, st.floats(0.1, 3))
def test_no_face_is_smaller_than_the_board_can_show_and_its_line_fits(width, height, pitch, distance, times):
    scale = Scale((width, height), Eyes(pitch, distance))
    for language in ("vi", "km"):
        face = scale.face(min(times, 1), (255, 255, 255), language=language)
        assert face.size == scale.smallest >= SMALLEST
        assert face.line <= height
    if scale.legible:
        assert scale.smallest >= Eyes(pitch, distance).smallest


@pytest.mark.parametrize(
    ("size", "pitch", "distance", "legible"),
    [((256, 64), 10, 10, True), ((960, 540), 2.5, 8, True), ((256, 32), 0.63, 5, False)],
)
def test_a_board_too_low_for_its_distance_says_so(size, pitch, distance, legible):
    assert Scale(size, Eyes(pitch, distance)).legible is legible
