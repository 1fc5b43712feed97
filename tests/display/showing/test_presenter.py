"""The presenter: what moves runs on through a change of pages, is shown again where it was painted over, and ends with its last page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.errors import PageUndrawable
from display.media.pictures import Pictures
from display.page import ClockSlot, Face, Fill, Page, Rect, TickerSlot
from display.pages.lay_out import lay_out
from display.paint.painter import Painter
from display.showing.clock import LATE
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.showing.studio import ThreadStudio
from display.text.pango import PangoMeasure
from tests.display.samples import gallery, panel
from tests.display.showing.rested import rested
from tests.examples import share

SIZE = (320, 180)
CLOCK = ClockSlot(Rect(200, 4, 110, 30), (10, 20, 40), Face(16, (200, 200, 200)), Face(24, (255, 255, 255)), across=70)
TICKER = TickerSlot(Rect(0, 150, 320, 30), (255, 217, 102), Face(18, (16, 16, 20)), ("Chiều nay có mưa dông.",))
STUDIO = ThreadStudio()
NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def page(colour=(0, 90, 0), clock=CLOCK, ticker=TICKER):
    return Page("x", SIZE, (0, 0, 60), (Fill(Rect(20, 60, 100, 40), colour),), 6.0, clock, ticker)


def made():
    return Presenter(HeadlessScreen(SIZE), Painter(Pictures(lambda _: None)), PangoMeasure(), None, STUDIO)


def part(presenter, box):
    return presenter.screen.seen().subsurface(box).copy().get_buffer().raw


def later(presenter, local, seconds):
    """Two frames, with time in between to paint what the first one asked for."""
    presenter.move(local, seconds)
    rested(presenter.studio)
    presenter.move(local, seconds)


def test_a_minute_that_waits_behind_long_work_is_on_after_a_second():
    presenter, begun, enough = made(), Event(), Event()
    presenter.show(page(ticker=None), NINE, 0.0)
    nine = part(presenter, CLOCK.box)
    long = presenter.studio.ahead(lambda: begun.set() or enough.wait(60))
    try:
        assert begun.wait(60)
        presenter.move(NINE.replace(minute=1), 60.0)
        assert part(presenter, CLOCK.box) == nine, "a running line does not wait for it"
        presenter.move(NINE.replace(minute=1), 60.0 + LATE)
        assert part(presenter, CLOCK.box) != nine
        assert not long.done
    finally:
        enough.set()
    assert long.result()


def test_the_clock_is_painted_when_the_minute_changes_and_only_then():
    presenter = made()
    presenter.show(page(ticker=None), NINE, 0.0)
    nine, frames = part(presenter, CLOCK.box), presenter.frames
    presenter.move(NINE.replace(second=59), 59.0)
    assert presenter.frames == frames
    later(presenter, NINE.replace(minute=1), 60.0)
    assert (part(presenter, CLOCK.box) != nine, presenter.frames) == (True, frames + 1)
    later(presenter, NINE, 61.0)
    assert part(presenter, CLOCK.box) == nine


def test_what_moves_is_complete_after_every_change_of_pages():
    presenter, fresh = made(), made()
    presenter.show(page(), NINE, 3.0)
    presenter.show(page((90, 0, 0)), NINE, 3.0)
    fresh.show(page((90, 0, 0)), NINE, 3.0)
    assert part(presenter, Rect(0, 0, *SIZE)) == part(fresh, Rect(0, 0, *SIZE))


def test_a_damaged_window_gets_everything_back():
    presenter = made()
    presenter.show(page(), NINE, 3.0)
    whole = part(presenter, Rect(0, 0, *SIZE))
    presenter.screen.surface.fill((0, 0, 0))
    presenter.again(NINE, 3.0)
    assert part(presenter, Rect(0, 0, *SIZE)) == whole


def test_nothing_runs_once_the_page_with_the_running_line_is_gone():
    presenter = made()
    presenter.show(page(), NINE, 0.0)
    assert presenter.running
    presenter.show(page(ticker=None), NINE, 1.0)
    assert not presenter.running
    frames = presenter.frames
    presenter.move(NINE, 2.0)
    assert presenter.frames == frames


def test_a_turn_presents_only_where_the_pages_differ_and_neither_clock_nor_running_line():
    presenter = made()
    presenter.show(page(), NINE, 3.0)
    before = presenter.screen.changed_pixels
    presenter.show(page((90, 0, 0)), NINE, 3.0)
    assert presenter.screen.changed_pixels - before == 100 * 40


def test_the_place_of_a_running_line_that_is_gone_shows_the_page():
    presenter, fresh = made(), made()
    presenter.show(page(), NINE, 3.0)
    presenter.show(page((90, 0, 0), ticker=None, clock=None), NINE, 3.0)
    fresh.show(page((90, 0, 0), ticker=None, clock=None), NINE, 3.0)
    assert part(presenter, Rect(0, 0, *SIZE)) == part(fresh, Rect(0, 0, *SIZE))


def test_a_page_that_was_prepared_is_not_painted_again_and_others_are_forgotten():
    presenter, painted = made(), []
    paint = presenter._painter.page
    presenter._painter.page = lambda page: (painted.append(page), paint(page))[1]
    first, second, third = page((1, 1, 1)), page((2, 2, 2)), page((3, 3, 3))
    for _ in range(4):
        presenter.prepare([first, second])
        rested(presenter.studio)
    assert painted == [first, second]
    presenter.show(second, NINE, 3.0)
    assert painted == [first, second]
    presenter.prepare([third])
    presenter.show(first, NINE, 3.0)
    assert painted.count(first) == 2


def test_a_page_that_cannot_be_drawn_says_so_when_it_is_shown_and_not_while_it_is_prepared():
    presenter = made()

    def failing(page):
        raise PageUndrawable("hỏng")

    presenter._painter.page = failing
    for _ in range(3):
        presenter.prepare([page()])
        rested(presenter.studio)
    with pytest.raises(PageUndrawable):
        presenter.show(page(), NINE, 3.0)


def test_on_a_screen_with_another_refresh_the_line_runs_evenly_again():
    presenter = made()
    presenter.screen.rate = 60
    presenter.show(page(), NINE, 100.0)
    presenter.screen.rate = 50
    presenter.leave()
    presenter.show(page(), NINE, 200.0)
    steps = []
    for n in range(1, 50):
        frames = presenter.frames
        presenter.move(NINE, 200.0 + n / 50)
        steps.append(presenter.frames - frames)
    assert set(steps) == {1}, "47 pixels a second wanted: one with each of 50 refreshes"


REAL = [page for decision in gallery().values() for page in lay_out(decision, panel((480, 270)), PangoMeasure())]


@share(0.3)
@given(st.lists(st.tuples(st.sampled_from(REAL), st.integers(0, 40)), min_size=2, max_size=6))
def test_whatever_was_on_before_a_page_looks_as_if_it_had_been_the_first(turns):
    pictures = Pictures(lambda _: None)
    worn, tenths = Presenter(HeadlessScreen((480, 270)), Painter(pictures), PangoMeasure(), None), 0
    for shown, more in turns:
        tenths += more
        worn.show(shown, NINE + timedelta(seconds=tenths * 7), tenths / 10)
        worn.move(NINE + timedelta(seconds=tenths * 7 + 5), (tenths + 1) / 10)
        tenths += 1
    fresh = Presenter(HeadlessScreen((480, 270)), Painter(pictures), PangoMeasure(), None)
    shown, _ = turns[-1]
    fresh.show(shown, NINE + timedelta(seconds=tenths * 7 - 2), tenths / 10)
    assert worn.screen.seen().get_buffer().raw == fresh.screen.seen().get_buffer().raw


def failing(word):
    """A painter that cannot draw lines with *word* in them, as when cairo reports an error."""

    class Failing(Painter):
        def elements(self, canvas, elements):
            wanted = tuple(elements)
            if any(word in "".join(run.text for run in getattr(each, "runs", ())) for each in wanted):
                raise PageUndrawable("hỏng")
            super().elements(canvas, wanted)

    return Presenter(HeadlessScreen(SIZE), Failing(Pictures(lambda _: None)), PangoMeasure(), None, STUDIO)


@pytest.mark.parametrize(("word", "missing", "other"), [("mưa", TICKER.box, CLOCK.box), (":", CLOCK.box, TICKER.box)])
def test_what_moves_beside_a_page_and_cannot_be_drawn_is_left_off_and_told_until_it_is_tried_again(word, missing, other):
    presenter, bare, whole = failing(word), made(), made()
    bare.show(page(ticker=None, clock=None), NINE, 3.0)
    whole.show(page(), NINE, 3.0)
    for colour in ((90, 0, 0), (0, 90, 0)):
        presenter.show(page(colour), NINE, 3.0)
        presenter.move(NINE, 3.0)
        assert part(presenter, missing) == part(bare, missing)
        assert part(presenter, other) == part(whole, other)
    assert len(presenter.left_off) == 1
    presenter.forget()
    assert presenter.left_off == ()


def test_a_page_that_is_nothing_but_its_running_line_fails_with_it_and_the_next_is_presented_whole():
    presenter, fresh = failing("mưa"), made()
    presenter.show(page((90, 0, 0), ticker=None), NINE, 3.0)
    with pytest.raises(PageUndrawable):
        presenter.show(page(ticker=replace(TICKER, anew=True)), NINE, 3.0)
    presenter.show(page(ticker=None), NINE, 3.0)
    fresh.show(page(ticker=None), NINE, 3.0)
    assert part(presenter, Rect(0, 0, *SIZE)) == part(fresh, Rect(0, 0, *SIZE))
