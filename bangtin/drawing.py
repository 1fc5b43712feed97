"""Pages drawn by the display's own layout and painter, one picture each: to be looked at, and no proof of anything."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pygame

from bundle.schedule import VIETNAM
from director.decision import ScreenDecision
from display.look.glass import Glass
from display.look.theme import Light
from display.material import Material, needs
from display.media.pictures import Pictures
from display.page import Page
from display.pages.lay_out import lay_out
from display.pages.viewing import Viewing
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.text.pango import PangoMeasure

Find = Callable[[str], Path | None]
"""A blob by its SHA-256."""


class Artist:
    """Draws decisions; *find* gives the pictures that are at hand; a film stands still as its poster."""

    def __init__(self, find: Find) -> None:
        pictures = Pictures(lambda picture: find(picture.sha256))
        self._material, self._painter, self._measure = Material(pictures, None), Painter(pictures), PangoMeasure()

    def pages(
        self, decision: ScreenDecision, glass: Glass, local: datetime, light: Light, timezone: str = VIETNAM, seconds: float = 0.0
    ) -> Iterator[tuple[Page, pygame.Surface]]:
        """Each page of *decision* on *glass* with its picture at *local* time; its running line has run for *seconds*.

        ``PageUndrawable`` at the page that cannot be drawn.
        """
        viewing = Viewing(timezone, self._material.lacking(decision), light=light)
        for page in lay_out(decision, glass, self._measure, viewing, local):
            screen = HeadlessScreen(page.size)
            presenter = Presenter(screen, self._painter, self._measure, None)
            presenter.show(page, local, 0.0)
            presenter.move(local, seconds)
            yield page, screen.seen()

    def unreadable(self, decision: ScreenDecision) -> tuple[str, ...]:
        """Which pictures of *decision* are missing or cannot be decoded, and why; its page is drawn without them."""
        self._material.lacking(decision)
        return tuple(dict.fromkeys(why for asset, _ in needs(decision) if (why := self._material.unreadable.get(asset.sha256))))
