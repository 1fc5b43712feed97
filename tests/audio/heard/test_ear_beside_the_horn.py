"""The ear with the whole voice on a driven clock: what it is told of is what left the driver, as in front of a perfect horn."""

import numpy as np
import pytest

from audio.driver.ring import CHUNK, RATE
from audio.heard import listening
from audio.heard.goertzel import levels
from audio.heard.hearing import BLOCK, FREQUENCIES, HOP
from audio.heard.listening import Ear
from device.ear import read_ear
from device.settings import Microphone
from evidence.records import Outcome, Rung
from tests.audio.enrolment import enrol_with_ear
from tests.audio.rig import Rig
from tests.director import village

SESSIONS = {"sang": "06:00", "trua": "06:01"}
NEWS = 4000


class Beside:
    """In place of the ear's process: it hears the rig's own tape from when it was begun."""

    rig: Rig

    def __init__(self, _settings):
        self.begun, self.at, self.looks = len(self.rig.chunks), 0, []

    def hear(self):
        """50 ms may have come, in whole chunks."""
        chunks = self.rig.chunks[self.begun + self.at // CHUNK :]
        while (len(chunks) - 1) * CHUNK >= BLOCK:
            heard = np.concatenate(chunks[: BLOCK // CHUNK + 1])[self.at % CHUNK :][:BLOCK]
            self.looks.append([self.rig.times[self.begun] + self.at / RATE, *levels(heard, FREQUENCIES, RATE)])
            self.at += HOP
            chunks = self.rig.chunks[self.begun + self.at // CHUNK :]

    def close(self):
        pass


@pytest.fixture
def rig(tmp_path, monkeypatch):
    """Two sessions, each with a signal of its own, and an ear that nobody has calibrated."""
    items = (village.announcement("tin", 4.0),)
    sessions = tuple(village.session(name, clock, ["tin"]) for name, clock in SESSIONS.items())
    made = Rig(tmp_path, village.programme(village.bundle(announcements=items, sessions=sessions)), {"tin": NEWS})
    monkeypatch.setattr(listening, "_Child", Beside)
    Beside.rig = made
    yield made
    made.close()


def calibrate(rig, tone):
    enrol_with_ear(rig.paths, tone)


def test_every_announcement_is_listened_to_from_its_own_signal_and_not_from_the_one_before(rig):
    ear = Ear(rig.paths, Microphone(), rig.ledger, lambda _moment: True)
    for clock in ("06:00:10", "06:01:10"):
        while rig.now < village.moment(clock).mono:
            rig.step()
            ear.work(rig.clock.now(), rig.voice.stage, rig.desk.queue(rig.clock.now()))
        reading = read_ear(rig.paths)
        assert reading is not None
        assert reading.whole
        calibrate(rig, reading.tone)
    complete = [line.rung for line in rig.records() if line.outcome is Outcome.COMPLETE]
    assert complete == [Rung.LEFT_DRIVER, Rung.HEARD]
