"""What nobody could foresee is on the board without waiting for anything that is laid out or painted ahead."""

from contextlib import closing, contextmanager
from threading import Event, current_thread

import pytest

from bundle.alert import AlertSet
from device.shelf import Shelf
from display.board import Board
from display.media.pictures import Pictures
from display.paint.painter import Painter
from display.showing.presenter import Presenter
from display.showing.studio import Ahead, ThreadStudio
from tests.display.showing.rested import rested
from tests.display.test_board import MEASURE, SITE, Village, flood_reference, told
from tests.simulators.content import CHANNEL, flood_alert

LONG = "Bà con chú ý giữ gìn vệ sinh chung. " * 30


class Held(Village):
    """A village whose studio, in its own thread, comes no further than to the beginning of notice *hai*, until it is *released*."""

    def restart(self):
        self.begun, self.released, self.studio = Event(), Event(), ThreadStudio()
        shelf = Shelf(self.paths, "display", self.publisher.root_bytes)
        pictures = Pictures(shelf.blob)
        self.presenter = Presenter(self.screen, Painter(pictures, self.painting), MEASURE, self.frames, self.studio)
        more = {"shaping": self.shaping, "drawing": self.layout}
        self.board = Board(shelf, SITE, self.ledger, self.presenter, MEASURE, pictures, self.pace, **more)

    @contextmanager
    def holding(self, subject):
        if " hai " in subject and current_thread().name.startswith("studio"):
            self.begun.set()
            assert self.released.wait(60)
        yield

    layout = holding
    painting = holding

    def until_begun(self):
        for _ in range(600):
            self.run(0.5)
            if self.begun.wait(0.02):
                return
        pytest.fail("nothing was made ahead")


class HeldPainting(Held):
    """The same, held when it paints."""

    @contextmanager
    def layout(self, subject):
        yield


@pytest.fixture(params=[Held, HeldPainting])
def held(request, tmp_path):
    made = request.param(tmp_path, [told("mot", body=LONG), told("hai"), told("ba")])
    with closing(made.ledger), closing(made.studio):
        yield made
        made.released.set()


def test_an_alert_is_on_the_board_while_something_else_is_still_being_made_ahead(held):
    held.until_begun()
    held.alert(flood_alert(held.clock.now().wall))
    assert held.run(0.5) == ["alert-lu-1-vi"]
    assert not held.released.is_set()


def test_two_emergencies_take_turns_while_something_else_is_still_being_made_ahead(held):
    held.until_begun()
    now = held.clock.now().wall
    held.alert(AlertSet(format=1, channel=CHANNEL, alerts=(*flood_alert(now).alerts, *flood_alert(now, identifier="lu-2").alerts)))
    assert {what[:12] for what in held.run(130)} == {"alert-lu-1-v", "alert-lu-2-v"}


def test_what_was_held_up_is_shown_when_its_turn_comes(held):
    held.until_begun()
    held.alert(flood_alert(held.clock.now().wall))
    held.run(1)
    held.released.set()
    rested(held.studio)
    held.stop(withdrawn=(), cancelled=(flood_reference(held),))
    assert "notice-hai-p1of1" in held.run(120)


def test_what_was_ordered_and_not_begun_is_made_at_once_by_whoever_needs_it():
    studio, released = ThreadStudio(), Event()
    with closing(studio):
        studio.ahead(released.wait)
        ahead = Ahead(studio, lambda key: (key, current_thread().name))
        ahead.want(["trang"])
        assert ahead.take("trang") == ("trang", current_thread().name)
        coming = studio.ahead(lambda: current_thread().name)
        assert coming.result() == current_thread().name
        released.set()


def test_what_is_not_wanted_any_more_is_not_even_begun():
    studio, released, made = ThreadStudio(), Event(), []
    with closing(studio):
        studio.ahead(released.wait)
        ahead = Ahead(studio, made.append)
        ahead.want(["cũ"])
        ahead.want(["mới"])
        released.set()
        rested(studio)
    assert made == ["mới"]
