"""The board of a unit that is being set up: provisioning's next step, page after page, until the enrolment is another."""

import logging
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial
from pathlib import Path

from device.boottime import boottime
from device.clock import Clock
from device.first_boot import FirstBoot, NextStep
from device.paths import Paths
from device.screen import Screen as ScreenSettings
from device.status import write_status
from device.test_card import Cards
from device.watchdog import Watchdog
from director.moment import Moment
from display.errors import PageUndrawable, ScreenLost
from display.ledger import PROGRAM
from display.look.eyes import Eyes
from display.look.light import light_at
from display.look.scale import Scale
from display.look.theme import theme_in
from display.media.pictures import Pictures
from display.page import Page
from display.pages.set_up import set_up_pages
from display.pages.style import Style
from display.pages.test_card import card_page
from display.paint.painter import Painter
from display.screenshot import Screenshots
from display.showing.lasting import LastingScreen, no_screen
from display.showing.presenter import Presenter
from display.showing.studio import ThreadStudio
from display.text.pango import PangoMeasure
from evidence.records import ClockState
from evidence.report import ProgramStatus

CALM = 0.1
"""Seconds between looks: a new step is on the board at once."""
STATUS_EVERY = 5.0
TIMEZONE, NOON = "Asia/Ho_Chi_Minh", time(12)
log = logging.getLogger(__name__)

Pump = Callable[[Callable[[], None]], None]


def show_set_up(
    paths: Paths,
    screen: LastingScreen,
    stop: threading.Event,
    watchdog: Watchdog,
    clock: Clock,
    settings: ScreenSettings,
    reasons: tuple[str, ...],
    over: Callable[[], bool],
    pump: Pump,
) -> None:
    """Show the next step until *stop* or until it is *over*; *reasons* are why the board has nothing else to show."""
    with closing(ThreadStudio()) as studio:
        measure = PangoMeasure()
        presenter = Presenter(screen, Painter(Pictures(_no_picture)), measure, settings.frames_folder, studio, settings.ticker_speed)
        shown = SetUp(paths, screen, presenter, measure, settings, reasons)
        look_again = 0.0
        while not stop.is_set() and not over():
            moment = clock.now()
            try:
                presenter.move(None, moment.mono)
                if moment.mono >= look_again:
                    look_again = moment.mono + CALM
                    shown.look(moment, pump)
                    watchdog.fed()
            except PageUndrawable as problem:
                # What was on stays on, at least the built-in page; the next page, or what is said next, is tried again.
                log.warning("%s", problem)
                watchdog.fed()
            except ScreenLost as problem:
                screen.lose(str(problem))
                shown.lost()
            rest = presenter.pulse.due() if presenter.running else look_again
            stop.wait(max(0.0, rest - boottime()))


def _local(moment: Moment) -> datetime:
    """The local time; while nobody knows the hour it is noon: units are set up by day, and the sun stands against the board."""
    return moment.local(TIMEZONE) if moment.state is not ClockState.UNKNOWN else datetime.combine(moment.wall, NOON)


def _no_picture(_: object) -> Path | None:
    return None


@dataclass
class SetUp:
    """Which page is on, since when."""

    paths: Paths
    screen: LastingScreen
    presenter: Presenter
    measure: PangoMeasure
    settings: ScreenSettings
    reasons: tuple[str, ...]
    _step: NextStep = field(init=False)
    _cards: Cards = field(init=False)
    _screenshots: Screenshots = field(init=False)
    _pages: tuple[Page, ...] = field(default=(), init=False)
    _told: FirstBoot | None = field(default=None, init=False)
    _words: str = field(default="", init=False)
    _made_of: object = field(default=None, init=False)
    _index: int = field(default=0, init=False)
    _turned: float = field(default=0.0, init=False)
    _number: int = field(default=-1, init=False)
    _said: tuple[object, ...] = field(default=(), init=False)
    _at: float = field(default=-STATUS_EVERY, init=False)

    def __post_init__(self) -> None:
        self._step, self._cards = NextStep(self.paths), Cards(self.paths)
        self._screenshots = Screenshots(self.paths, self.screen, self.screen.simulated)

    def look(self, moment: Moment, pump: Pump) -> None:
        """One round at *moment*: what is new is shown at once, a page that stayed its dwell gives way."""
        self.screen.look(moment.mono)
        if self.screen.there:
            if self.screen.number != self._number:
                self._number = self.screen.number
                self.lost()
            self._show(self._step.now(moment.boot), self._cards.wanted(moment), moment)
            pump(partial(self.presenter.again, None, moment.mono))
        else:
            self.lost()
        self._say(moment)
        self._screenshots.look(moment, self._what, self.screen.there, "" if self.screen.there else no_screen(self.screen.lost))

    def lost(self) -> None:
        """What was presented is there no more."""
        self.presenter.leave()
        self._made_of = None

    @property
    def _what(self) -> str | None:
        return self._pages[self._index].what if self._pages and self.screen.there else None

    def _show(self, told: FirstBoot | None, card: bool, moment: Moment) -> None:
        if told is not self._told:
            # The hour at which it was said changes every few seconds, and nothing of what the board says.
            self._told, self._words = told, told.model_dump_json(exclude={"at"}) if told else ""
        light = light_at(_local(moment), self.settings)
        made_of = (self._words, light, self.screen.size, card)
        if made_of != self._made_of:
            before, self._made_of = self._pages, made_of
            scale = Scale(self.screen.size, Eyes(self.settings.pitch_mm, self.settings.distance_m))
            theme = theme_in(light)
            pages = set_up_pages(told, scale, theme, self.measure, self.settings.ticker_speed) if not card else ()
            self._pages = pages or (card_page(Style(scale, theme, self.measure)),)
            self._turn(self._same(before), moment)
        elif moment.mono >= self._turned + self._pages[self._index].dwell and len(self._pages) > 1:
            self._turn((self._index + 1) % len(self._pages), moment)

    def _same(self, before: tuple[Page, ...]) -> int:
        """Who reads a page goes on with it when something else was said meanwhile, if it is still one of as many."""
        names = [page.what for page in self._pages]
        return self._index if before and before[self._index].what in names and len(before) == len(self._pages) else 0

    def _turn(self, index: int, moment: Moment) -> None:
        self._index, self._turned = index, moment.mono
        self.presenter.show(self._pages[index], None, moment.mono)
        self.presenter.prepare([self._pages[(index + 1) % len(self._pages)]])

    def _say(self, moment: Moment) -> None:
        reasons = (*self.reasons, *(() if self.screen.there else (no_screen(self.screen.lost),)))
        said = (self._what, reasons)
        if said == self._said and moment.mono < self._at + STATUS_EVERY:
            return
        self._said, self._at = said, moment.mono
        status = ProgramStatus(
            program=PROGRAM,
            at=moment.stamp(),
            ready=False,
            reasons=reasons,
            showing=self._what,
            versions={},
            simulated=self.screen.simulated,
        )
        with suppress(OSError):  # a full folder in RAM: nobody hears of the board, which goes on all the same
            write_status(self.paths, status)
