"""A font file that a card has cut short or emptied is told from a whole one, wherever it ends."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.text.font_file import whole

FONT = Path(subprocess.run(["fc-match", "-f", "%{file}", "Noto Sans Tai Viet"], capture_output=True, text=True, check=True).stdout)
DATA = FONT.read_bytes()


def test_a_font_as_it_was_installed_is_whole():
    assert whole(str(FONT))


@given(left=st.integers(0, len(DATA) - 4))
def test_a_font_without_its_end_is_not_whole(tmp_path_factory, left):
    path = tmp_path_factory.getbasetemp() / "cut.ttf"
    path.write_bytes(DATA[:left])
    assert not whole(str(path))


@pytest.mark.parametrize("size", [0, 1000, len(DATA)])
def test_a_font_of_nothing_but_zeros_or_of_nothing_is_not_whole(tmp_path, size):
    path = tmp_path / "zeros.ttf"
    path.write_bytes(bytes(size))
    assert not whole(str(path))


def test_a_font_that_is_not_there_is_not_whole(tmp_path):
    assert not whole(str(tmp_path / "none.ttf"))
