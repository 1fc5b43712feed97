"""Tables: figures stand digit below digit, the head is said again on every page, no row is torn, and what is too narrow is told."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.look.theme import NIGHT
from display.page import Align, Face, Line, read_of
from display.text import document
from display.text.pagination import Row, height, paginate
from display.text.pango import PangoMeasure
from display.text.rows import body_rows
from tests.examples import share

MEASURE = PangoMeasure()
FACE = Face(40, (255, 255, 255))


def table(rows: list[list[str]], rule: str = "---") -> str:
    head, *rest = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + f"{rule}|" * len(rows[0]), *rest])


def rows_of(text: str, width: int = 1200) -> list[Row]:
    return body_rows(document.parse(text), FACE, width, MEASURE, NIGHT)


def said(row: Row) -> list[str]:
    return [read_of(e.runs).strip() for e in row.elements if isinstance(e, Line)]


HOUSEHOLDS = [["Hộ", "Số tiền"], *([f"Hộ thứ {n}", f"{n}00.000 đồng"] for n in range(1, 31))]


def test_a_table_that_breaks_says_its_head_again_on_every_page_and_tears_no_row():
    rows = rows_of(table(HOUSEHOLDS))
    room = 8 * FACE.line
    pages = paginate(rows, room)
    assert len(pages) > 3
    for page in pages:
        assert said(page[0]) == ["Hộ", "Số tiền"]
        assert len(page) > 1
        assert height(page) <= room
    assert [said(row) for page in pages for row in page[1:]] == HOUSEHOLDS[1:]


def test_what_follows_a_table_does_not_get_its_head():
    pages = paginate(rows_of(table(HOUSEHOLDS[:4]) + "\n\n" + "Mời bà con đến nhận. " * 60), 5 * FACE.line)
    assert len(pages) > 2
    for page in pages:
        told = [said(row) for row in page]
        assert all(after in HOUSEHOLDS[1:] for row, after in itertools.pairwise(told) if row == HOUSEHOLDS[0])
        assert told[-1] != HOUSEHOLDS[0]


@share(0.5)
@given(st.integers(1, 25), st.integers(1, 12), st.integers(0, 3), st.booleans())
def test_every_row_of_any_table_is_shown_once_whatever_the_room(count, lines, before, tall):
    text = "\n\n".join(["Lời trước."] * before + [table([["A", "B"], *([f"r{n}", "x" * 90 if tall else "y"] for n in range(count))])])
    room = lines * FACE.line
    rows = rows_of(text, 700)
    pages = paginate(rows, room)
    cells = [cell.removeprefix("A: ") for page in pages for row in page for cell in said(row) if re.fullmatch(r"(A: )?r\d+", cell)]
    assert cells == [f"r{n}" for n in range(count)]
    assert all(height(page) <= room or len(page) == 1 for page in pages)


@pytest.mark.parametrize(
    ("cells", "align"),
    [
        (["1", "25", "300"], Align.RIGHT),
        (["1.500.000 đồng", "200.000 đồng"], Align.RIGHT),
        (["12,5 %", "7 %"], Align.RIGHT),
        (["1 500 000", "20 000"], Align.RIGHT),
        (["7 giờ 30", "13 giờ"], Align.LEFT),
        (["23/11", "24/11"], Align.LEFT),
        (["0912 345 678", "0200 000 000"], Align.LEFT),
        (["5", "không"], Align.LEFT),
        (["", ""], Align.LEFT),
    ],
)
def test_a_column_of_amounts_stands_right_and_every_other_left(cells, align):
    for row in rows_of(table([["Tên", "Cột"], *(["Thôn", cell] for cell in cells)])):
        lines = [element for element in row.elements if isinstance(element, Line)]
        assert lines[0].align is Align.LEFT
        assert all(line.align is align for line in lines[1:])


@pytest.mark.parametrize(("rule", "align"), [(":-:", Align.CENTRE), ("--:", Align.RIGHT), (":--", Align.LEFT)])
def test_a_writer_may_say_how_a_column_stands(rule, align):
    for row in rows_of(table([["Tên"], ["12"]], rule)):
        assert [element.align for element in row.elements if isinstance(element, Line)] == [align]


def test_a_table_without_room_for_its_columns_is_told_row_by_row():
    (first, *_) = rows_of(table([["Ngày", "Thôn", "Giờ"], ["23/11", "Bản Lầu", "7 giờ"]]), 300)
    assert said(first) == ["Ngày: 23/11"]


def test_what_is_told_of_one_row_stands_on_one_page():
    rows = rows_of(table([["Ngày", "Thôn", "Giờ"], *([f"{n}/11", "Bản Lầu", "7 giờ"] for n in range(1, 15))]), 300)
    for lines in range(4, 12):
        for page in paginate(rows, lines * FACE.line):
            assert said(page[0])[0].startswith("Ngày")
            assert said(page[-1])[0].startswith("Giờ")
