"""What is read in one piece - a date, a number and its unit, a name - stays on one line, where the line is wide enough for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.page import Face, Run, plain, text_of
from display.text.binding import bound
from display.text.pango import PangoMeasure
from display.text.rows import text_rows
from tests.display.text.test_pagination import said

MEASURE = PangoMeasure()
FACE = Face(50, (255, 255, 255))


@pytest.mark.parametrize(
    "text",
    [
        "Họp lúc_7_giờ_30 ngày_5 tháng_12 năm_2026, từ 7_giờ_30 đến 11_giờ_45",
        "Số_12/|TB-|UBND ngày_05/|12/|2026; ĐT_0912_345_678",
        "rét 12_độ_C, 30_ngày, 3 xăng-ti-mét, 2-|3_giờ, 1.500.000_đồng, điều_5 khoản_2",
        "ở thôn Bản_Lầu và Suối_Trong, TP._Lào_Cai_– hết",
        "xem https://suoitrong.example/tin-tuc/12 hoặc a@b-c.vn",
        "Nyob Zoo Cov Kwv Tij THÔNG BÁO VỀ VIỆC HỌP; hội nghị. Các hộ",
        "những 5 điều",
    ],
)
def test_figures_dates_numbers_and_short_names_are_bound_and_nothing_else(text):
    wanted = text.replace("_", "\u00a0").replace("|", "\u2060")
    assert text_of(bound(plain(text.replace("_", " ").replace("|", "")))) == wanted


@given(st.lists(st.builds(Run, st.text("19 gi/ờABản-–.", max_size=12), st.booleans()), max_size=6).map(tuple))
def test_binding_changes_no_letter_and_no_emphasis_and_twice_is_once(runs):
    found = bound(runs)
    assert [(run.text.replace("\u00a0", " ").replace("\u2060", ""), run.bold) for run in found] == [(run.text, run.bold) for run in runs]
    assert text_of(bound(found)).replace("\u2060", "") == text_of(found).replace("\u2060", "")


@pytest.mark.parametrize("width", range(400, 1500, 40))
def test_no_line_ends_inside_an_hour_a_date_or_a_telephone_number(width):
    pieces = ["7 giờ 30", "ngày 05/12/2026", "0912 345 678", "12/TB-UBND", "Bản Lầu"]
    rows = text_rows(
        plain("Mời bà con họp thôn Bản Lầu lúc 7 giờ 30 ngày 05/12/2026 theo số 12/TB-UBND, ĐT 0912 345 678."), FACE, width, MEASURE
    )
    lines = [said(((row,),))[0] for row in rows]
    for piece in pieces:
        assert any(piece in line for line in lines), (piece, lines)


def test_in_a_narrow_column_lines_end_at_spaces_as_ever():
    rows = text_rows(plain("lúc 7 giờ 30"), FACE, 170, MEASURE)
    assert [said(((row,),))[0].strip() for row in rows] == ["lúc 7", "giờ 30"]


def test_a_space_that_its_writer_made_fast_stays():
    rows = text_rows(plain("Mời họp tại nhà\u00a0văn\u00a0hóa thôn"), FACE, 420, MEASURE)
    assert any("nhà văn hóa" in said(((row,),))[0] for row in rows)
    assert len(rows) > 1
