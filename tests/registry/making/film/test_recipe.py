"""The command of a recipe, for every film that a camera could have made: pure."""

import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.asset import MAX_FILM_PIXELS
from registry.making.film.faults import LEVEL, Seen, Trouble, faults
from registry.making.film.limits import FilmLimits
from registry.making.film.recipe import fitted, recipe

LIMITS = FilmLimits()
FINE = Seen("h264", "High", 40, "yuv420p", 1, 1280, 720, 0, 1.0, False, 25.0, 60.0, 5_000_000)
SEEN = st.builds(
    Seen,
    codec=st.sampled_from(["h264", "hevc", "vp9", "mpeg4"]),
    profile=st.sampled_from(["Baseline", "High", "High 10", "?"]),
    level=st.integers(-99, 62),
    pixels=st.sampled_from(["yuv420p", "yuv422p", "yuv420p10le"]),
    transfer=st.sampled_from([1, 2, 16, 18]),
    width=st.integers(1, 8192),
    height=st.integers(1, 8192),
    turned=st.sampled_from([0, 90, 180, 270, -90]),
    shape=st.floats(0.1, 10),
    interlaced=st.booleans(),
    rate=st.floats(0, 1000),
    duration=st.floats(0, 1e6),
    size=st.integers(0, 2**40),
)


@given(SEEN)
def test_the_size_it_asks_for_fits_every_board_and_is_never_larger_than_the_film(seen: Seen) -> None:
    width, height = fitted(seen)
    assert width % 2 == height % 2 == 0
    assert min(width, height) >= 16
    assert width * height <= MAX_FILM_PIXELS
    assert max(width, height) <= 1920


@given(SEEN, st.text(min_size=1).filter(lambda name: "/" not in name and "\0" not in name))
def test_every_fault_has_its_remedy_and_any_name_stays_one_word(seen: Seen, name: str) -> None:
    found = faults(seen, LIMITS)
    command = shlex.split(recipe(name, seen, found, LIMITS))
    assert command[command.index("-i") + 1] == f"./{name}"
    assert command[-1].startswith("./")
    filters = command[command.index("-vf") + 1]
    remedies = {
        Trouble.SIZE: "scale=" in filters,
        Trouble.RATE: "fps=" in filters,
        Trouble.INTERLACED: "yadif" in filters,
        Trouble.HDR: "tonemap" in filters,
        Trouble.LENGTH: "-t" in command,
    }
    assert all(remedies.get(fault.trouble, True) for fault in found)
    assert "-an" in command
    bits = int(command[command.index("-maxrate") + 1])
    assert bits * min(seen.duration or LIMITS.seconds, LIMITS.seconds) <= LIMITS.megabytes * 8e6


def test_a_film_as_boards_want_it_has_no_fault_and_each_limit_is_where_it_is_said_to_be() -> None:
    assert faults(FINE, LIMITS) == ()
    assert faults(replace(FINE, level=LEVEL, width=1920, height=1080, rate=30.0, duration=120.0, size=32_000_000), LIMITS) == ()
    assert faults(replace(FINE, width=1080, height=1920), LIMITS) == ()


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"level": LEVEL + 1}, Trouble.ENCODING),
        ({"width": 1922}, Trouble.SIZE),
        ({"width": 1920, "height": 1082}, Trouble.SIZE),
        ({"rate": 30.7}, Trouble.RATE),
        ({"duration": 120.1}, Trouble.LENGTH),
        ({"size": 32_000_001}, Trouble.WEIGHT),
        ({"turned": 180}, Trouble.TURNED),
    ],
)
def test_one_step_beyond_a_limit_is_told(change: dict[str, int | float], trouble: Trouble) -> None:
    (fault,) = faults(replace(FINE, **change), LIMITS)
    assert fault.trouble is trouble
