"""A text becomes blocks, and not one word of it is lost however deep its writer nested it."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.page import text_of
from display.text.document import Heading, Paragraph, Table, parse
from tests.examples import share


def texts(body: str) -> Iterator[str]:
    for block in parse(body):
        match block:
            case Paragraph():
                yield from (block.marker, text_of(block.runs))
            case Heading():
                yield text_of(block.runs)
            case Table():
                yield from (text_of(cell) for row in block.rows for cell in row)


def words(body: str) -> list[str]:
    return re.findall(r"\w+", " ".join(texts(body)))


@pytest.mark.parametrize("depth", [3, 9, 20, 60])
def test_lists_in_lists_keep_every_item(depth: int) -> None:
    body = "\n".join("  " * n + f"- mục{n}" for n in range(depth))
    assert words(body) == [f"mục{n}" for n in range(depth)]


@pytest.mark.parametrize("depth", [5, 25, 100])
def test_quotes_in_quotes_keep_their_words(depth: int) -> None:
    body = "\n\n".join("> " * (n + 1) + f"lời{n}" for n in range(depth))
    assert words(body) == [f"lời{n}" for n in range(depth)]


@pytest.mark.parametrize("numbers", [("15.", "20.", "25."), ("2024.", "2026."), ("3)", "1)"), ("007.", "0.")])
def test_the_items_of_a_list_bear_the_numbers_that_were_written(numbers: tuple[str, ...]) -> None:
    assert [block.marker for block in parse("\n".join(f"{number} Bản Lầu" for number in numbers)) if isinstance(block, Paragraph)] == [
        *numbers
    ]


@share(0.5)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["", "- ", "15. ", "20) ", "> ", "# ", "  - ", "    ", "2026.", "1. - ", "7. # ", "8. | a | b |\n   |---|---|\n   "]
            ),
            st.sampled_from(
                ["Bản Lầu", "[Điện thoại]: 0200000101", "[Lưu ý]: 19h", "| 1 | 2 |", "|---|---|", "---", "<div>", "<!-- x", ""]
            ),
            st.sampled_from(["\n", "\n\n"]),
        ),
        max_size=8,
    )
)
def test_no_word_of_what_offices_write_is_lost(lines: list[tuple[str, str, str]]) -> None:
    body = "".join("".join(line) for line in lines)
    assert words(body) == re.findall(r"\w+", body)
