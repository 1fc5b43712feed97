"""Long notices in wide columns are justified, where no hole opens between words; everything else stays ragged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.look.theme import NIGHT
from display.media.pictures import Pictures
from display.page import Face, Fill, Line, Rect, text_of
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.text import document
from display.text.lines import LOOSEST
from display.text.pango import PangoMeasure
from display.text.rows import body_rows
from tests.display.samples import LONG
from tests.examples import share

MEASURE = PangoMeasure()
PARAGRAPH = LONG.split("\n\n")[1]
WIDTH = 1800


def lines_of(text: str, size: int) -> list[Line]:
    rows = body_rows(document.parse(text), Face(size, (255, 255, 255)), WIDTH, MEASURE, NIGHT)
    return [element for row in rows for element in row.elements if isinstance(element, Line)]


def test_a_long_notice_in_a_wide_column_is_justified_except_its_last_line():
    *lines, last = lines_of(PARAGRAPH, 44)
    assert len(lines) > 3
    assert all(line.stretched for line in lines)
    assert not last.stretched


@pytest.mark.parametrize("size", [50, 66, 76])
def test_in_larger_letters_it_stays_ragged(size):
    assert not any(line.stretched for line in lines_of(PARAGRAPH, size))


def test_one_paragraph_that_would_get_holes_leaves_the_whole_text_ragged():
    torn = "Mời bà con " + "h" * 90 + " cùng đến dự."
    assert not any(line.stretched for line in lines_of(f"{PARAGRAPH}\n\n{torn}", 40))
    assert any(line.stretched for line in lines_of(f"{PARAGRAPH}\n\nMời bà con đến dự.", 40))


def test_a_text_of_two_or_three_lines_stays_ragged():
    short = PARAGRAPH[: PARAGRAPH.index(".", 150) + 1]
    lines = lines_of(short, 44)
    assert 2 <= len(lines) <= 3
    assert not any(line.stretched for line in lines)


def test_lists_and_khmer_stay_ragged():
    khmer = "\u200b".join(["អញ្ជើញ", "បងប្អូន", "ទាំងអស់", "ចូលរួម", "ប្រជុំ", "ភូមិ"] * 20)
    assert not any(line.stretched for line in lines_of(f"- {PARAGRAPH}", 40))
    assert not any(line.stretched for line in lines_of(khmer, 40))


@share(0.3)
@given(st.lists(st.text("abcdeghiklmnopqrstuvxyăâđêôơư", min_size=1, max_size=7), min_size=20, max_size=90), st.sampled_from((24, 36, 44)))
def test_no_space_ever_grows_by_more_than_half(words, size):
    face = Face(size, (255, 255, 255))
    for line in lines_of(" ".join(words), size):
        if line.stretched:
            text = text_of(line.runs).rstrip()
            grown = (WIDTH - MEASURE.width(document.parse(text)[0].runs, face)) / max(1, text.count(" "))
            assert grown <= LOOSEST * face.size * 0.3


def test_a_stretched_line_fills_its_box_and_its_words_stay_in_order():
    painter = Painter(Pictures(lambda _: None))
    line = next(line for line in lines_of(PARAGRAPH, 44) if line.stretched and MEASURE.width(line.runs, line.face) < WIDTH - 20)
    canvas = Canvas((WIDTH, line.box.height))
    painter.elements(canvas, (Fill(Rect(0, 0, *canvas.size), (0, 0, 0)), line))
    columns = [x for x in range(WIDTH) if any(canvas.memory[(y * WIDTH + x) * 4] > 80 for y in range(canvas.size[1]))]
    assert columns[0] <= 6
    assert columns[-1] >= WIDTH - 6
