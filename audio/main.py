"""The voice's program: verified content in, speech out; `run(paths)` until it is told to stop."""

import logging
import threading
from contextlib import closing
from functools import partial

from audio.beeper import Beeper
from audio.desk import Desk
from audio.driver.pulse import Pulse
from audio.driver.ring import RATE
from audio.driver.speaker import Speaker
from audio.heard.listening import Ear
from audio.leading import lead
from audio.ledger import PROGRAM, Ledger
from audio.live.tuner import Tuner
from audio.on_site.microphone import Microphones
from audio.on_site.recordings import Recordings
from audio.playing.airing import Airing
from audio.playing.feed import Feed
from audio.source.sources import open_source
from audio.voice import Voice
from bundle.errors import Refused, refuse
from device.clock import Clock, SystemClock, make_clock
from device.inputs import SILENCED, OnSite
from device.override import Openings
from device.paths import Paths
from device.settings import PinFactory, Settings, SoundDriver, load_settings
from device.shelf import Shelf
from device.status import write_status
from device.stopping import stop_signals
from device.unit import NOT_ENROLLED, UNCONFIRMED, Enrolment, UnitRecord, read_unit, site
from device.watchdog import Watchdog
from director.moment import Moment
from director.programme import Site
from evidence.records import Stamp
from evidence.report import ProgramStatus, Sounding

RETRY = 1.0
IDLE, BUSY = 0.1, 0.02
"""Seconds between looks: an emergency waits a tenth of a second at most, a quiet day costs almost nothing."""
STATUS_EVERY = 1.0
RETIRE_EVERY = 3600.0
log = logging.getLogger(__name__)


def run(paths: Paths) -> int:
    """Speak until SIGTERM or SIGINT; without settings, enrolment or wiring say so in the status and keep trying."""
    with stop_signals() as stop, closing(Watchdog.from_environment()) as watchdog:
        while not stop.is_set():
            try:
                enrolment, settings = Enrolment(paths), wired(load_settings(paths.unit_toml), paths)
                record, unknown = enrolled(paths)
                if record is None:
                    lead(paths, settings, unknown, enrolment, stop, watchdog)
                else:
                    speak(paths, settings, record, enrolment, stop, watchdog)
            except Refused as problem:
                reasons = tuple(str(complaint) for complaint in problem.complaints)
                log.warning("%s", "; ".join(reasons))
                write_status(
                    paths, ProgramStatus(program=PROGRAM, at=SystemClock(paths).now().stamp(), ready=False, reasons=reasons, versions={})
                )
                watchdog.fed()
                stop.wait(RETRY)
    return 0


def wired(settings: Settings, paths: Paths) -> Settings:
    """*settings*, if they describe a loudspeaker that this program can drive."""
    if not settings.amplifier:
        raise refuse(f"{paths.unit_toml}: amplifier", "không có đường tăng âm / no amplifier line", "thêm [[amplifier]] / add one")
    if settings.sound.rate != RATE:
        raise refuse(f"{paths.unit_toml}: sound.rate", f"chỉ phát {RATE} Hz / only {RATE} Hz is played", f"rate = {RATE}")
    return settings


def enrolled(paths: Paths) -> tuple[UnitRecord | None, tuple[str, ...]]:
    """The unit's enrolment with its trust root, or why there is none."""
    try:
        record = read_unit(paths)
    except Refused as problem:
        return None, tuple(str(complaint) for complaint in problem.complaints)
    if record is None or not paths.root_json.exists():
        return None, (NOT_ENROLLED,)
    return record, ()


def speak(paths: Paths, settings: Settings, record: UnitRecord, enrolment: Enrolment, stop: threading.Event, watchdog: Watchdog) -> None:
    """The loop of an enrolled unit until *stop*, or until its *enrolment* is another and nothing sounds."""
    clock = make_clock(settings, paths)
    simulated, here = simulations(settings, clock), site(record, settings)
    shelf = Shelf(paths, PROGRAM, paths.root_json.read_bytes())
    with (
        closing(Ledger(paths, clock, bool(simulated))) as ledger,
        closing(Recordings(paths, settings.microphone.keep_mb if settings.microphone else 0.0, ledger.recording)) as recordings,
        closing(Speaker(settings, paths)) as speaker,
        closing(Pulse(lambda: speaker.ring)) as pulse,
        closing(Tuner(ledger)) as tuner,
        closing(
            Feed(
                shelf.blob,
                partial(open_source, microphone=Microphones(paths, settings.microphone, recordings).open, tune=tuner.open),
            )
        ) as feed,
    ):
        desk = Desk(shelf, here, ledger)
        voice = Voice(settings, speaker, feed, ledger)
        beeper = Beeper(paths, speaker, settings.first_boot)
        ear = Ear(paths, settings.microphone, ledger, desk.may_listen)
        on_site, openings, status, retire_at = OnSite(paths), Openings(paths), StatusLine(paths, simulated), 0.0
        while not stop.is_set() and (voice.busy or not enrolment.changed):
            moment = clock.now()
            stopped = on_site.stopped(moment)
            queue = desk.queue(moment, stopped, openings.now(moment))
            tuner.work(moment, desk.listen)
            beeper.work(moment, idle=not here.confirmed and not queue and not voice.busy)
            voice.step(moment, queue)
            ear.work(moment, voice.stage, queue)
            recordings.work()
            reasons = silences(here, stopped)
            status.say(moment, voice, desk.versions, reasons, tuner.unreceived, desk.ordered(moment))
            if not voice.busy and moment.mono >= retire_at:
                ledger.retire()
                retire_at = moment.mono + RETIRE_EVERY
            pulse.worked()
            watchdog.fed()
            stop.wait(BUSY if voice.busy else IDLE)
        desk.settle(clock.now())
        ear.close()
        voice.stop(clock.now())


def silences(here: Site, stopped: bool) -> tuple[str, ...]:
    """Why nothing may sound *here* at all, as the registry knows it."""
    return (*((UNCONFIRMED,) if not here.confirmed else ()), *((SILENCED,) if stopped else ()))


def simulations(settings: Settings, clock: Clock) -> tuple[str, ...]:
    """What of this loudspeaker is not real."""
    found: tuple[str, ...] = ("sound: disk",) if settings.sound.driver is SoundDriver.DISK else ()
    found += ("microphone: disk",) if settings.microphone and settings.microphone.driver is SoundDriver.DISK else ()
    found += ("pins: mock",) if settings.pins.factory is PinFactory.MOCK else ()
    return found + (("clock: shifted",) if clock.simulated else ())


class StatusLine:
    """Writes the program's status when it changed, and every second."""

    def __init__(self, paths: Paths, simulated: tuple[str, ...]) -> None:
        self._paths, self._simulated = paths, simulated
        self._said: tuple[object, ...] = ()
        self._at = -STATUS_EVERY

    def say(
        self,
        moment: Moment,
        voice: Voice,
        versions: dict[str, int],
        silences: tuple[str, ...] = (),
        unreceived: bool = False,
        ordered: tuple[float, str | None] = (0.0, None),
    ) -> None:
        """Tell what sounds at *moment*, evidence and not intention: samples are leaving. *silences* are why none may.

        *unreceived*: a live programme is lacking. *ordered* are the volume and the mute in force.
        """
        airing = voice.stage.sounding()
        reasons = (*silences, *voice.reasons)
        state = (airing.utterance.key if airing else None, reasons, versions, unreceived, ordered)
        if state == self._said and moment.mono < self._at + STATUS_EVERY:
            return
        self._said, self._at = state, moment.mono
        write_status(
            self._paths,
            ProgramStatus(
                program=PROGRAM,
                at=moment.stamp(),
                ready=not voice.reasons,
                reasons=reasons,
                sounding=sounding(airing, voice.stage.position, moment) if airing else None,
                unreceived=unreceived,
                volume=ordered[0],
                muted=ordered[1],
                versions=versions,
                simulated=self._simulated,
            ),
        )


def sounding(airing: Airing, position: int, moment: Moment) -> Sounding:
    """What leaves the loudspeaker, since its first sample."""
    said = airing.utterance
    since: Stamp = moment.later(-(position - (airing.first or 0)) / RATE).stamp()
    return Sounding(occurrence=said.key, item=said.item, channel=said.channel, language=said.language, since=since)
