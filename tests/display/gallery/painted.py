"""A page as a person sees it: painted by the real renderer, with its clock and running line, as an array of colours."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pygame
from numpy.typing import NDArray

from display.look.glass import glass
from display.media.pictures import Pictures
from display.page import Fill, Line, Page
from display.pages.lay_out import lay_out
from display.pages.viewing import Viewing
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.text.pango import PangoMeasure
from tests.display.gallery.pictured import FESTIVAL, FILES, SPONSOR_MARK
from tests.display.gallery.scenes import NOW, Scene

Pixels = NDArray[np.uint8]
"""Rows × columns × (red, green, blue)."""
LOCAL = NOW.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
RUNNING_SINCE = 6.0
"""Seconds: the running line stands in the middle of its way."""


@cache
def measure() -> PangoMeasure:
    """One measure for all pages: it remembers what it measured."""
    return PangoMeasure()


@cache
def painter() -> Painter:
    """One painter, which has the pictures of the gallery."""
    pictures = Pictures(lambda picture: FILES.get(picture.sha256))
    if lacking := pictures.lacking((FESTIVAL, SPONSOR_MARK)):
        raise RuntimeError(f"{lacking}: {pictures.problems}")
    return Painter(pictures)


def pages(scene: Scene, local: datetime = LOCAL) -> tuple[Page, ...]:
    """The pages of *scene*."""
    return lay_out(scene.decision, glass(scene.board.size, eyes=scene.board.eyes), measure(), Viewing(light=scene.light), local)


def shown(page: Page, scene: Scene) -> Pixels:
    """*page* as the screen shows it."""
    screen = HeadlessScreen(page.size)
    Presenter(screen, painter(), measure(), None).show(page, LOCAL, RUNNING_SINCE)
    return _array(screen.seen())


def drawn(page: Page, lines: bool) -> Pixels:
    """*page* without what moves on it, with or without its *lines* of text."""
    canvas = Canvas(page.size)
    elements = [element for element in page.elements if lines or not isinstance(element, Line)]
    painter().elements(canvas, (Fill(canvas.whole, page.background), *elements))
    return _array(canvas.surface)


def _array(surface: pygame.Surface) -> Pixels:
    return pygame.surfarray.array3d(surface).swapaxes(0, 1).copy()
