"""The built-in page stands on every board, although no text library has measured it."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.look.eyes import Eyes
from display.look.scale import Scale
from display.page import Face, Line, plain
from display.pages import words
from display.pages.builtin import builtin_page
from display.pages.guessing import broken, guessed
from display.text.pango import PangoMeasure
from tests.display.samples import CONTACT, NOW
from tests.examples import share

MEASURE = PangoMeasure()
scales = st.builds(
    Scale,
    st.sampled_from(((128, 32), (256, 32), (512, 64), (192, 96), (1920, 1080))) | st.tuples(st.integers(128, 2000), st.integers(32, 2000)),
    st.builds(Eyes, st.floats(0.3, 16), st.floats(1, 40)),
)
names = st.sampled_from(("", "Xã Suối Trong", "Thôn Mường Hum Thượng, xã Suối Trong, tỉnh Thái Sơn"))


@share(1.5)
@given(
    scales,
    names,
    st.sampled_from(("", CONTACT)),
    st.sampled_from(("", words.MUTED)),
    st.sampled_from(((), ("Đã nhận gói nội dung.", "The bundle was received."))),
    st.sampled_from((None, NOW)),
    st.booleans(),
)
def test_its_lines_fit_and_none_lies_over_another_on_any_board(scale, name, contact, sign, said, local, starting):
    page = builtin_page(scale, local, words.WAITING, name, contact, sign, starting, said)
    lines = [element for element in page.elements if isinstance(element, Line)]
    assert lines, "never empty"
    for line in lines:
        assert line.face.size >= scale.smallest
        assert 0 <= line.box.y < line.box.bottom <= scale.size[1]
        assert 0 <= line.box.x < line.box.right <= scale.size[0]
        assert MEASURE.width(line.runs, line.face) <= line.box.width
    for one, other in itertools.combinations(lines, 2):
        assert one.box.bottom <= other.box.y or other.box.bottom <= one.box.y


@given(
    st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyấẫộựỹmwMWĐỆƯỜNGHXS0123456789 .,:·-", min_size=1, max_size=60), st.integers(16, 150), st.booleans()
)
def test_a_guess_is_never_too_narrow(text, size, bold):
    face = Face(size, (255, 255, 255), bold)
    assert guessed(text, face) >= MEASURE.width(plain(text), face)


def test_a_telephone_number_stays_on_one_line():
    assert any("0200\u00a0000\u00a0000" in line for line in broken(CONTACT, Face(45, (0, 0, 0)), 500))


@pytest.mark.parametrize("library", ["pangocffi", "cairocffi", "pydantic", "markdown_it", "PIL"])
def test_it_waits_for_no_library(library):
    code = f"import sys; from display.pages.builtin import builtin_page; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("size", [(128, 32), (256, 32), (64, 64), (128, 64), (256, 64), (192, 96), (96, 192)])
@pytest.mark.parametrize("why", [words.WAITING, words.STOPPED, words.STOPPED_ON_SITE])
def test_the_smallest_board_says_why_it_shows_nothing_before_it_says_anything_else(size, why):
    page = builtin_page(Scale(size, Eyes(10, 10)), NOW, why, "Xã Suối Trong", CONTACT)
    text = " ".join(page.text().split())
    assert any(reason in text for reason in (why[0], *why[3:])), text
