"""The next step as beeps: they leave while every line is surely inactive, and never otherwise."""

from dataclasses import dataclass

import numpy as np
import pytest

from audio.amplifier.request import LineState, Reply
from audio.beeper import Beeper
from audio.driver.ring import CHUNK, RATE, Ring, make
from audio.driver.tape import read_tape
from device.boottime import boottime
from device.clock import ManualClock, make_clock
from device.first_boot import FirstBoot, Step, write_first_boot
from device.first_boot_settings import FirstBootSettings
from device.paths import Paths
from device.settings import load_settings
from device.status import read_status
from tests.audio.conftest import until
from tests.audio.mix.test_beeps import starts
from tests.simulators.publisher import START

REST = LineState(active=False, activation=None, since=0.0, rested=0.0)
ON = LineState(active=True, activation=1, since=0.0, rested=0.0)


@dataclass
class Played:
    """A speaker whose ring is read by the test itself."""

    ring: Ring
    amplifier: Reply | None
    open: bool = True

    def hear(self, seconds):
        found = []
        for _ in range(round(seconds * RATE / CHUNK)):
            buffer = bytearray(2 * CHUNK)
            self.ring.take(memoryview(buffer), boottime())
            found.append(np.frombuffer(buffer, np.int16))
        return np.concatenate(found)


@pytest.fixture
def speaker(tmp_path):
    return Played(Ring(make(tmp_path / "run/ring")), Reply({"horn": REST}))


@pytest.fixture
def clock():
    return ManualClock.at(START)


def beeper(speaker, paths, clock, step, boot="boot-1", **settings):
    write_first_boot(paths, FirstBoot(at=clock.now().stamp().model_copy(update={"boot": boot}), step=step))
    return Beeper(paths, speaker, FirstBootSettings(**settings))


def test_the_number_of_the_next_step_is_heard_again_and_again(speaker, tmp_path, clock):
    made = beeper(speaker, Paths(tmp_path), clock, Step.NETWORK, beep_every=10.0)
    for _ in range(2):
        made.work(clock.now(), idle=True)
        assert len(starts(speaker.hear(4.0))) == Step.NETWORK.number
        clock.advance(9.0)
        made.work(clock.now(), idle=True)
        assert not speaker.hear(1.0).any(), "not yet again"
        clock.advance(1.0)


@pytest.mark.parametrize(
    ("amplifier", "why"),
    [
        (None, "the amplifier program does not answer"),
        (Reply({}), "it knows of no line"),
        (Reply({"a": REST, "b": ON}), "a line is active"),
    ],
)
def test_nothing_is_heard_unless_every_line_is_known_to_be_inactive(speaker, tmp_path, clock, amplifier, why):
    speaker.amplifier = amplifier
    beeper(speaker, Paths(tmp_path), clock, Step.NETWORK).work(clock.now(), idle=True)
    assert not speaker.hear(4.0).any(), why


@pytest.mark.parametrize("step", [Step.STARTING, Step.DONE])
def test_a_step_that_waits_for_nobody_is_silent(speaker, tmp_path, clock, step):
    beeper(speaker, Paths(tmp_path), clock, step).work(clock.now(), idle=True)
    assert not speaker.hear(4.0).any()


def test_what_was_said_in_another_boot_is_silent(speaker, tmp_path, clock):
    beeper(speaker, Paths(tmp_path), clock, Step.NETWORK, boot="another").work(clock.now(), idle=True)
    assert not speaker.hear(4.0).any()


@pytest.mark.parametrize("stop", ["somebody speaks", "a line becomes active"])
def test_the_beeps_that_have_not_left_never_do_once_something_is_to_sound(speaker, tmp_path, clock, stop):
    made = beeper(speaker, Paths(tmp_path), clock, Step.CONFIRM)
    made.work(clock.now(), idle=True)
    assert speaker.hear(0.5).any()
    speaker.amplifier = Reply({"horn": ON}) if stop == "a line becomes active" else speaker.amplifier
    made.work(clock.now(), idle=stop != "somebody speaks")
    speaker.hear(0.1)  # what is as good as gone
    assert not speaker.hear(6.0).any()


def test_a_unit_that_is_not_enrolled_beeps_its_next_step_and_no_line_is_ever_active(bench):
    bench.start_amplifier()
    bench.start("audio.main")
    status = until(lambda: read_status(bench.paths, "audio"), "the status")
    assert (status.ready, status.reasons[0].startswith("thiết bị chưa ghi danh")) == (False, True)
    at = make_clock(load_settings(bench.paths.unit_toml), bench.paths).now().stamp()
    write_first_boot(bench.paths, FirstBoot(at=at, step=Step.NETWORK))

    until(bench.tape.with_name("speaker.raw.clock.jsonl").exists, "the tape")

    until(lambda: len(starts(read_tape(bench.tape).samples)) >= Step.NETWORK.number, "the beeps")
    assert np.abs(read_tape(bench.tape).samples).max() < 10 ** (-29 / 20) * 32767
    assert not any(line.active for line in bench.look())
