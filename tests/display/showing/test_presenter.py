"""The presenter: what moves runs on through a change of pages, is shown again where it was painted over, and ends with its last page."""

from datetime import UTC, datetime

from director.decision import BuiltInPage, ScreenDecision, Why
from display.media.pictures import Pictures
from display.page import ClockSlot, Face, Fill, Page, Rect, TickerSlot
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.text.pango import PangoMeasure

SIZE = (320, 180)
CLOCK = ClockSlot(Rect(200, 4, 110, 30), (10, 20, 40), Face(16, (200, 200, 200)), Face(24, (255, 255, 255)))
TICKER = TickerSlot(Rect(0, 150, 320, 30), (255, 217, 102), Face(18, (16, 16, 20)))
DECISION = ScreenDecision(BuiltInPage(Why.NO_CONTENT), None, ticker=("Chiều nay có mưa dông.",))
NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def page(colour=(0, 90, 0), clock=CLOCK, ticker=TICKER):
    return Page("x", SIZE, (0, 0, 60), (Fill(Rect(20, 60, 100, 40), colour),), 6.0, clock, ticker)


def made():
    return Presenter(HeadlessScreen(SIZE), Painter(Pictures(lambda _: None)), PangoMeasure(), None)


def part(presenter, box):
    return presenter.screen.seen().subsurface(box).copy().get_buffer().raw


def test_the_clock_is_painted_when_the_minute_changes_and_only_then():
    presenter = made()
    presenter.show(page(ticker=None), DECISION, NINE, 0.0)
    nine, frames = part(presenter, CLOCK.box), presenter.frames
    presenter.move(NINE.replace(second=59), 59.0)
    assert presenter.frames == frames
    presenter.move(NINE.replace(minute=1), 60.0)
    assert (part(presenter, CLOCK.box) != nine, presenter.frames) == (True, frames + 1)
    presenter.move(NINE, 61.0)
    assert part(presenter, CLOCK.box) == nine


def test_what_moves_is_complete_after_every_change_of_pages():
    presenter, fresh = made(), made()
    presenter.show(page(), DECISION, NINE, 3.0)
    presenter.show(page((90, 0, 0)), DECISION, NINE, 3.0)
    fresh.show(page((90, 0, 0)), DECISION, NINE, 3.0)
    assert part(presenter, Rect(0, 0, *SIZE)) == part(fresh, Rect(0, 0, *SIZE))


def test_a_damaged_window_gets_everything_back():
    presenter = made()
    presenter.show(page(), DECISION, NINE, 3.0)
    whole = part(presenter, Rect(0, 0, *SIZE))
    presenter.screen.surface.fill((0, 0, 0))
    presenter.again(NINE, 3.0)
    assert part(presenter, Rect(0, 0, *SIZE)) == whole


def test_nothing_runs_once_the_page_with_the_running_line_is_gone():
    presenter = made()
    presenter.show(page(), DECISION, NINE, 0.0)
    assert presenter.running
    presenter.show(page(ticker=None), DECISION, NINE, 1.0)
    assert not presenter.running
    frames = presenter.frames
    presenter.move(NINE, 2.0)
    assert presenter.frames == frames
