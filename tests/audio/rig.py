"""A whole loudspeaker on a driven clock: real voice, feed, ring, ledger, desk and amplifier bank; device, pins and decoders are played."""

import os
from dataclasses import replace

import numpy as np

from audio.amplifier.bank import Bank
from audio.amplifier.request import Ask, Request
from audio.desk import Desk
from audio.driver.ring import CHUNK, RATE, Ring, make
from audio.driver.timeline import Timeline, exactly
from audio.ledger import Ledger
from audio.mix.tone import ToneSource
from audio.playing.feed import Feed
from audio.source.chain import Chain
from audio.voice import Voice
from bundle.asset import Clip
from device.clock import ManualClock
from device.errors import ClipUnplayable, SpeakerLost
from device.journal import read
from device.paths import Paths
from device.settings import BEACON, Amplifier, Pins, Settings, Sound
from director.decision import Clips, Tone
from evidence.records import Sounded
from tests.audio.amplifier.test_zones import Line
from tests.director import village

STEP = CHUNK / RATE
MARKET, SCHOOL = "cho", "truong"
LINES = (("market", MARKET, 0.4), ("gate", MARKET, 0.6), ("school", SCHOOL, 0.8))


class Given:
    """A decoder whose every sample is *value*, from *resume* seconds on; it breaks after *whole* seconds of its clip, if that is given."""

    def __init__(self, value, seconds, resume=0.0, whole=None):
        self.value, self.left = value, round((seconds - resume) * RATE)
        self.whole = None if whole is None else round((whole - resume) * RATE)
        self.finished = self.left <= 0

    def read(self, frames, now):
        if self.whole is not None and self.whole <= 0:
            raise ClipUnplayable("bộ giải mã dừng / the decoder ended")
        # Never more than a pipe holds.
        count = max(0, min(frames, self.left, 8192))
        self.left -= count
        self.whole = None if self.whole is None else self.whole - count
        self.finished = self.left <= 0
        return np.full(count, self.value, np.int16)

    def wait_from(self, now):
        pass

    def close(self):
        pass


class RigSpeaker:
    """The sound process as the voice sees it, with a reader that moves when the test says so."""

    def __init__(self, rig):
        self.rig, self.amplifier, self.lost = rig, None, False
        self.activation, self.renew_at = None, 0.0
        self.restart()

    def restart(self):
        descriptor = make(self.rig.paths.ring)
        self.ring, self.open = Ring(descriptor), True
        os.close(descriptor)

    def work(self, now):
        if self.lost:
            self.lost = False
            self.activation = None
            self.restart()
            self.rig.bank.lose(self.rig.newest, now)
            raise SpeakerLost("thiết bị âm thanh đứng yên / the sound device takes no samples")

    def keep(self, now):
        """What the sound process does by itself."""
        if self.activation and self.ring.position >= self.ring.until:
            self.release()
        if now >= self.renew_at and not self.rig.amplifier_dead:
            self.renew_at = now + 0.25
            ask = Request(Ask.RENEW, *self.activation) if self.activation else Request(Ask.READ)
            self.amplifier = self.rig.bank.answer(ask, now, True)

    def timeline(self):
        return Timeline(self.rig.now, float(self.ring.position))

    def left_at(self, frame):
        return exactly(self.ring.marks(), frame)

    def hold(self, activation, emergency, lines=()):
        self.activation, self.renew_at = (activation, emergency, lines), 0.0
        self.rig.newest = activation

    def release(self):
        if self.activation:
            self.amplifier = self.rig.bank.answer(Request(Ask.RELEASE, self.activation[0]), self.rig.now, True)
        self.activation, self.renew_at = None, 0.0

    def drop(self):
        self.ring.until = 0
        self.ring.clear()
        self.release()


class Current:
    """Sensors that all say the same while their line is on: True, False, or None where there are none."""

    def __init__(self, says):
        self.says = says

    def look(self, commanded, now):
        pass

    def proof(self, line, now):
        return None, self.says

    def deadline(self):
        return None


class Shelf:
    """What the desk needs of one."""

    refusals, versions = (), {}

    def __init__(self, rig):
        self.rig = rig

    def changed(self):
        was, self.rig.news = self.rig.news, False
        return was

    def at_once(self, site, moment):
        return self.rig.programme

    def keep(self):
        pass

    def new_refusals(self):
        return ()

    def blob(self, clip):
        return self.rig.find(clip)


class Rig:
    """*levels* gives each item the value of its samples; `tape` is what left, `lines_at` which lines were on at each chunk, since when,
    `lit_at` whether the light was."""

    def __init__(self, folder, programme, levels, start="05:59:50", broken=None, current=None, sound=None, beacon=None, **limits):
        limits = {"active_high": True, "minimum_off": 0.5, "maximum_on": 120.0, "tail": 0.3, "hold": 0.5, **limits}
        wired = tuple(Amplifier(line=name, zone=zone, pin=pin, warm_up=warm, **limits) for pin, (name, zone, warm) in enumerate(LINES, 4))
        self.settings = Settings(pins=Pins(stagger=0.1), amplifier=wired, sound=sound or Sound(), beacon=beacon)
        self.warm_ups = {name: warm for name, _, warm in LINES}
        self.paths, self.clock = Paths(folder), ManualClock(village.moment(start))
        self.programme = replace(programme, site=replace(programme.site, lead=6.0 + (self.settings.sound.latency_ms or 0.0) / 1000))
        self.levels, self.broken = levels, dict(broken or {})
        self.chunks, self.lines_at, self.lit_at, self.times = [], [], [], []
        self.absent = set()
        self.news, self.stopped, self.amplifier_dead, self.newest, self.override = True, False, False, 0, None
        self.pins = {line.line: Line([0.0]) for line in wired}
        self.light = Line([0.0])
        self.bank = Bank(self.settings, {**self.pins, BEACON: self.light}, lambda _change: None, {}, Current(current))
        self.start()

    @property
    def now(self):
        return self.clock.now().mono

    def start(self):
        """The voice's program begins, on the journal that there is."""
        self.ledger = Ledger(self.paths, self.clock, simulated=True)
        self.speaker = RigSpeaker(self)
        self.feed = Feed(self.find, self._open)
        self.desk = Desk(Shelf(self), self.programme.site, self.ledger)
        self.voice = Voice(self.settings, self.speaker, self.feed, self.ledger)
        self.news = True

    def find(self, clip):
        """Where a recording lies, unless it is one of those that are *absent*."""
        return None if clip.sha256 in self.absent else self.paths.root

    def crash(self):
        """SIGKILL: nothing is said or released, the sound process says goodbye to the amplifier, and the program starts again."""
        self.bank.lose(self.newest, self.now)
        self.start()

    def stop_on_site(self, stopped):
        """The stop switch is pressed or let go, and both programs hear of it."""
        self.stopped = stopped
        self.bank.stand_still(stopped, self.now)
        self.speaker.renew_at = 0.0

    def kill_amplifier(self, dead):
        """The amplifier program dies, which leaves its lines inactive, or is there again."""
        self.amplifier_dead = dead
        if dead:
            self.bank.stop(self.now)
            self.speaker.amplifier = None

    def publish(self, **parts):
        """Something of the programme's only cell changes."""
        (cell,) = self.programme.cells
        self.programme, self.news = replace(self.programme, cells=(replace(cell, **parts),)), True

    def run(self, seconds, until=None):
        """Let *seconds* pass, or until *until* holds."""
        for _ in range(round(seconds / STEP)):
            self.step()
            if until is not None and until():
                return
        assert until is None, "it did not come"

    def run_to(self, clock):
        """Let time pass up to the local hour *clock*."""
        self.run(village.moment(clock).mono - self.now)

    def step(self):
        self.leave()
        moment = self.clock.now()
        self.voice.step(moment, self.desk.queue(moment, self.stopped, self.override))

    def leave(self):
        """The next chunk leaves, whether the voice does anything or not."""
        moment = self.clock.advance(STEP)
        out = np.empty(CHUNK, np.int16)
        self.bank.tick(moment.mono)
        self.lines_at.append({name: self.bank._since[name] for name, pin in self.pins.items() if pin.value})
        self.lit_at.append(bool(self.light.value))
        self.speaker.ring.take(memoryview(out).cast("B"), moment.mono)
        self.chunks.append(out)
        self.times.append(moment.mono)
        self.speaker.keep(moment.mono)

    @property
    def tape(self):
        return np.concatenate(self.chunks)

    def second(self, clock):
        """Where on the tape the local hour *clock* lies, as a sample."""
        return round((village.moment(clock).mono - self.times[0]) * RATE)

    def stretches(self, item):
        """(first, last) sample of each stretch that is exactly *item* at its own level, at least 50 ms long."""
        return runs(self.tape == self.levels[item])

    def lines(self):
        """The voice's journal: (item, outcome) in order."""
        return [(self.name(line.item), line.outcome) for line in self.records()]

    def records(self):
        return [line for line in read(self.paths.journal("audio")) if isinstance(line, Sounded)]

    def name(self, item):
        return next((name for name in self.levels if name in item), item)

    def close(self):
        self.ledger.close()

    def _part(self, clip, offset, _now):
        """The level of a part is that of its recording, by the hash."""
        return None if self.find(clip) is None else Given(self.levels[clip.sha256], clip.duration, offset)

    def _open(self, utterance, _find, now):
        if isinstance(utterance.source, Tone):
            return ToneSource(utterance.source.seconds)
        if isinstance(utterance.source, Clip) and utterance.source.sha256 in self.levels:
            return self._part(utterance.source, utterance.resume, now)
        name = self.name(utterance.item)
        if isinstance(utterance.source, Clips):
            return Chain(utterance.source, utterance.resume, self._part, now)
        return Given(self.levels[name], utterance.source.duration, utterance.resume, self.broken.get(name))


def runs(here, least=RATE // 20):
    """(first, last) of each stretch where *here* is true that is at least *least* samples long."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], here, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2) if b - a >= least]
