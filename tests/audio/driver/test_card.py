"""A sound card that is pulled out and put back: SDL goes on calling back, and nothing of that may count as sound.

SDL's disk driver gives its device up exactly as its ALSA driver does, when a write fails for good: here the tape is a pipe whose
reader goes away and comes back.
"""

import fcntl
import os
import threading

import pytest

from audio.driver.ring import CHUNK
from audio.driver.speaker import Speaker
from device.boottime import boottime
from device.errors import SpeakerLost
from device.paths import Paths
from device.settings import Settings, Sound, SoundDriver
from evidence.records import Fault, FaultCode, Outcome, Rung
from tests.audio.conftest import until
from tests.audio.village import Village, tone

PIPE = 4096


class Socket:
    """Where the card is plugged in: a pipe that is drained while the card is there; *taken* counts its samples."""

    def __init__(self, path):
        self.path, self.taken, self._reader = path, 0, None
        os.mkfifo(path)

    def plug_in(self):
        self._reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(self._reader, fcntl.F_SETPIPE_SZ, PIPE)
        self._out, self._pull = os.pipe()
        self._thread = threading.Thread(target=self._drain, args=(self._reader, self._out))
        self._thread.start()

    def _drain(self, reader, out):
        import selectors

        with selectors.DefaultSelector() as selector:
            selector.register(reader, selectors.EVENT_READ)
            selector.register(out, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select(1.0)}
                if out in ready:
                    return
                try:
                    self.taken += len(os.read(reader, 65536)) // 2
                except BlockingIOError:
                    continue

    def pull_out(self):
        os.write(self._pull, b"!")
        self._thread.join()
        for descriptor in (self._reader, self._out, self._pull):
            os.close(descriptor)
        self._reader = None

    def close(self):
        if self._reader is not None:
            self.pull_out()


@pytest.fixture
def socket(tmp_path):
    made = Socket(tmp_path / "card.raw")
    made.plug_in()
    yield made
    made.close()


def test_a_card_that_is_pulled_out_is_lost_its_counter_stands_still_and_it_is_tried_again_until_it_is_back(socket, tmp_path):
    speaker = Speaker(Settings(sound=Sound(driver=SoundDriver.DISK, tape=socket.path)), Paths(tmp_path))
    lost = []

    def work():
        try:
            speaker.work(boottime())
        except SpeakerLost as problem:
            lost.append(str(problem))

    def runs():
        work()
        return speaker.ring is not None and speaker.open and speaker.ring.position > 10 * CHUNK

    until(runs, "the device to run")
    ring = speaker.ring
    socket.pull_out()
    until(lambda: work() or lost, "the loss")
    assert "pulled out" in lost[0]
    assert ring.position <= socket.taken + PIPE + 3 * CHUNK, "what SDL threw away counted as if it had left"
    socket.plug_in()
    until(runs, "the device to run again", 30.0)
    speaker.close()


def test_what_a_lost_card_cut_is_no_sound_and_the_next_item_sounds_when_it_is_back(bench, tmp_path, tmp_path_factory):
    socket = Socket(bench.tape)
    socket.plug_in()
    village = Village(bench, tmp_path_factory.mktemp("publisher"))
    village.plan_session([tone(8.0), tone(1.0)])
    village.start()
    until(village.sounding, "sound")
    until(lambda: (s := village.sounding()) and s.occurrence.endswith("bai-1"), "the first item")
    socket.pull_out()
    cut = village.outcome("bai-1", Outcome.FAILED)
    assert "pulled out" in cut.reason
    assert cut.samples <= socket.taken + PIPE + 3 * CHUNK
    fault = until(lambda: next((f for f in village.lines if isinstance(f, Fault) and f.code is FaultCode.SPEAKER_LOST), None), "the fault")
    assert fault.active
    assert bench.switched_to(False), "no horn is left humming"
    socket.plug_in()
    back = village.outcome("bai-2", Outcome.COMPLETE)
    assert (back.samples, back.rung) == (48_000, Rung.LEFT_DRIVER)
    socket.close()
