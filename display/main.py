"""The board's program: its built-in page first, then everything else; `run(paths)` until it is told to stop."""

import logging
import threading
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from device.paths import Paths
from device.stopping import stop_signals
from display.errors import ScreenLost
from display.first import open_screen, show_builtin
from display.showing.screen import Pumped, Screen

if TYPE_CHECKING:
    from device.settings import Settings
    from device.unit import UnitRecord

RETRY = 2.0
CALM = 0.1
"""Seconds between looks when nothing moves: an alert is on the board within a quarter of a second."""
log = logging.getLogger(__name__)


def run(paths: Paths) -> int:
    """Show something from the first second until SIGTERM or SIGINT; a lost screen is opened again for as long as it takes."""
    with stop_signals() as stop:
        while not stop.is_set():
            try:
                with closing(open_screen(paths.unit_toml)) as screen:
                    show_builtin(screen, paths.unit_toml, paths.first_picture)
                    _show(paths, screen, stop)
            except ScreenLost as problem:
                log.warning("screen lost: %s", problem)
                _not_ready(paths, (f"màn hình không dùng được / no screen: {problem}",))
                stop.wait(RETRY)
    return 0


# Everything below imports the models, the trust library and the rest only when it is called: by then a picture is up.


def _show(paths: Paths, screen: Screen, stop: threading.Event) -> None:
    """Wait for a usable wiring and an enrolment behind the built-in page, then run the board."""
    from bundle.errors import Refused

    while not stop.is_set():
        try:
            settings, record = _wiring(paths)
            return _play(paths, screen, stop, settings, record)
        except Refused as refusal:
            reasons = tuple(str(complaint) for complaint in refusal.complaints)
            log.warning("%s", "; ".join(reasons))
            _not_ready(paths, reasons)
            _wait(screen, stop, RETRY)
    return None


def _wiring(paths: Paths) -> "tuple[Settings, UnitRecord]":
    from bundle.errors import refuse
    from device.settings import load_settings
    from device.unit import read_unit

    settings, record = load_settings(paths.unit_toml), read_unit(paths)
    if record is None or not paths.root_json.exists():
        raise refuse(str(paths.unit_json), "thiết bị chưa ghi danh / the unit is not enrolled", "bangtin provision enrol")
    return settings, record


def _play(paths: Paths, screen: Screen, stop: threading.Event, settings: "Settings", record: "UnitRecord") -> None:
    from device.clock import make_clock
    from device.inputs import SILENCED, OnSite
    from device.override import Openings
    from device.shelf import Shelf
    from device.unit import site
    from display.board import Board
    from display.ledger import PROGRAM, Ledger
    from display.look.light import light_at
    from display.media.pictures import Pictures
    from display.paint.painter import Painter
    from display.showing.presenter import Presenter
    from display.showing.studio import ThreadStudio
    from display.showing.wander import Wander, wander_px
    from display.status import Listener, StatusLine, paced
    from display.text.pango import PangoMeasure
    from evidence.records import FaultCode

    clock = make_clock(settings, paths)
    simulated = (*screen.simulated, *(("clock: shifted",) if clock.simulated else ()))
    shelf = Shelf(paths, PROGRAM, paths.root_json.read_bytes())
    pictures = Pictures(shelf.blob)
    with closing(Ledger(paths, clock, bool(simulated))) as ledger, closing(ThreadStudio()) as studio:
        measure = studio.now(PangoMeasure)
        lighting = partial(light_at, screen=settings.screen)
        presenter = Presenter(screen, Painter(pictures), measure, settings.screen.frames_folder, studio, settings.screen.ticker_speed)
        board = Board(shelf, site(record, settings), ledger, presenter, measure, pictures, paced(settings.screen), lighting)
        listener, on_site, openings, status = Listener(paths), OnSite(paths), Openings(paths), StatusLine(paths, simulated)
        ledger.right(clock.now(), FaultCode.SCREEN_LOST)
        ledger.standing(clock.now(), FaultCode.SCREEN_MISFIT, screen.complaint)
        wander = Wander(wander_px(settings.screen), settings.screen.wander_minutes * 60)
        try:
            look_again = 0.0
            while not stop.is_set():
                moment = clock.now()
                if moment.mono < look_again:
                    board.move(moment)
                    _rest(stop, presenter.pulse.due() if presenter.running else look_again)
                    continue
                look_again = moment.mono + CALM
                match screen.pump():
                    case Pumped.CLOSED:
                        stop.set()
                    case Pumped.DAMAGED:
                        board.again(moment)
                    case Pumped.NOTHING:
                        pass
                if (aside := wander.step(moment.mono)) is not None:
                    screen.shift(aside)
                    board.again(moment)
                stopped = on_site.stopped(moment)
                override, unreceived = openings.now(moment), listener.unreceived(moment)
                board.step(moment, listener.hears(moment), stopped, listener.said(moment), override, unreceived)
                status.say(moment, board, (SILENCED,) if stopped else ())
                ledger.tidy(moment)
                _rest(stop, presenter.pulse.due() if presenter.running else look_again)
            board.stop(clock.now())
            log.info("%s", presenter.pulse.intervals())
        except ScreenLost as problem:
            ledger.fault(clock.now(), FaultCode.SCREEN_LOST, str(problem))
            raise


def _rest(stop: threading.Event, until: float) -> None:
    """Until the next frame is due or the next look, in seconds since boot."""
    stop.wait(max(0.0, until - time.clock_gettime(time.CLOCK_BOOTTIME)))


def _wait(screen: Screen, stop: threading.Event, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not stop.is_set() and time.monotonic() < end:
        if screen.pump() is Pumped.CLOSED:
            stop.set()
        stop.wait(CALM)


def _not_ready(paths: Paths, reasons: tuple[str, ...]) -> None:
    from device.clock import SystemClock
    from device.status import write_status
    from evidence.report import ProgramStatus

    write_status(paths, ProgramStatus(program="display", at=SystemClock(paths).now().stamp(), ready=False, reasons=reasons, versions={}))
