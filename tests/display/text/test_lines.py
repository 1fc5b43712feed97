"""A paragraph is set piece by piece as if in one, and a long one costs no more for each letter than a short one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.look.theme import NIGHT
from display.page import Face, Run, Runs, plain, text_of
from display.text import document
from display.text.lines import Lines, bound_in
from display.text.pagination import Dealing, Row, height, paginate
from display.text.pango import PangoMeasure
from display.text.rows import body_rows
from tests.display.samples import _SENTENCES
from tests.examples import share

MEASURE = PangoMeasure()
FACE = Face(40, (255, 255, 255))
WIDTH = 900


class Counting:
    """Pango, counting the letters that it is given to break."""

    def __init__(self) -> None:
        self.letters = 0

    def break_lines(self, runs: Runs, face: Face, width: int) -> tuple[Runs, ...]:
        self.letters += len(text_of(runs))
        return MEASURE.break_lines(runs, face, width)

    def width(self, runs: Runs, face: Face) -> int:
        return MEASURE.width(runs, face)


def texts(rows: list[Row]) -> list[str]:
    return [text_of(row.elements[0].runs) for row in rows]


def in_one_piece(runs: Runs) -> list[str]:
    return [text_of(line) for line in MEASURE.break_lines(bound_in(runs, FACE, WIDTH), FACE, WIDTH)]


words = st.text("abcdeghiklmnopqrstuvxyăâđêôơưẤẫỘựỹ.,-/0123ABC", min_size=1, max_size=70) | st.sampled_from(
    ["អញ្ជើញ\u200bបងប្អូន\u200b", "ทุกคนมาประชุมที่ศาลา", "مرحبا", "–", "(xã)"]
)
runs = st.lists(st.tuples(st.lists(words, min_size=1, max_size=60), st.booleans()), min_size=1, max_size=12).map(
    lambda parts: tuple(Run(" ".join(part) + " ", bold) for part, bold in parts)
)


@share(0.6)
@given(runs)
def test_the_lines_of_a_paragraph_are_those_of_the_text_in_one_piece_and_so_are_those_of_every_rest(paragraph):
    rows = list(Lines(paragraph, FACE, WIDTH, MEASURE).strand())
    assert texts(rows) == in_one_piece(paragraph)
    whole = "".join(texts(rows))
    place = 0
    for row in rows:
        if row.turn:
            head, anew = row.turn()
            told = text_of(head.elements[0].runs)
            rest = whole[place + len(told) :].lstrip(" \t\u200b")
            assert "".join(texts(list(anew))) == rest
            assert anew.height == height(list(anew))
        place += len(text_of(row.elements[0].runs))


def broken(letters: int) -> int:
    """The letters that are broken to deal out a paragraph of so many."""
    counting = Counting()
    text = (" ".join(_SENTENCES) + " ") * (letters // 300)
    paginate(body_rows(document.parse(text[:letters]), FACE, WIDTH, counting, NIGHT), 12 * FACE.line)
    return counting.letters


def test_a_paragraph_five_times_as_long_costs_about_five_times_as_much_and_no_letter_is_set_more_than_a_few_times():
    short, long = broken(8000), broken(40_000)
    assert long < 8 * short
    assert long < 40_000 * 12


def test_to_count_pages_sets_every_letter_about_once():
    counting = Counting()
    text = ((" ".join(_SENTENCES) + " ") * 100)[:20_000]
    dealing = Dealing(tuple(body_rows(document.parse(text), FACE, WIDTH, counting, NIGHT)), 12 * FACE.line)
    assert counting.letters < 1.3 * len(text)
    assert dealing.count == len(dealing.pages())


@pytest.mark.parametrize(
    "text", ["." * 60_000, "a" * 60_000, "A. " * 20_000, "# " + "Tiêu đề " * 7000, "**đậm** nhạt " * 4000, "- Dòng.\n" * 7000]
)
def test_no_text_that_a_notice_may_have_takes_for_ever(text):
    rows = body_rows(document.parse(text), FACE, WIDTH, MEASURE, NIGHT)
    pages = paginate(rows, 12 * FACE.line)
    letters = "".join(text.removeprefix("# ").replace("**", "").replace("- ", "").split())
    said = "".join(text_of(element.runs) for page in pages for row in page for element in row.elements)
    assert "".join(said.replace("•", "").split()) == letters


def test_an_empty_text_is_one_empty_line():
    assert texts(list(Lines(plain(""), FACE, WIDTH, MEASURE).strand())) == [""]
