"""Where lines end: any text comes out as it went in, no line ends inside what is one letter to its reader, and every line fits."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from display.page import Face, Run, cut, plain, text_of
from display.text.pango import PangoMeasure
from tests.examples import share

MEASURE = PangoMeasure()
FACE = Face(40, (255, 255, 255), leading=1.8)
# Each is one letter to its reader, in however many code points.
LETTERS = [
    *"abcđệộỹƀčñ0129.,",
    "ơ̆",
    "ê̆",
    "ô̆",
    "n̈",
    *"កខ។",
    "ត្រី",
    "ស្ត្រី",
    "ខ្ញុំ",
    "ម៉្យា",
    "ꨆꨯꨮ",
    "ꨓꨪ",
    "👨‍👩‍👧‍👦",
    "🇻🇳",
    "👍🏽",
    "❤️",
    "1️⃣",
    *"אבשم",
]
SPACES = [" ", " ", "\u200b", "\u00a0", "\t", "\u2028", "\u2060", "-", "—", "/"]
UNSEEN = " \t\u00a0\u2028\u200b\u2060"
letters = st.lists(st.sampled_from(LETTERS) | st.sampled_from(SPACES), max_size=60)
long_word = st.sampled_from(LETTERS).flatmap(lambda letter: st.integers(1, 80).map(lambda n: [letter] * n))


@share(1.0)
@given(letters | long_word, st.integers(1, 900), st.lists(st.booleans(), min_size=3, max_size=3))
@example(["ង", "ស្ត្រី", "ប្", "អ"], 60, [False] * 3)
def test_any_text_in_any_width_is_broken_between_letters_only_and_every_line_fits(parts, width, bold):
    third = len(parts) // 3 + 1
    runs = tuple(
        Run("".join(parts[n * third : (n + 1) * third]), bold[n], not bold[n]) for n in range(3) if parts[n * third : (n + 1) * third]
    )
    lines = MEASURE.break_lines(runs, FACE, width)
    assert "".join(text_of(line) for line in lines) == text_of(runs)
    edges = {0}
    for part in parts:
        edges.add(max(edges) + len(part))
    place = 0
    for line in lines:
        place += len(text_of(line))
        assert place in edges, "a line ends inside a letter"
        seen = text_of(line).strip(UNSEEN)
        shown = cut(line, 0, len(text_of(line).rstrip(UNSEEN)))
        assert MEASURE.width(shown, FACE) <= width or seen in LETTERS or len(seen) <= 1, seen


def test_lines_end_at_the_breaks_that_were_put_into_khmer():
    words = ["អញ្ជើញ", "បងប្អូន", "ទាំងអស់", "ចូលរួម", "ប្រជុំ", "ភូមិ", "នៅ", "ម៉ោង"]
    lines = MEASURE.break_lines(plain("\u200b".join(words)), FACE, 500)
    assert len(lines) > 1
    assert all(text_of(line).endswith("\u200b") for line in lines[:-1])
    assert [word for line in lines for word in text_of(line).split("\u200b") if word] == words


@pytest.mark.parametrize("width", range(20, 400, 7))
def test_khmer_without_breaks_is_broken_between_whole_letters(width):
    text = "អញ្ជើញបងប្អូនទាំងអស់ចូលរួមប្រជុំភូមិនៅម៉ោងស្ត្រីមានផ្ទៃពោះនិងកុមារ"
    for line in MEASURE.break_lines(plain(text), FACE, width):
        assert text_of(line)[0] not in "\u17d2"
        assert text_of(line)[0] < "\u17b6" or text_of(line)[0] > "\u17d3"
        assert not text_of(line).endswith("\u17d2")


def test_breaks_take_no_width():
    assert MEASURE.width(plain("ភូមិ\u200bនៅ"), FACE) == MEASURE.width(plain("ភូមិនៅ"), FACE)
