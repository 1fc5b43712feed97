"""Pages turn between paragraphs and sentences: no word lost or doubled, no page too high, none more than there need be."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.look.theme import NIGHT
from display.page import Face, Line, read_of
from display.text import document
from display.text.pagination import Ending, Row, height, paginate
from display.text.pango import PangoMeasure
from display.text.rows import body_rows
from display.text.sentences import sentence_ends
from tests.examples import share

MEASURE = PangoMeasure()
FACE = Face(50, (255, 255, 255))

word = st.text("abcdeghiklmnopqrstuvxyăâđêôơưẤẫỘựỹ", min_size=1, max_size=9)
sentence = st.tuples(st.lists(word, min_size=1, max_size=25), st.sampled_from([".", "!", "?", "…", ";"])).map(
    lambda parts: " ".join(parts[0]).capitalize() + parts[1]
)
paragraph = st.lists(sentence, min_size=1, max_size=8).map(" ".join)
body = st.lists(paragraph | paragraph.map(lambda text: f"- {text}"), min_size=1, max_size=6)


def said(pages: tuple[tuple[Row, ...], ...]) -> list[str]:
    """What each page says, without the markers of lists."""
    lines = ([read_of(e.runs) for row in page for e in row.elements if isinstance(e, Line)] for page in pages)
    return ["".join(line for line in page if line != "•") for page in lines]


def rows_of(text: str, width: int = 1200) -> list[Row]:
    return body_rows(document.parse(text), FACE, width, MEASURE, NIGHT)


@share(0.6)
@given(body, st.sampled_from((500, 1200)), st.integers(2, 14))
def test_any_text_is_told_once_in_order_on_pages_that_fit_and_are_as_few_as_lines_alone_would_need(parts, width, lines):
    rows, room = rows_of("\n\n".join(parts), width), lines * FACE.line
    pages = paginate(rows, room)
    letters = "".join("".join(parts).replace("- ", "").split())
    assert "".join("".join(said(pages)).split()) == letters
    assert all(height(page) <= room for page in pages)
    assert len(pages) == len(paginate([replace(row, ending=Ending.LINE, turn=None) for row in rows], room))


SENTENCES = [
    "Các hộ chăn nuôi che chắn chuồng trại, giữ nền chuồng khô ráo, dự trữ đủ rơm khô và thức ăn tinh cho trâu, bò.",
    "Khi nhiệt độ xuống dưới 12 độ C, không chăn thả hoặc cho gia súc cày kéo; cho uống nước ấm pha muối.",
    "Trưởng thôn kiểm tra từng hộ, báo cáo tình hình về Ủy ban nhân dân xã trước 16 giờ hằng ngày!",
]


# The heights in between leave so little to spare that turning after sentences would take one more page.
@pytest.mark.parametrize("lines", [7, 9, 11, 12])
def test_a_long_paragraph_turns_its_pages_after_a_sentence(lines):
    pages = said(paginate(rows_of(" ".join(SENTENCES * 6)), lines * FACE.line))
    assert len(pages) > 1
    for page in pages:
        assert page.startswith(tuple(SENTENCES))
        assert page.endswith(tuple(SENTENCES))


@pytest.mark.parametrize("lines", range(11, 16))
def test_a_page_ends_with_a_paragraph_where_one_ends_near_its_foot(lines):
    paragraphs = [SENTENCES[0] + " " + SENTENCES[1]] * 6
    for page in paginate(rows_of("\n\n".join(paragraphs)), lines * FACE.line):
        assert page[-1].ending is Ending.PARAGRAPH


def test_a_page_is_not_left_half_empty_for_the_sake_of_a_paragraph():
    rows = rows_of("\n\n".join([SENTENCES[0], " ".join(SENTENCES * 4)]))
    first, *_ = paginate(rows, 9 * FACE.line)
    assert height(first) > 0.55 * 9 * FACE.line


def test_the_last_page_is_not_left_with_one_line():
    for lines in range(6, 14):
        *_, last = paginate(rows_of(" ".join(SENTENCES * 4)), lines * FACE.line)
        assert len(last) > 1


def test_no_page_ends_with_a_heading_or_begins_with_the_last_line_of_a_paragraph():
    text = "\n\n".join(f"## Mục {n}\n\n{' '.join(SENTENCES)}" for n in range(1, 7))
    for lines in range(6, 14):
        for page in paginate(rows_of(text), lines * FACE.line):
            assert not page[-1].glue
            assert not said(((page[0],),))[0].startswith("ngày!")


def test_no_page_begins_with_a_last_short_sentence_alone():
    text = "\n\n".join([" ".join([*SENTENCES, "Xin cảm ơn."])] * 5)
    for lines, width in itertools.product(range(4, 10), range(900, 1300, 25)):
        for first, *_ in paginate(rows_of(text, width), lines * FACE.line):
            assert said(((first,),)) != ["Xin cảm ơn."]


def test_a_line_that_announces_a_list_stays_with_it():
    text = "\n\n".join(f"{SENTENCES[0]}\n\nMang theo:\n\n- căn cước\n- sổ hộ" for _ in range(8))
    for lines in range(5, 14):
        for page in said(paginate(rows_of(text), lines * FACE.line)):
            assert not page.endswith(":")


def test_many_pages_of_monotonous_rows_are_filled():
    rows = [Row(10, gap=2) for _ in range(400)]
    pages = paginate(rows, 100)
    assert {len(page) for page in pages[:-1]} == {8}
    assert [row for page in pages for row in page] == rows


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mời bà con! Có 3.500 người… Năm 2026. Các hộ nộp.", ["Mời bà con!", " Có 3.500 người…", " Năm 2026.", " Các hộ nộp."]),
        ("1. Ủy ban TP. Hồ Chí Minh, ĐT. 0200, v.v. Hết.", ["1. Ủy ban TP. Hồ Chí Minh, ĐT. 0200, v.v. Hết."]),
        ("Họp lúc 7 giờ. Mang sổ.", ["Họp lúc 7 giờ.", " Mang sổ."]),
        ("សូម។ ទៅ៕\u200bក", ["សូម។", " ទៅ៕", "\u200bក"]),
        ("Ai đến? (Trưởng thôn.) Đủ.", ["Ai đến?", " (Trưởng thôn.)", " Đủ."]),
    ],
)
def test_sentences_end_at_their_marks_and_not_at_the_dots_of_figures_and_abbreviations(text, sentences):
    edges = [0, *sentence_ends(text), len(text)]
    assert [text[first:last] for first, last in itertools.pairwise(edges)] == sentences
