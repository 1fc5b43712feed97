"""The board's program: its built-in page first, then everything else; `run(paths)` until it is told to stop."""

import logging
import threading
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from device.boottime import boottime
from device.connectors import Connectors
from device.memory import begin, begun, give_back_large_blocks
from device.paths import Paths
from device.stopping import stop_signals
from device.watchdog import Watchdog
from display.errors import ScreenLost
from display.first import open_screen, show_builtin
from display.loop import CALM, pump
from display.page import Size
from display.showing.lasting import LastingScreen, no_screen
from display.showing.screen import Screen
from display.showing.sdl import ways
from display.showing.underneath import lay_under

if TYPE_CHECKING:
    from device.unit import Enrolment, UnitRecord

RETRY = 2.0
log = logging.getLogger(__name__)


def run(paths: Paths) -> int:
    """Show something from the first second until SIGTERM or SIGINT; a lost screen is opened again for as long as it takes."""

    def opened(way: str, preferred: Size | None) -> Screen:
        screen = open_screen(paths.unit_toml, way, preferred)
        try:
            show_builtin(screen, paths.unit_toml, paths.first_picture)
        except ScreenLost:
            screen.close()
            raise
        if (whole := screen.whole) is not None:
            lay_under(whole)
        return screen

    give_back_large_blocks()
    begin()
    lasting = LastingScreen(opened, ways(), Connectors(paths.connectors))
    with stop_signals() as stop, closing(lasting) as screen:
        screen.look(boottime())
        _show(paths, screen, stop)
    return 0


# Everything below imports the models, the trust library and the rest only when it is called: by then a picture is up.


def _show(paths: Paths, screen: LastingScreen, stop: threading.Event) -> None:
    """Wait for a usable wiring and an enrolment behind the built-in page, then run the board."""
    from bundle.errors import Refused
    from device.unit import Enrolment

    watchdog = Watchdog.from_environment()
    while not stop.is_set():
        enrolment = Enrolment(paths)
        record, unknown = _enrolled(paths)
        if record is None or record.confirmed is None:
            _set_up(paths, screen, stop, watchdog, enrolment, unknown)
            continue
        try:
            from device.settings import load_settings
            from display.playing import play

            play(paths, screen, stop, watchdog, load_settings(paths.unit_toml), record, enrolment)
        except Refused as refusal:
            # A unit in its village shows nobody what is wrong with it: the built-in page stays.
            reasons = tuple(str(complaint) for complaint in refusal.complaints)
            log.warning("%s", "; ".join(reasons))
            _not_ready(paths, reasons if screen.there else (*reasons, no_screen(screen.lost)))
            _wait(paths, screen, stop, watchdog)


def _enrolled(paths: Paths) -> "tuple[UnitRecord | None, tuple[str, ...]]":
    """The enrolment with its root, or why there is none."""
    from bundle.errors import Refused
    from device.unit import NOT_ENROLLED, read_unit

    try:
        record = read_unit(paths)
    except Refused as refusal:
        return None, tuple(str(complaint) for complaint in refusal.complaints)
    if record is None or not paths.root_json.exists():
        return None, (NOT_ENROLLED,)
    return record, ()


def _set_up(
    paths: Paths, screen: LastingScreen, stop: threading.Event, watchdog: Watchdog, enrolment: "Enrolment", unknown: tuple[str, ...]
) -> None:
    """Show what comes next until the enrolment or the wiring is another."""
    from bundle.errors import Refused
    from device.candidate import key
    from device.clock import make_clock
    from device.settings import Settings, load_settings
    from device.unit import UNCONFIRMED
    from display.set_up import show_set_up

    wiring, wrong, settings = key(paths.unit_toml), tuple[str, ...](), Settings()
    try:
        settings = load_settings(paths.unit_toml)
    except Refused as refusal:
        wrong = tuple(str(complaint) for complaint in refusal.complaints)
    reasons = (*(unknown or (UNCONFIRMED,)), *wrong)
    log.info("%s", "; ".join(reasons))
    begun(for_good=False)
    show_set_up(
        *(paths, screen, stop, watchdog, make_clock(settings, paths), settings.screen, reasons),
        over=lambda: enrolment.changed or key(paths.unit_toml) != wiring,
        pump=partial(pump, screen, stop),
    )


def _wait(paths: Paths, screen: LastingScreen, stop: threading.Event, watchdog: Watchdog) -> None:
    begun(for_good=False)
    end = boottime() + RETRY
    while not stop.is_set() and boottime() < end:
        screen.look(boottime())
        try:
            if screen.there:
                pump(screen, stop, partial(show_builtin, screen, paths.unit_toml, paths.first_picture))
        except ScreenLost as problem:
            screen.lose(str(problem))
        watchdog.fed()
        stop.wait(CALM)


def _not_ready(paths: Paths, reasons: tuple[str, ...]) -> None:
    from device.clock import SystemClock
    from device.status import write_status
    from evidence.report import ProgramStatus

    status = ProgramStatus(program="display", at=SystemClock(paths).now().stamp(), ready=False, reasons=reasons, versions={})
    try:
        write_status(paths, status)
    except OSError as problem:
        log.warning("status: %s", problem)
