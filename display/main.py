"""The board's program: its built-in page first, then everything else; `run(paths)` until it is told to stop."""

import logging
import sys
import threading
import time
from collections.abc import Callable
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
from display.page import Size
from display.showing.lasting import LastingScreen, no_screen
from display.showing.screen import Pumped, Screen
from display.showing.sdl import ways
from display.showing.underneath import lay_under

if TYPE_CHECKING:
    from device.clock import Clock
    from device.settings import Settings
    from device.unit import Enrolment, UnitRecord
    from display.rounds import Rounds
    from display.showing.presenter import Presenter

RETRY = 2.0
SWITCH = 0.0005
"""Seconds after which a thread that only computes lets another go on: with Python's 5 ms a frame waited for each call that let go of
the interpreter (measured beside a busy thread: frames 16 ms late at the median with 5 ms, 6 with this)."""
CALM = 0.1
"""Seconds between looks when nothing moves: an alert is on the board within a quarter of a second."""
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

            _play(paths, screen, stop, watchdog, load_settings(paths.unit_toml), record, enrolment)
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
        pump=partial(_pump, screen, stop),
    )


def _play(
    paths: Paths,
    screen: LastingScreen,
    stop: threading.Event,
    watchdog: Watchdog,
    settings: "Settings",
    record: "UnitRecord",
    enrolment: "Enrolment",
) -> None:
    """Run the board until *stop*, until its *enrolment* is another, or until the screen is of another kind.

    A simulated screen and a real one never share a journal's claims.
    """
    from device.clock import make_clock
    from device.inputs import OnSite
    from device.override import Openings
    from device.shelf import Shelf
    from device.test_card import Cards
    from device.unit import UNCONFIRMED, site
    from display.board import Board
    from display.ledger import PROGRAM, Ledger
    from display.light.lamp import Lamp
    from display.light.lamp import ways as lamp_ways
    from display.look.eyes import Eyes
    from display.look.glass import glass
    from display.look.light import light_at
    from display.media.films import Films
    from display.media.pictures import Pictures
    from display.paint.painter import Painter
    from display.quarantine import Quarantine
    from display.rounds import Rounds
    from display.screenshot import Screenshots
    from display.showing.presenter import Presenter
    from display.showing.studio import ThreadStudio
    from display.showing.wander import Wander, wander_px
    from display.status import Listener, StatusLine, paced
    from display.text.pango import PangoMeasure
    from display.watch import Watch

    sys.setswitchinterval(SWITCH)
    clock, kind = make_clock(settings, paths), screen.simulated
    simulated = (*kind, *(("clock: shifted",) if clock.simulated else ()))
    shelf = Shelf(paths, PROGRAM, paths.root_json.read_bytes())
    pictures, films, quarantine = Pictures(shelf.blob), Films(shelf.unproven), Quarantine(paths.drawing)
    where = site(record, settings)
    ledger_of, lamp_of = Ledger(paths, clock, bool(simulated)), Lamp(lamp_ways(paths.backlights, settings.screen))
    with closing(ledger_of) as ledger, closing(lamp_of) as lamp, closing(ThreadStudio()) as studio, closing(films):
        measure = PangoMeasure()
        lighting, eyes = partial(light_at, screen=settings.screen), Eyes(settings.screen.pitch_mm, settings.screen.distance_m)
        folder, speed = settings.screen.frames_folder, settings.screen.ticker_speed
        shaping = partial(glass, eyes=eyes, layout=settings.screen.layout, ems_a_second=speed)
        presenter = Presenter(screen, Painter(pictures, quarantine.drawing), measure, folder, studio, speed, films)
        board = Board(shelf, where, ledger, presenter, measure, pictures, paced(settings.screen), lighting, shaping, quarantine.drawing)
        rounds = Rounds(
            screen=screen,
            pump=partial(_pump, screen, stop),
            board=board,
            ledger=ledger,
            listener=Listener(paths),
            on_site=OnSite(paths),
            openings=Openings(paths),
            test_cards=Cards(paths),
            status=StatusLine(paths, simulated, () if where.confirmed else (UNCONFIRMED,)),
            watch=Watch(screen, presenter, ledger, lamp, settings.screen, where.timezone),
            watchdog=watchdog,
            wander=Wander(wander_px(settings.screen), settings.screen.wander_minutes * 60),
            screenshots=Screenshots(paths, screen, simulated),
            quarantine=quarantine,
        )
        _go_on(rounds, presenter, clock, stop, lambda: screen.simulated in (kind, ()) and not enrolment.changed)
        board.stop(clock.now())
        log.info("%s", presenter.pulse.intervals())


def _go_on(rounds: "Rounds", presenter: "Presenter", clock: "Clock", stop: threading.Event, same: Callable[[], bool]) -> None:
    """Frame after frame and, some ten times a second, a round, for as long as screen and enrolment are the *same*."""
    look_again, frames = 0.0, 0
    begun(for_good=True)
    holds = True
    while not stop.is_set() and holds:
        moment = clock.now()
        try:
            # The frame first: it has a moment, a look has not.
            rounds.board.move(moment)
            if moment.mono >= look_again:
                look_again = moment.mono + CALM
                rounds.look(moment)
                look_again = min(look_again, rounds.board.due(moment))
                holds = same()
        except ScreenLost as problem:
            rounds.screen.lose(str(problem))
            look_again = moment.mono
        if rounds.screen.waits and presenter.frames != frames:
            presenter.pulse.held(boottime())
        frames = presenter.frames
        if presenter.running:
            time.sleep(max(0.0, presenter.pulse.due() - boottime()))  # noqa: TID251 - a frame's rest needs no end, and is half as dear
        else:
            stop.wait(max(0.0, look_again - boottime()))


def _pump(screen: Screen, stop: threading.Event, again: Callable[[], None]) -> None:
    """Take the window system's events: a closed window ends the program, a damaged one is presented *again*."""
    match screen.pump():
        case Pumped.CLOSED:
            stop.set()
        case Pumped.DAMAGED:
            again()
        case Pumped.NOTHING:
            pass


def _wait(paths: Paths, screen: LastingScreen, stop: threading.Event, watchdog: Watchdog) -> None:
    begun(for_good=False)
    end = boottime() + RETRY
    while not stop.is_set() and boottime() < end:
        screen.look(boottime())
        try:
            if screen.there:
                _pump(screen, stop, partial(show_builtin, screen, paths.unit_toml, paths.first_picture))
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
