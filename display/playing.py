"""The board of an enrolled unit from its parts to its last frame; imported when a first picture is up, because it brings everything."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial

from device.boottime import boottime
from device.clock import Clock, make_clock
from device.inputs import OnSite
from device.memory import begun
from device.override import Openings
from device.paths import Paths
from device.settings import Settings
from device.shelf import Shelf
from device.test_card import Cards
from device.unit import UNCONFIRMED, Enrolment, UnitRecord, site
from device.watchdog import Watchdog
from display.board import Board
from display.errors import ScreenLost
from display.ledger import PROGRAM, Ledger
from display.light.lamp import Lamp
from display.light.lamp import ways as lamp_ways
from display.look.eyes import Eyes
from display.look.glass import glass
from display.look.light import light_at
from display.loop import CALM, pump
from display.media.films import Films
from display.media.pictures import Pictures
from display.paint.painter import Painter
from display.quarantine import Quarantine
from display.rounds import Rounds
from display.screenshot import Screenshots
from display.showing.lasting import LastingScreen
from display.showing.presenter import Presenter
from display.showing.studio import ThreadStudio
from display.showing.wander import Wander, wander_px
from display.status import Listener, StatusLine, paced
from display.text.pango import PangoMeasure
from display.watch import Watch

SWITCH = 0.0005
"""Seconds after which a thread that only computes lets another go on: with Python's 5 ms a frame waited for each call that let go of
the interpreter (measured beside a busy thread: frames 16 ms late at the median with 5 ms, 6 with this)."""
log = logging.getLogger(__name__)


def play(
    paths: Paths,
    screen: LastingScreen,
    stop: threading.Event,
    watchdog: Watchdog,
    settings: Settings,
    record: UnitRecord,
    enrolment: Enrolment,
) -> None:
    """Run the board until *stop*, until its *enrolment* is another, or until the screen is of another kind.

    A simulated screen and a real one never share a journal's claims.
    """

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
            pump=partial(pump, screen, stop),
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


def _go_on(rounds: Rounds, presenter: Presenter, clock: Clock, stop: threading.Event, same: Callable[[], bool]) -> None:
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
