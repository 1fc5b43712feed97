"""The presenter: brings a page and what moves on it to the screen, only what changed, and keeps pictures if asked."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from display.errors import PageUndrawable
from display.media.films import Films
from display.page import Page, Rect, TickerSlot
from display.paint.canvas import Canvas
from display.paint.damage import damage, merged, without
from display.paint.painter import Painter
from display.showing.clock import Clock
from display.showing.film import MovingFilm
from display.showing.moving import Moving, Now
from display.showing.pulse import Pulse, steady
from display.showing.screen import Patch, Screen, save
from display.showing.studio import Ahead, Studio
from display.showing.ticker import Ticker
from display.text.fonts import fonts
from display.text.measure import Measure

TICKER_SPEED = 2.6
"""Ems per second where no setting says otherwise: about 6 letters, slower than reading."""


class Presenter:
    """One *screen*, and what is on it. *frames* counts what was handed to the display. What can wait is painted in *studio*."""

    def __init__(
        self,
        screen: Screen,
        painter: Painter,
        measure: Measure,
        folder: Path | None,
        studio: Studio | None = None,
        ticker_speed: float = TICKER_SPEED,
        films: Films | None = None,
    ) -> None:
        """Without *films* their posters stand still."""
        self.screen, self._painter, self._measure, self._folder, self._ticker_speed = screen, painter, measure, folder, ticker_speed
        self.studio, self.films = studio or Studio(), films
        self.pulse = Pulse(screen.rate)
        self.frames = 0
        self._edition = fonts().edition
        self._painted = self._none_painted()
        self._page: Page | None = None
        self._canvas: Canvas | None = None
        self._moving: dict[Hashable, Moving] = {}
        self._saved: set[str] = set()
        self._left_off: dict[Hashable, str] = {}

    def prepare(self, pages: Sequence[Page]) -> None:
        """Paint *pages* before they are shown, the first ones first; call it again and again. All others are forgotten."""
        self._painted.want(pages)
        if self.films is not None:
            self.films.prepare(pages[0].film if pages else None)

    def show(self, page: Page, local: datetime | None, seconds: float) -> None:
        """Present *page* where it differs from the one before; ``PageUndrawable`` before anything of it is on the screen."""
        if self._edition != fonts().edition:
            # Nothing that is on or was prepared has the letters that this page was laid out for.
            self.leave()
            self._edition, self._painted = fonts().edition, self._none_painted()
        canvas = self._painted.take(page)
        moving = {key: self._moving.get(key) or make() for key, make in self._wanted(page) if key not in self._left_off}
        gone = [self._moving[key] for key in self._moving.keys() - moving.keys()]
        before, self._page, self._canvas, self._moving = self._page, page, canvas, moving
        for each in gone:
            each.close()
        changed = merged((*damage(before, page), *(each.box for each in gone))) if before else ()
        for each in moving.values():
            changed = without(changed, each.box)
        try:
            if before is None or not changed:
                # The same picture again, of which a presentation is counted: then it is also really presented.
                self.again(local, seconds)
            else:
                self._present([*self._parts(canvas, changed), *self._patches(self._now(local, seconds))])
        except PageUndrawable:
            # Nothing of it is on, and what is on is not known here any more: the next page is presented whole.
            self.leave()
            raise
        self._keep(page)

    def again(self, local: datetime | None, seconds: float) -> None:
        """Present everything that is on once more, for a window that was damaged."""
        if self._canvas is not None:
            for each in self._moving.values():
                each.refresh()
            self._present([*self._parts(self._canvas, [self._canvas.whole]), *self._patches(self._now(local, seconds))])

    def leave(self) -> None:
        """What is on is not seen any more: let go of it, and present nothing until the next page."""
        for each in self._moving.values():
            each.close()
        self._page, self._canvas, self._moving = None, None, {}

    def move(self, local: datetime | None, seconds: float) -> None:
        """Present what time alone changed: the minute, and the running line."""
        if patches := self._patches(self._now(local, seconds)):
            self._present(patches)

    @property
    def left_off(self) -> tuple[str, ...]:
        """Why something that should move is not there."""
        return tuple(self._left_off.values())

    def forget(self) -> None:
        """Other content is in force: what was left off is tried again with the next page."""
        self._left_off = {}

    @property
    def clocked(self) -> bool:
        """Whether a clock is on, which changes every minute."""
        return self._page is not None and self._page.clock is not None

    @property
    def steady(self) -> bool:
        """Whether each second must bring another picture."""
        return any(each.steady for each in self._moving.values())

    @property
    def running(self) -> bool:
        """Whether something moves with every frame."""
        return any(each.running for each in self._moving.values())

    def _none_painted(self) -> Ahead[Page, Canvas]:
        return Ahead(self.studio, lambda page: self._painter.page(page))

    def _now(self, local: datetime | None, seconds: float) -> Now:
        if self.pulse.rate != self.screen.rate:
            # Another screen than before.
            self.pulse = Pulse(self.screen.rate)
        return Now(local, self.pulse.beat(seconds, self.running))

    def _present(self, patches: list[Patch]) -> None:
        self.screen.present(patches)
        self.frames += 1

    def _parts(self, canvas: Canvas, rects: Sequence[Rect]) -> Iterator[Patch]:
        return (Patch(canvas, rect, (rect.x, rect.y)) for rect in rects)

    def _patches(self, now: Now) -> list[Patch]:
        return [patch for key, each in list(self._moving.items()) for patch in self._careful(key, each, now)]

    def _careful(self, key: Hashable, each: Moving, now: Now) -> list[Patch]:
        try:
            return each.patches(now)
        except PageUndrawable as problem:
            if each.vital:
                raise
            self._left_off[key] = f"{type(each).__name__}: không vẽ được / cannot be drawn: {problem}"
            del self._moving[key]
            each.close()
            return self._beneath(each.box)

    def _wanted(self, page: Page) -> Iterator[tuple[Hashable, Callable[[], Moving]]]:
        """What moves on *page*: the key that tells one from another, and how to make it. What has the same key runs on."""
        if (clock := page.clock) is not None:
            yield clock, lambda: Clock(clock, self._painter, self.studio)
        if (ticker := page.ticker) is not None:
            yield (ticker, self.screen.rate), lambda: self._ticker(ticker)
        if (film := page.film) is not None and (films := self.films) is not None:
            yield film, lambda: MovingFilm(film, films, self._beneath)

    def _beneath(self, box: Rect) -> list[Patch]:
        return list(self._parts(self._canvas, [box])) if self._canvas is not None else []

    def _ticker(self, slot: TickerSlot) -> Ticker:
        speed = steady(self._ticker_speed * slot.face.size, self.screen.rate)
        return Ticker(slot, speed, self._measure, self._painter, self.studio)

    def _keep(self, page: Page) -> None:
        """One picture of each page, the first time it is presented."""
        if self._folder is not None and page.what not in self._saved:
            self._saved.add(page.what)
            save(self.screen.seen(), self._folder / f"board-{len(self._saved):02d}-{page.what}.png")
