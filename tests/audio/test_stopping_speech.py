"""Stopping speech in the middle of a word: what is on the tape after a signed order arrived, or somebody pressed the switch."""

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import read_tape
from bundle.policy import Kill, StopList, Withdrawal
from bundle.trust import Target
from device.boottime import boottime
from device.paths import Paths
from device.settings import load_settings
from device.status import read_status
from evidence.records import FaultCode, Outcome
from tests.audio.amplifier.switchboard import Switchboard
from tests.audio.conftest import until
from tests.audio.village import Village, tone
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import START

AT_ONCE = 2.0
"""FIELD's limit from the arrival on."""


@pytest.fixture
def village(bench, tmp_path_factory):
    return Village(bench, tmp_path_factory.mktemp("publisher"))


def speaking(village, seconds=15.0):
    village.plan_session([tone(seconds)])
    village.start()
    until(village.sounding, "sound")


def silent_from(village, moment):
    """Nothing is on the tape later than *moment*, although samples went on leaving for a second and more."""
    until(lambda: boottime() > moment + 1.5, "the tape to go on")
    tape = read_tape(village.bench.tape)
    at = round(tape.seconds_at(moment) * RATE)
    assert len(tape.samples) > at + RATE // 2, "the tape must have gone on, or its silence shows nothing"
    assert np.abs(tape.samples[: at - round(AT_ONCE * RATE)]).max() > 5000, "it did speak before"
    assert not tape.samples[at:].any()


STOPS = {
    "withdrawn": {"withdrawn": (Withdrawal(item="bai-1", version=9, reason="sai giờ"),)},
    "killed": {"kills": (Kill(since=START, reason="bị chiếm quyền"),)},
}


@pytest.mark.parametrize("order", STOPS)
def test_a_signed_order_silences_speech_within_two_seconds_of_its_arrival(village, order):
    speaking(village)
    village.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, **STOPS[order]), at=village.now())
    arrived = boottime()
    village.put(Target.STOP)
    ended = village.outcome("bai-1", Outcome.FAILED)
    assert "stopped" in ended.reason
    silent_from(village, arrived + AT_ONCE)
    assert not any(line.outcome is Outcome.COMPLETE for line in village.sounded())


def test_the_switch_silences_speech_at_once_and_nothing_of_it_is_a_fault(village, bench):
    board = Switchboard(bench.paths, load_settings(bench.paths.unit_toml)).start()
    try:
        village.plan_session([tone(15.0)])
        village.start_voice()
        until(village.sounding, "sound")
        board.press()
        pressed = boottime()
        off = until(lambda: next((line for line in board.switched() if not line.active), None), "the line to fall")
        assert off.at.mono - pressed < 0.5
        assert off.reason == "stop switch"
        assert "stopped" in village.outcome("bai-1", Outcome.FAILED).reason
        silent_from(village, pressed + AT_ONCE)
        assert not any(getattr(line, "code", None) is FaultCode.AMPLIFIER_LOST for line in village.lines)
        status = until(lambda: (s := read_status(village.paths, "audio")) and s.reasons and s, "the reason")
        assert status.ready, "a unit that somebody silenced is not broken"
        assert status.reasons[0].startswith("silenced-on-site:")
    finally:
        board.stop()


class Unheard(Paths):
    """The unit's files for an amplifier program whose word about the switch reaches nobody."""

    @property
    def inputs(self):
        return self.state / "nobody/inputs.json"

    @property
    def stop_latch(self):
        return self.state / "nobody/latch.json"


def test_a_voice_that_first_hears_of_the_switch_from_the_lease_calls_it_no_fault(village, bench):
    board = Switchboard(Unheard(bench.paths.root), load_settings(bench.paths.unit_toml)).start()
    try:
        village.plan_session([tone(15.0)])
        village.start_voice()
        until(village.sounding, "sound")
        board.press()
        assert "stopped" in village.outcome("bai-1", Outcome.FAILED).reason
        assert not any(getattr(line, "code", None) is FaultCode.AMPLIFIER_LOST for line in village.lines)
    finally:
        board.stop()
