"""No word of a table is lost without a word: what stands outside its columns is refused with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.page import text_of
from display.text.document import Table, parse
from registry.making.surplus import Surplus, surplus_cells
from tests.examples import share
from tests.registry.making.officework import NOTICE, Office

DEEP = "\n".join("  " * n + "- a" for n in range(60))
HEAD = "| Thôn | Giờ |\n|---|---|\n"


@pytest.mark.parametrize(
    "row", ["| Bản | 7 giờ |", "Bản | 7 giờ", "| Bản |", "| a \\| b | 7 giờ |", "> | x | y |", "một hai", "| a | b | |"]
)
def test_a_row_that_fits_its_table_passes(row: str) -> None:
    assert list(surplus_cells(HEAD + row)) == []


@pytest.mark.parametrize("row", ["| a | b | c |", "a | b | c", "| a | `b|c` |"])
def test_a_row_with_more_cells_than_columns_is_found(row: str) -> None:
    assert list(surplus_cells(f"Lời đầu.\n\n{HEAD}| x | y |\n{row}\n")) == [Surplus(5, 3, 2)]


def test_a_table_in_a_quotation_is_counted_like_any_other() -> None:
    quoted = "> | a | b |\n> |---|---|\n> | 1 | 2 |\n"
    assert list(surplus_cells(quoted)) == []
    assert len(list(surplus_cells(quoted + "> | 1 | 2 | 3 |"))) == 1


@pytest.mark.parametrize(
    ("first", "further"),
    [
        ("- ", "  "),
        ("15. ", "    "),
        ("> - ", ">   "),
        ("- > ", "  > "),
        ("<div>\n", ""),
        ("<!-- x\n\n", ""),
        (f"{DEEP}\n\n{'  ' * 60}", "  " * 60),
    ],
)
def test_a_table_is_counted_wherever_a_board_shows_one(first: str, further: str) -> None:
    rows = "| Thôn | Giờ |\n|---|---|\n| Bản Lầu | 7 giờ |".replace("\n", f"\n{further}")
    assert any(isinstance(block, Table) for block in parse(first + rows))
    assert list(surplus_cells(first + rows)) == []
    assert [(found.cells, found.columns) for found in surplus_cells(f"{first}{rows} sân kho |")] == [(3, 2)]


def test_the_officer_reads_which_line_and_what_to_do(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", f"{NOTICE}\n{HEAD}| Bản Lầu | 7 giờ | sân kho |\n")
    told = office.complaints()["notices/hop-thon.vi.md: nội dung / body"]
    line = (office.folder / "notices/hop-thon.vi.md").read_text(encoding="utf-8").split("\n").index("| Bản Lầu | 7 giờ | sân kho |") + 1
    assert f"dòng / line {line}: bảng có 2 cột, hàng này 3 ô" in told


@share(0.2)
@given(st.lists(st.lists(st.sampled_from(["một", "hai", "a \\| b", "", "**ba**"]), min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_table_without_surplus_shows_every_word(rows: list[list[str]]) -> None:
    body = HEAD + "\n".join("| " + " | ".join(row) + " |" for row in rows)
    (table,) = (block for block in parse(body) if isinstance(block, Table))
    seen = " ".join(text_of(cell) for row in table.rows for cell in row).split()
    meant = body.replace("---", "").replace("*", "").replace("\\|", "¦").replace("|", " ").replace("¦", "|").split()
    assert (seen == meant) == (not list(surplus_cells(body)))
