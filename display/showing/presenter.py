"""The presenter: brings a page and what moves on it to the screen, only what changed, and keeps pictures if asked."""

from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from pathlib import Path

from director.decision import ScreenDecision
from display.page import Page
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.showing.clock import Clock
from display.showing.moving import Moving, Now
from display.showing.screen import Patch, Screen, save
from display.showing.ticker import Ticker
from display.text.rows import Measure


class Presenter:
    """One *screen*, and what is on it. *frames* counts what was handed to the display."""

    def __init__(self, screen: Screen, painter: Painter, measure: Measure, folder: Path | None) -> None:
        self.screen, self._painter, self._measure, self._folder = screen, painter, measure, folder
        self.frames = 0
        self._page: Page | None = None
        self._canvas: Canvas | None = None
        self._moving: dict[Hashable, Moving] = {}
        self._saved: set[str] = set()

    def show(self, page: Page, decision: ScreenDecision, local: datetime | None, seconds: float) -> None:
        """Present *page* whole with what moves on it; ``PageUndrawable`` before anything of it is on the screen."""
        canvas = self._painter.page(page)
        moving = {key: self._moving.get(key) or make() for key, make in self._wanted(page, decision)}
        for key in self._moving.keys() - moving.keys():
            self._moving[key].close()
        self._page, self._canvas, self._moving = page, canvas, moving
        self.again(local, seconds)
        self._keep(page)

    def again(self, local: datetime | None, seconds: float) -> None:
        """Present everything that is on once more, for a window that was damaged."""
        if self._canvas is not None:
            for each in self._moving.values():
                each.refresh()
            self._present([Patch(self._canvas, self._canvas.whole, (0, 0)), *self._patches(Now(local, seconds))])

    def move(self, local: datetime | None, seconds: float) -> None:
        """Present what time alone changed: the minute, and the running line."""
        if patches := self._patches(Now(local, seconds)):
            self._present(patches)

    @property
    def running(self) -> bool:
        """Whether something moves with every frame."""
        return any(each.running for each in self._moving.values())

    def _present(self, patches: list[Patch]) -> None:
        self.screen.present(patches)
        self.frames += 1

    def _patches(self, now: Now) -> list[Patch]:
        return [patch for each in self._moving.values() for patch in each.patches(now)]

    def _wanted(self, page: Page, decision: ScreenDecision) -> Iterator[tuple[Hashable, Callable[[], Moving]]]:
        """What moves on *page*: the key that tells one from another, and how to make it. What has the same key runs on."""
        if (clock := page.clock) is not None:
            yield clock, lambda: Clock(clock, self._painter)
        if (ticker := page.ticker) is not None and decision.ticker:
            yield (ticker, decision.ticker), lambda: Ticker(decision.ticker, ticker, self._measure, self._painter)

    def _keep(self, page: Page) -> None:
        """One picture of each page, the first time it is presented."""
        if self._folder is not None and page.what not in self._saved:
            self._saved.add(page.what)
            save(self.screen.seen(), self._folder / f"board-{len(self._saved):02d}-{page.what}.png")
