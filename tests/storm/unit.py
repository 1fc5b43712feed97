"""A unit in the storm on a driven clock: real board, voice, amplifier bank and shelves; pins, screen, device and decoders are played."""

import shutil
from contextlib import ExitStack
from datetime import timedelta

from gpiozero.pins.mock import MockFactory

from audio.amplifier.bank import Bank
from audio.amplifier.pins import open_lines
from audio.desk import Desk
from audio.ledger import Ledger
from audio.main import sounding
from audio.playing.feed import Feed
from audio.voice import Voice
from bundle.alert import AlertSet
from bundle.asset import blob_path
from bundle.policy import FeedRules, Policy, StopList
from bundle.trust import Target
from device.clock import ManualClock
from device.settings import BEACON, Beacon, Light
from device.shelf import Shelf
from director.decision import AlertPage, CaptionPage, NoticePage
from director.moment import Moment
from director.programme import Programme, Site
from display.board import Board
from display.ledger import Ledger as Shown
from display.look.emergency import LEVELS
from display.media.pictures import Pictures
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.text.pango import PangoMeasure
from evidence.records import ClockState
from tests.audio.rig import Current, Rig, RigSpeaker
from tests.display.samples import panel
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import Publisher
from tests.storm.story import CHANNELS, HOURS, PHRASES, PROVINCE, Story, clip

SITE = Site("loa-1", f"{CHANNEL}.01", "Bản Mẫu", (PROVINCE, CHANNEL), ("vi",), lead=6.0)
AFTERWARDS = 60.0
IDLE, BOARD_EVERY = 1.0, 1.0
MEASURE = PangoMeasure()
LEVELS_OF = {clip(PHRASES).sha256: 9000, clip(HOURS).sha256: 12000}
SIZE = (640, 360)


class Unit(Rig):
    """`true` is the real time, whatever the unit's own clock says; None of it runs while the power is off."""

    def __init__(self, folder, story: Story):
        self.story, self.publisher = story, Publisher(folder / "publisher", (PROVINCE, CHANNEL), story.begins)
        self.behind = timedelta()
        self.sent = {channel: [] for channel in ("xa", "tinh", "feed")}
        self.stopped_alerts = []
        light = Beacon(pin=23, active_high=False, light=Light.STEADY, afterwards=AFTERWARDS)
        super().__init__(folder / "unit", Programme(SITE), LEVELS_OF, start=story.begins, minimum_off=10.0, beacon=light)

    @property
    def true(self):
        return self.clock.now().wall + self.behind

    def start(self):
        """Power: every program begins, and all lines are inactive."""
        self._wires = ExitStack()
        self.pins = self._wires.enter_context(open_lines(self.settings, MockFactory()))
        self.bank = Bank(self.settings, dict(self.pins), lambda _change: None, {}, Current(None))
        self.light = self.pins.pop(BEACON)
        self.ledger, self.speaker = Ledger(self.paths, self.clock, simulated=True), RigSpeaker(self)
        if not (self.paths.shelf / CHANNEL).exists():
            self._publish_the_rest()
        voice_shelf, shelf = (Shelf(self.paths, name, self.publisher.root_bytes) for name in ("audio", "display"))
        self.feed = Feed(voice_shelf.blob, self._open)
        self.find = voice_shelf.blob
        self.desk = Desk(voice_shelf, SITE, self.ledger)
        self.voice = Voice(self.settings, self.speaker, self.feed, self.ledger)
        pictures = Pictures(shelf.blob)
        self.screen = HeadlessScreen(SIZE)
        self.shown = Shown(self.paths, self.clock, simulated=True)
        presenter = Presenter(self.screen, Painter(pictures), MEASURE, None)
        shaping = lambda size, offered: panel(size)  # noqa: E731 - one size of eyes for all
        self.board = Board(shelf, SITE, self.shown, presenter, MEASURE, pictures, lambda _main: 0.5, shaping=shaping)
        self._board_at = 0.0

    def power_off(self):
        """The power goes: lines and RAM with it."""
        self._wires.close()
        for folder in (self.paths.run, self.paths.fast):
            shutil.rmtree(folder, ignore_errors=True)

    def power_on(self, moment):
        """The power returns at *moment*; the unit only knows that it is not earlier than what was signed last."""
        self.clock = ManualClock(Moment(self.publisher.now, ClockState.UNKNOWN, "boot-2", 8.0))
        self.behind = moment - self.publisher.now
        self.start()

    def learn_the_time(self):
        """The network tells it."""
        now = self.clock.now()
        self.clock.moment = Moment(self.true, ClockState.TRUSTED, now.boot, now.mono)
        self.behind = timedelta()

    def receive(self, each):
        """What is signed now lies in the fast folder, which is RAM."""
        channel, now = CHANNELS[each.by], self.true
        if each.stopped:
            self.stopped_alerts += each.stopped
            self.publisher.release_stop(channel, StopList(format=1, channel=channel, cancelled=tuple(self.stopped_alerts)), at=now)
            return self._put(channel, Target.STOP)
        self.sent[each.by] += [each.alert] if each.alert else []
        alerts = AlertSet(format=1, channel=channel, alerts=tuple(self.sent[each.by]))
        if each.by == "feed":
            self.publisher.release_feed(channel, alerts, at=now)
            return self._put(channel, Target.FEED)
        self.publisher.release_alerts(channel, alerts, at=now)
        return self._put(channel, Target.ALERTS)

    def tick(self):
        """One round: a chunk of sound while there is anything to do for the voice, a second otherwise."""
        if self.voice.busy:
            self.leave()
        else:
            now = self.clock.advance(IDLE).mono
            self.bank.tick(now)
            self.speaker.keep(now)
        moment = self.clock.now()
        self.voice.step(moment, self.desk.queue(moment))
        said = self.voice.stage.sounding()
        if moment.mono >= self._board_at:
            self._board_at = moment.mono + BOARD_EVERY
            self.board.step(moment, sounding(said, self.voice.stage.position, moment) if said else None)
        return said.utterance if said else None

    def showing(self):
        """The name of the message that is on the board, "tin" for an ordinary page."""
        main = self.board._decision.main
        return main.alert.identifier if isinstance(main, AlertPage) else "tin" if isinstance(main, NoticePage) else type(main).__name__

    def shows_words(self):
        """Whether the board shows an emergency, or the words of what is said."""
        return self.board.emergency or isinstance(self.board._decision.main, CaptionPage)

    def level(self):
        """The level whose colour is on the screen, by its pixels; None for none."""
        import pygame

        pixels = pygame.surfarray.array3d(self.screen.seen())
        share = {level: float((pixels == colour.colour).all(axis=2).mean()) for level, colour in LEVELS.items()}
        found, most = max(share.items(), key=lambda each: each[1])
        return found if most > 0.02 else None

    def close(self):
        self.ledger.close()
        self.shown.close()
        self._wires.close()

    def _publish_the_rest(self):
        for blob in (PHRASES, HOURS):
            path = self.paths.shelf / blob_path(clip(blob).sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(blob)
            self.publisher.add_blob(blob)
        self.publisher.release_bundle(CHANNEL, small_bundle(self.publisher.now))
        feed = self.story.text["feed"]
        rules = FeedRules(areas=(PROVINCE,), level=feed["level"], at_once=feed["at_once"], per_hour=feed["per_hour"])
        self.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, feed=rules))
        for target in (Target.BUNDLE, Target.POLICY):
            self._put(CHANNEL, target, self.paths.shelf)

    def _put(self, channel, target, folder=None):
        path = (folder or self.paths.fast) / channel / f"{target}.pack"
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name("new")
        new.write_bytes(self.publisher.pack(channel, target))
        new.rename(path)
