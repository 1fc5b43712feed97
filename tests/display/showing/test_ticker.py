"""The running line: without a gap in time or place, and nothing to present while nothing moved."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from display.media.pictures import Pictures
from display.page import Face, Rect, TickerSlot, plain
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.moving import Now
from display.showing.pulse import Pulse, steady
from display.showing.studio import ThreadStudio
from display.showing.ticker import AHEAD, PIECE, Ticker
from display.text.pango import PangoMeasure
from tests.display.showing.rested import rested
from tests.examples import share

MEASURE, PAINTER, STUDIO = PangoMeasure(), Painter(Pictures(lambda _: None)), ThreadStudio()
FACE = Face(20, (16, 16, 20), bold=True)
SLOT = TickerSlot(Rect(10, 30, 300, 28), (255, 217, 102), FACE)
TEXTS = ("Chiều nay có mưa dông.", "Gọi 0200 000 114.")
RATE = 60.0
PIXEL = 1 / RATE  # 60 pixels a second: one with each refresh


def made(texts=TEXTS):
    return Ticker(replace(SLOT, texts=tuple(texts)), RATE, MEASURE, PAINTER, STUDIO)


def columns(ticker, seconds):
    """What stands on the board at *seconds*, one tuple of pixels for each column of the slot; asks that nothing else is touched."""
    screen = HeadlessScreen((330, 80))
    ticker.refresh()
    screen.present(ticker.patches(Now(None, seconds)))
    picture, box = screen.seen(), SLOT.box
    assert {tuple(picture.get_at((x, y)))[:3] for x in range(330) for y in (29, 58)} == {(0, 0, 0)}
    assert {tuple(picture.get_at((x, 40)))[:3] for x in (9, 310)} == {(0, 0, 0)}
    return [tuple(tuple(picture.get_at((x, y)))[:3] for y in range(box.y, box.bottom)) for x in range(box.x, box.right)]


@share(0.15)
@given(st.integers(0, 3000), st.integers(1, 30))
def test_the_line_moves_left_by_as_many_pixels_as_time_passed(start, step):
    ticker = made()
    before, after = columns(ticker, start * PIXEL), columns(ticker, (start + step) * PIXEL)
    assert before[step:] == after[: len(after) - step]


def test_a_text_comes_in_from_the_right_and_never_springs_up_in_the_middle():
    ticker = made()
    before = columns(ticker, 0.0)
    for shift in range(9, ticker.length + 20, 9):
        after = columns(ticker, shift * PIXEL)
        assert before[9:] == after[:-9], shift
        before = after


def test_it_covers_its_slot_and_comes_round_again():
    ticker = made()
    first = columns(ticker, 0.0)
    assert all((0, 0, 0) not in column for column in first), "a column was left black"
    assert any(len(set(column)) > 3 for column in first), "letters are drawn"
    assert columns(ticker, ticker.length * PIXEL) == first


def test_nothing_is_presented_until_it_moved_by_a_pixel():
    ticker = made()
    assert ticker.patches(Now(None, 100 * PIXEL))
    assert ticker.patches(Now(None, 100.4 * PIXEL)) == []
    assert ticker.patches(Now(None, 101 * PIXEL))
    ticker.refresh()
    assert ticker.patches(Now(None, 101.1 * PIXEL)), "the board was painted over"


@share(0.1)
@example(["e" * 70 + "ẶỆg" + "e" * 100], [700, *(20,) * 30])
@given(
    st.lists(st.sampled_from(["Ngắn.", "lên", "ក្រុមប្រឹក្សាឃុំ", "ẴỆỘ jgq", "…", " ", "Rất dài, " * 30]), min_size=1),
    st.lists(st.integers(1, 400)),
)
def test_frame_by_frame_the_board_shows_what_it_would_if_all_were_painted_anew(texts, steps):
    ticker, anew, shift = made(texts), made(texts), 0
    running, whole = HeadlessScreen((330, 80)), HeadlessScreen((330, 80))
    for step in steps:
        shift += step
        anew.refresh()
        running.present(ticker.patches(Now(None, shift * PIXEL)))
        whole.present(anew.patches(Now(None, shift * PIXEL)))
        assert running.seen().get_buffer().raw == whole.seen().get_buffer().raw, shift


def test_rows_without_ink_are_not_copied_again():
    low, high = made(("e",)), made(("Ặg",))
    for ticker in (low, high):
        assert sum(each.source.height for each in ticker.patches(Now(None, 0.0))) >= SLOT.box.height
    assert low.patches(Now(None, PIXEL))[0].source.height < high.patches(Now(None, PIXEL))[0].source.height < SLOT.box.height


@pytest.mark.parametrize("texts", [("Ngắn.",), ("Rất dài, " * 40,), TEXTS * 4])
def test_the_same_text_never_stands_twice_in_view(texts):
    assert made(texts).length >= SLOT.box.width + max(MEASURE.width(plain(text), FACE) for text in texts)


def test_a_text_longer_than_any_surface_keeps_its_end_and_only_what_is_near_is_in_memory():
    long = "Lời rất dài, " * 200 + "hết."
    ticker, alone = made((long,)), made(("hết.",))
    end = MEASURE.width(plain(long), FACE)
    assert end > 16_000 > 2 * PIECE
    width = MEASURE.width(plain("hết."), FACE)
    shown = columns(ticker, (end - width) * PIXEL)[: width + 2 * FACE.size]
    assert shown == columns(alone, 0.0)[: width + 2 * FACE.size]
    for shift in range(0, end, 100):
        ticker.patches(Now(None, shift * PIXEL))
        assert len(ticker._pieces) <= (SLOT.box.width + AHEAD) // PIECE + 3


def test_a_piece_is_drawn_before_it_comes_into_view():
    ticker, drawn = made(("Rất dài, " * 80,)), []
    draw = ticker._draw
    ticker._draw = lambda n: (drawn.append(n), draw(n))[1]
    for shift in range(0, PIECE * 2, 4):
        seen = {n for n, _, _ in ticker._cut(shift, SLOT.box.width)}
        late = seen - set(drawn)
        assert not late or shift == 0, f"piece {late} was not even begun at {shift}"
        ticker.patches(Now(None, shift * PIXEL))
        rested(STUDIO)
    assert drawn == [0, 1, 2]


def frames_of(rate, seconds, seed, spread, lost=0.0):
    """When frames are made for a screen of *rate* that shows each at its next refresh: jittered, some *lost* to other work."""
    dice = Random(seed)
    return [n / rate + dice.gauss(0, spread) for n in range(60, round(seconds * rate)) if dice.random() >= lost]


@pytest.mark.parametrize(("real", "lost"), [(60.0, 0.0), (59.94, 0.0), (60.04, 0.0), (59.94, 0.02)])
def test_every_step_of_the_line_is_alike_however_the_moments_of_frames_jitter(real, lost):
    """What an eye follows is the position at each refresh against an even line: none may be off, not even by a pixel."""
    speed, pulse, errors = steady(170, RATE), Pulse(RATE), []
    for moment in frames_of(real, 60, 7, 0.0015, lost):
        place, refresh = round(pulse.beat(moment, running=True) * speed), round(moment * real)
        errors.append(place - refresh * speed / RATE)
    settled = errors[round(RATE) :]
    assert max(settled) - min(settled) < 0.01


def test_without_the_pulse_it_would_tremble():
    """The check above can fail: positions by the moments themselves are off by whole pixels."""
    moments = frames_of(59.94, 60, 7, 0.0015)
    steps = {round(after * 120) - round(before * 120) for before, after in pairwise(moments)}
    assert len(steps) > 1


@pytest.mark.parametrize(
    ("wanted", "rate", "speed"),
    [(180, 60, 180), (130, 60, 120), (155, 60, 180), (41, 60, 30), (50, 60, 60), (19, 60, 20), (52, 10, 50), (180, 50, 200), (2, 60, 2)],
)
def test_the_speed_is_the_nearest_at_which_each_step_is_a_whole_pixel(wanted, rate, speed):
    assert steady(wanted, rate) == pytest.approx(speed)


@given(st.floats(1, 2000), st.sampled_from([24.0, 50.0, 59.94, 60.0, 120.0]))
def test_no_steady_speed_is_far_from_what_was_wanted(wanted, rate):
    step = steady(wanted, rate) / rate
    assert step == pytest.approx(round(step)) or 1 / step == pytest.approx(round(1 / step))
    assert 0.66 < steady(wanted, rate) / wanted < 1.5
