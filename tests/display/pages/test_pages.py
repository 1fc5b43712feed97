"""Every page: no word lost, nothing outside the board, letters that stand out, and a plain sign that there is more."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.alert import RiskLevel, Status
from display.look.colours import contrast
from display.look.scale import leading
from display.look.theme import NIGHT
from display.page import Face, Fill, Line, Watermark, plain, text_of
from display.pages import reading
from display.pages.lay_out import lay_out
from display.text import document
from display.text.pagination import Row, height, paginate
from display.text.pango import PangoMeasure, ink
from display.text.rows import balanced, body_rows
from tests.display.samples import LONG, alert, board, gallery, notice, panel
from tests.examples import share

MEASURE = PangoMeasure()
SIZES = ((1920, 1080), (1080, 1920), (960, 540))
GALLERY = gallery()

words = st.text("aăâđêôơưẤẪỘỰỹ,.", min_size=1, max_size=12)
paragraph = st.lists(words, min_size=1, max_size=60).map(" ".join)
item = paragraph.map(lambda text: f"- {text}")
body = st.lists(paragraph | item, min_size=1, max_size=8).map("\n\n".join)


def told(pages):
    return [word for page in pages for row in page for element in row.elements for word in text_of(element.runs).split() if word != "•"]


@share(0.4)
@given(body, st.sampled_from((400, 900, 1800)), st.integers(80, 900), st.sampled_from((44, 60, 76)))
def test_pagination_loses_and_repeats_no_word_and_every_page_fits(text, width, room, size):
    face = Face(size, (255, 255, 255))
    rows = body_rows(document.parse(text), face, width, MEASURE, NIGHT)
    pages = paginate(rows, room)
    whole = re.sub(r"^- ", "", text, flags=re.MULTILINE)
    # A word wider than the line is broken, so letters are compared and not words.
    assert "".join(told(pages)) == "".join(whole.split())
    assert [row for page in pages for row in page] == rows
    assert all(height(page) <= room or len(page) == 1 for page in pages)


@given(st.lists(st.tuples(st.integers(1, 90), st.booleans()), max_size=40), st.integers(90, 400))
def test_rows_come_out_as_they_went_in(heights, room):
    rows = [Row(high, gap=3, glue=glue) for high, glue in heights]
    pages = paginate(rows, room)
    assert [row for page in pages for row in page] == rows
    assert all(height(page) <= room for page in pages)


@share(0.4)
@given(paragraph, st.integers(500, 1800))
def test_a_balanced_title_needs_no_more_lines(title, width):
    face = Face(80, (255, 255, 255), bold=True)
    narrow = balanced(plain(title), face, width, MEASURE)
    assert narrow <= width
    assert len(MEASURE.break_lines(plain(title), face, narrow)) == len(MEASURE.break_lines(plain(title), face, width))


@pytest.mark.parametrize(("name", "size"), list(itertools.product(GALLERY, SIZES)))
def test_everything_stands_on_the_board_in_letters_large_enough(name, size):
    for page in lay_out(GALLERY[name], panel(size), MEASURE):
        for element in page.elements:
            if isinstance(element, Line):
                box = element.box
                assert box.x >= 0, element
                assert box.y >= 0, element
                assert box.right <= size[0], element
                assert box.bottom <= size[1], element
                assert element.face.size >= 16


@pytest.mark.parametrize("name", GALLERY)
def test_letters_stand_out_from_what_lies_under_them_by_7_to_1(name):
    for page in lay_out(GALLERY[name], panel(SIZES[0]), MEASURE):
        below: list[Fill] = []
        for element in page.elements:
            if isinstance(element, Fill):
                below.append(element)
            if isinstance(element, Line):
                x, y = element.box.x + 4, element.box.y + element.box.height // 2
                under = [fill for fill in below if fill.box.x <= x < fill.box.right and fill.box.y <= y < fill.box.bottom]
                ground = under[-1].colour if under else page.background
                assert contrast(element.face.colour, ground) >= 7, (text_of(element.runs), element.face.colour, ground)


def test_page_one_of_a_long_notice_says_that_there_is_more_and_the_last_that_it_ends():
    pages = lay_out(board(notice("dai", "Thông báo dài", LONG)), panel(SIZES[0]), MEASURE)
    assert len(pages) > 2
    for n, page in enumerate(pages, 1):
        assert f"{n}/{len(pages)}" in page.text()
        assert ("còn tiếp" in page.text()) == (n < len(pages))
        assert page.what == f"notice-dai-p{n}of{len(pages)}"


def test_a_page_stays_as_long_as_it_takes_to_read():
    for page in lay_out(board(notice("dai", "Thông báo dài", LONG)), panel(SIZES[0]), MEASURE):
        assert page.dwell >= 6
    assert reading.dwell(900, "vi") == 60
    assert reading.dwell(600, "vi", reading.Reader.ELDERS) == 60
    assert reading.dwell(900, "km") > 60
    assert reading.dwell(3, "vi") == reading.SHORTEST


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
@pytest.mark.parametrize("level", RiskLevel)
def test_a_drill_says_so_across_every_page(level, status):
    word = "DIỄN TẬP" if status is Status.EXERCISE else "THỬ NGHIỆM"
    for page in lay_out(board(alert(level, status)), panel(SIZES[0]), MEASURE):
        assert page.text().count(word) >= 3
        assert any(isinstance(element, Watermark) and element.text == word for element in page.elements)


@pytest.mark.parametrize("size", SIZES)
def test_an_emergency_tells_what_where_until_when_and_who_on_every_page_and_nothing_overlaps_its_end(size):
    for page in lay_out(board(alert(RiskLevel.RED)), panel(size), MEASURE):
        text = page.text()
        assert re.search(r"\d\d:\d\d, \d\d/\d\d/\d{4}", text)
        assert "UBND xã Suối Trong" in text
        panels = [fill for fill in page.elements if isinstance(fill, Fill) and fill.radius and fill.box.height > 150]
        inside = [line for line in page.elements if isinstance(line, Line) for panel in panels if _begins_in(line, panel)]
        assert all(line.box.bottom <= panel.box.bottom for panel in panels for line in inside if _begins_in(line, panel))


def _begins_in(line, panel):
    return panel.box.x <= line.box.x < panel.box.right and panel.box.y <= line.box.y < panel.box.bottom


@pytest.mark.parametrize(("text", "language"), [("ẤẪỘỰ Ỹ Ặ gyq", "vi"), ("ព្រឹត្តិ ស្ត្រី ខ្ញុំ ឆ្លើយ", "km")])
@pytest.mark.parametrize("size", [16, 44, 92])
def test_tone_marks_and_khmer_signs_stay_inside_their_line(text, language, size):
    face = Face(size, (255, 255, 255), bold=True, leading=leading(language))
    from display.page import Rect

    top, bottom = ink(Line(Rect(0, 0, 2000, face.line), plain(text), face))
    assert top >= -1
    assert bottom <= face.line + 1


def test_digits_are_letters_and_not_emoji():
    face = Face(60, (255, 255, 255))
    assert MEASURE.width(plain("2026"), face) < 3 * 60


def test_languages_of_one_notice_have_names_of_their_own():
    names = {lay_out(board(notice("hop", "Họp", "Lời", language)), panel(SIZES[0]), MEASURE)[0].what for language in ("vi", "km")}
    assert names == {"notice-hop-p1of1", "notice-hop-km-p1of1"}


def test_breaks_that_nobody_sees_take_no_time_to_read():
    words = ["អញ្ជើញ", "បងប្អូន", "ទាំងអស់", "ចូលរួម", "ប្រជុំ", "ភូមិ"] * 12
    bare, broken = (
        lay_out(board(notice("km", f"ប្រជុំ{sign}ភូមិ", sign.join(words), "km")), panel(SIZES[0]), MEASURE) for sign in ("", "\u200b")
    )
    assert sum(page.dwell for page in broken) == pytest.approx(sum(page.dwell for page in bare))
