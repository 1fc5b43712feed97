"""The presenter: brings a page, its clock and its running line to the screen, only what changed, and keeps pictures if asked."""

from datetime import datetime
from pathlib import Path

from director.decision import ScreenDecision
from display.page import Page
from display.pages.frame import clock_elements
from display.paint.canvas import Canvas
from display.paint.painter import Painter
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
        self._clock: tuple[Page, str] | None = None
        self._ticker: Ticker | None = None
        self._running: tuple[object, ...] = ()
        self._saved: set[str] = set()

    def show(self, page: Page, decision: ScreenDecision, local: datetime | None, seconds: float) -> None:
        """Present *page* whole with its clock and ticker; ``PageUndrawable`` before anything of it is on the screen."""
        canvas = self._painter.page(page)
        self._page, self._canvas, self._clock = page, canvas, None
        self._set_ticker(page, decision)
        self._present([Patch(canvas, canvas.whole, (0, 0)), *self._clock_patches(local), *self._ticker_patches(seconds)])
        self._keep(page)

    def again(self, local: datetime | None, seconds: float) -> None:
        """Present everything that is on once more, for a window that was damaged."""
        if self._canvas is not None:
            self._clock = None
            self._present([Patch(self._canvas, self._canvas.whole, (0, 0)), *self._clock_patches(local), *self._ticker_patches(seconds)])

    def move(self, local: datetime | None, seconds: float) -> None:
        """Present what time alone changed: the minute, and the running line."""
        patches = [*self._clock_patches(local), *self._ticker_patches(seconds)]
        if patches:
            self._present(patches)

    @property
    def running(self) -> bool:
        """Whether something moves with every frame."""
        return self._ticker is not None

    def _present(self, patches: list[Patch]) -> None:
        self.screen.present(patches)
        self.frames += 1

    def _clock_patches(self, local: datetime | None) -> list[Patch]:
        page = self._page
        if page is None or page.clock is None:
            return []
        shown = (page, "" if local is None else f"{local:%Y%m%d%H%M}")
        if shown == self._clock:
            return []
        self._clock = shown
        slot, canvas = page.clock, Canvas(page.size)
        self._painter.elements(canvas, clock_elements(slot, local))
        return [Patch(canvas, slot.box, (slot.box.x, slot.box.y))]

    def _ticker_patches(self, seconds: float) -> list[Patch]:
        return self._ticker.patches(seconds) if self._ticker else []

    def _set_ticker(self, page: Page, decision: ScreenDecision) -> None:
        running = (page.ticker, decision.ticker)
        if page.ticker is None or not decision.ticker:
            self._ticker, self._running = None, ()
        elif self._ticker is None or running != self._running:
            # The same texts in the same place run on through a change of pages.
            self._ticker, self._running = Ticker(decision.ticker, page.ticker, self._measure, self._painter), running
        else:
            self._ticker.refresh()

    def _keep(self, page: Page) -> None:
        """One picture of each page, the first time it is presented."""
        if self._folder is not None and page.what not in self._saved:
            self._saved.add(page.what)
            save(self.screen.seen(), self._folder / f"board-{len(self._saved):02d}-{page.what}.png")
