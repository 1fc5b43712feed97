"""Tables: columns take what they need before the wide ones share the rest."""

from display.look.theme import DAY
from display.page import Face, Line, plain, text_of
from display.text.document import Table
from display.text.pango import PangoMeasure
from display.text.rows import table_rows

MEASURE = PangoMeasure()
FACE = Face(30, DAY.page.ink)


def cells(rows, width):
    table = Table(tuple(tuple(plain(cell) for cell in row) for row in rows))
    made = table_rows(table, FACE, width, MEASURE, DAY, 0)
    return [text_of(line.runs).strip() for row in made for line in row.elements if isinstance(line, Line)]


def test_a_column_a_little_wider_than_its_equal_part_is_not_broken_while_a_narrow_one_has_room():
    rows = [("Ngày", "Thôn", "Giờ"), ("Thứ Hai 23/11", "Suối Trong Thượng, Suối Trong Hạ, Bản Lầu", "13 giờ 30")]
    assert "Thứ Hai 23/11" in cells(rows, 640)
    assert MEASURE.width(plain("Thứ Hai 23/11"), FACE) + 22 > 640 // 3


def test_columns_that_all_want_too_much_share_the_width_and_lose_no_word():
    rows = [("Một hai ba bốn",) * 3, ("năm sáu bảy tám chín mười",) * 3]
    assert " ".join(cells(rows, 400)).split() == " ".join(" ".join(row) for row in rows).split()
