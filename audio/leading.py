"""The voice of a unit that is not enrolled: it says nothing but the next step, in low beeps, with no amplifier on."""

import logging
import threading
from contextlib import closing

from audio.beeper import Beeper
from audio.driver.speaker import Speaker
from audio.ledger import PROGRAM
from device.candidate import key
from device.clock import make_clock
from device.errors import SpeakerLost
from device.paths import Paths
from device.settings import Settings
from device.status import write_status
from device.unit import Enrolment
from device.watchdog import Watchdog
from evidence.report import ProgramStatus

LOOK, STATUS_EVERY = 0.2, 1.0
log = logging.getLogger(__name__)


def lead(
    paths: Paths, settings: Settings, reasons: tuple[str, ...], enrolment: Enrolment, stop: threading.Event, watchdog: Watchdog
) -> None:
    """Beep until *stop*, or until enrolment or wiring are others; *reasons* are why nothing else can be said."""
    clock, wiring, said_at = make_clock(settings, paths), key(paths.unit_toml), -STATUS_EVERY
    log.info("%s", "; ".join(reasons))
    with closing(Speaker(settings, paths)) as speaker:
        beeper, lost = Beeper(paths, speaker, settings.first_boot), ""
        while not stop.is_set() and not enrolment.changed and key(paths.unit_toml) == wiring:
            moment = clock.now()
            try:
                speaker.work(moment.mono)
                beeper.work(moment, idle=True)
                lost = "" if speaker.open else lost
            except SpeakerLost as problem:
                lost = f"mất loa / speaker lost: {problem}"
            if moment.mono >= said_at + STATUS_EVERY:
                said_at = moment.mono
                told = (*reasons, lost) if lost else reasons
                write_status(paths, ProgramStatus(program=PROGRAM, at=moment.stamp(), ready=False, reasons=told, versions={}))
            watchdog.fed()
            stop.wait(LOOK)
