"""An excerpt of a log fits into a journal line whatever the log says, and what is kept of it are its newest lines."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from evidence.excerpt import MOST_TEXT, packed, unpacked
from evidence.packing import deflated
from evidence.records import MOST_EXCERPT

LINES = st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=80), max_size=60)


@given(LINES)
def test_a_short_log_comes_back_whole(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert unpacked(packed(text), "log") == text


@pytest.mark.parametrize("width", [80, 3000, 60_000])
def test_of_a_long_one_the_newest_lines_are_kept_whole(width: int) -> None:
    draw = random.Random(width)
    many = 1 + 40_000 // width
    newer = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789áạảã", k=width)) for _ in range(many)]
    lines = ["0" * width] * many + newer + ["cuối"]
    raw = packed("\n".join(lines))
    assert len(raw) <= MOST_EXCERPT
    kept = unpacked(raw, "log").splitlines()
    assert kept == lines[-len(kept) :]


def test_of_one_line_that_is_too_long_its_end_is_kept() -> None:
    draw = random.Random(1)
    line = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=50_000))
    raw = packed(line)
    assert 0 < len(raw) <= MOST_EXCERPT
    assert line.endswith(unpacked(raw, "log"))
    assert len(unpacked(raw, "log")) > 1000


def test_a_bomb_is_no_excerpt() -> None:
    with pytest.raises(Refused):
        unpacked(deflated(b"0" * (MOST_TEXT + 1)), "log")
