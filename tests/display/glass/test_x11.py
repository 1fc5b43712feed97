"""Reading back from a real X server: what it shows and what it does not."""

import subprocess

import pygame
import pytest

from display.glass.judge import Sight
from display.glass.prove import prove
from display.glass.x11 import shown
from display.page import Rect
from display.paint.canvas import Canvas
from display.showing.screen import Patch
from display.showing.sdl import SdlScreen, ways
from tests.audio.conftest import until

MODE, CANVAS = (640, 480), Rect(32, 16, 256, 64)
PAPER, INK = (240, 240, 230), (20, 30, 120)


@pytest.fixture
def server(monkeypatch, tmp_path):
    ready = tmp_path / "display"
    with ready.open("w") as number:
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(number.fileno()), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
            pass_fds=[number.fileno()],
            stderr=subprocess.DEVNULL,
        )
    monkeypatch.setenv("DISPLAY", ":" + until(lambda: ready.read_text().strip(), "Xvfb"))
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.delenv("SDL_FRAMEBUFFER_ACCELERATION", raising=False)
    yield
    process.terminate()
    process.wait(10)


@pytest.fixture
def screen(server):
    made = SdlScreen(MODE, fullscreen=True, canvas=CANVAS, way=ways()[0])
    page = Canvas(made.size)
    page.surface.fill(PAPER)
    page.surface.fill(INK, (10, 10, 100, 30))
    made.present([Patch(page, page.whole, (0, 0))])
    yield made
    made.close()


def test_what_was_presented_in_the_canvas_is_on_the_screen(screen):
    assert screen.complaint == ""
    assert screen.proof().sight is Sight.THERE


def test_a_picture_that_the_driver_took_and_nobody_shows_is_missing(screen, monkeypatch):
    """As on KMS with desktop GL on a GLES context: no error anywhere, and a black screen."""
    monkeypatch.setattr(pygame.display, "update", lambda *_: None)
    page = Canvas(screen.size)
    page.surface.fill(INK)
    screen.present([Patch(page, page.whole, (0, 0))])
    assert screen.proof().sight is Sight.MISSING


def test_a_server_that_is_not_there_says_nothing_and_nothing_is_not_good(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":987")
    proof = prove(pygame.Surface(MODE), Rect(0, 0, *MODE), "x11")
    assert proof.sight is Sight.UNKNOWN
    assert proof.why


def test_the_rest_of_the_mode_is_black_on_the_server_too(screen):
    ((corner, paper, ink, below),) = shown([(0, 0), (CANVAS.x + 5, CANVAS.y + 5), (CANVAS.x + 20, CANVAS.y + 20), (600, 470)])
    assert (corner, paper, ink, below) == ((0, 0, 0), PAPER, INK, (0, 0, 0))
