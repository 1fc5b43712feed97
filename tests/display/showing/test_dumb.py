"""The plain screen on a simulated card: whatever is presented, the buffer that is scanned out holds all of it, and only that."""

import os
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.errors import ScreenLost
from display.glass.kernel import Mode
from display.glass.setting import Output
from display.page import Rect
from display.paint.canvas import Canvas
from display.showing import dumb
from display.showing.dumb import DumbScreen
from display.showing.screen import Patch

WIDTH, HEIGHT, PITCH = 64, 48, 64 * 4 + 32  # rows of a real card are longer than the picture is wide
PAGE = os.sysconf("SC_PAGE_SIZE")
SIZE = (PITCH * HEIGHT + PAGE - 1) // PAGE * PAGE


@dataclass
class Made:
    handle: int
    pitch: int = PITCH
    size: int = SIZE


class SimulatedCard:
    """Memory of a file in place of a card's; *scanned* is the buffer that would be seen."""

    def __init__(self, monkeypatch, flips=True):
        self.file = os.memfd_create("card")
        self.count, self.scanned, self.flips, self.dead = 0, None, flips, False
        output = Output(1, 2, (Mode(width=WIDTH, height=HEIGHT),))
        monkeypatch.setattr(dumb, "_first", lambda cards: (self.file, output))
        monkeypatch.setattr(dumb, "create_dumb", lambda card, size: self._create())
        monkeypatch.setattr(dumb, "add_frame", lambda card, made: made.handle)
        monkeypatch.setattr(dumb, "map_offset", lambda card, handle: handle * SIZE)
        monkeypatch.setattr(dumb, "set_crtc", lambda card, output, mode, frame: self._show(frame))
        monkeypatch.setattr(dumb, "flip", lambda card, output, frame, seconds: self._flip(frame))
        monkeypatch.setattr(dumb, "dirty", lambda card, frame, boxes: None)

    def _create(self):
        self.count += 1
        os.ftruncate(self.file, self.count * SIZE)
        return Made(self.count - 1)

    def _show(self, frame):
        self.scanned = frame

    def _flip(self, frame):
        if not self.flips:
            raise OSError(22, "Invalid argument")
        self._show(frame)
        return not self.dead

    def seen(self):
        data = os.pread(self.file, SIZE, self.scanned * SIZE)
        return b"".join(data[y * PITCH : y * PITCH + WIDTH * 4] for y in range(HEIGHT))


@pytest.fixture(params=[True, False], ids=["turns", "one buffer"])
def card(request, monkeypatch):
    return SimulatedCard(monkeypatch, request.param)


def patch(x, y, width, height, shade):
    canvas = Canvas((width, height))
    canvas.surface.fill((shade, 255 - shade, shade // 2))
    return Patch(canvas, canvas.whole, (x, y))


BOXES = st.tuples(st.integers(-8, 70), st.integers(-8, 50), st.integers(1, 70), st.integers(1, 50), st.integers(1, 255))


@given(st.lists(st.lists(BOXES, min_size=1, max_size=3), min_size=1, max_size=8), st.booleans())
def test_what_is_scanned_out_is_always_all_that_was_presented(rounds, flips):
    with pytest.MonkeyPatch.context() as patches:
        card = SimulatedCard(patches, flips)
        screen = DumbScreen(None)
        assert screen.waits is flips
        for boxes in rounds:
            screen.present([patch(*box) for box in boxes])
            assert card.seen() == bytes(screen._canvas.memory)
        screen.close()


def test_the_canvas_is_where_the_settings_put_it_and_the_rest_is_black(card):
    screen = DumbScreen(None, Rect(8, 4, 40, 36))
    screen.present([patch(0, 0, 40, 36, 200)])
    seen = card.seen()

    def at(x, y):
        return tuple(seen[(y * WIDTH + x) * 4 : (y * WIDTH + x) * 4 + 3])

    assert (at(0, 0), at(7, 4), at(48, 39), at(47, 40)) == ((0, 0, 0),) * 4
    assert at(8, 4) == at(47, 39) != (0, 0, 0)
    screen.close()


def test_a_mode_that_the_screen_does_not_have_is_told(card):
    screen = DumbScreen((1920, 1080))
    assert screen.size == (WIDTH, HEIGHT)
    assert "1920×1080" in screen.complaint
    screen.close()


def test_a_screen_that_is_not_refreshed_any_more_is_lost(monkeypatch):
    card = SimulatedCard(monkeypatch)
    screen = DumbScreen(None)
    card.dead = True
    with pytest.raises(ScreenLost, match="no refresh"):
        screen.present([patch(0, 0, 8, 8, 1)])
    screen.close()
