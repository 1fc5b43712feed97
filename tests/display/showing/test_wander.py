"""Against burn-in the picture wanders: slowly, never far, everywhere alike, and never where nobody asked for it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from device.screen import Screen
from display.showing.wander import Wander, wander_px


def path(far, steps):
    """Where the picture stands in *steps* spells of three minutes."""
    wander, at = Wander(far, 180.0), (0, 0)
    places = []
    for n in range(steps):
        for second in (0, 60, 179):
            at = wander.step(n * 180.0 + second) or at
            assert second == 0 or wander.step(n * 180.0 + second) is None, "it moved before its time"
        places.append(at)
    return places


@given(st.integers(1, 8))
def test_it_goes_one_pixel_at_a_time_through_every_place_and_comes_home(far):
    side = 2 * far + 1
    places = path(far, 2 * side * side)
    assert places[0] == (0, 0)
    assert set(places) == {(x, y) for x in range(-far, far + 1) for y in range(-far, far + 1)}
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in pairwise(places))
    assert places[2 * side * side - 2] == (0, 0)


def test_a_picture_that_is_not_to_wander_stays():
    assert set(path(0, 50)) == {(0, 0)}


def test_a_wall_of_leds_stays_unless_its_settings_say_otherwise():
    assert wander_px(Screen()) == 2
    assert wander_px(Screen(pitch_mm=4.0)) == 0
    assert wander_px(Screen(pitch_mm=4.0, wander_px=1)) == 1
    assert wander_px(Screen(wander_px=0)) == 0
