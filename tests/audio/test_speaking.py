"""A session through the whole loudspeaker: signed pack, voice, decoder, sound process, amplifier, and what is on the tape."""

import numpy as np
import pytest

from audio.ring import RATE
from audio.tape import intervals, read_tape, violations
from device.status import read_status
from evidence.records import Outcome, Rung
from tests.audio.conftest import until
from tests.audio.village import Village, tone


@pytest.fixture
def village(bench, tmp_path_factory):
    return Village(bench, tmp_path_factory.mktemp("publisher"))


def test_a_session_is_spoken_on_time_without_a_gap_inside_the_amplifiers_interval(village, bench):
    first, second = tone(1.5), tone(1.0)
    village.plan_session([first, second], after=9.0)
    village.start()
    started = village.outcome("bai-1", Outcome.STARTED)
    assert started.rung is Rung.COMMANDED
    one, two = village.outcome("bai-1", Outcome.COMPLETE), village.outcome("bai-2", Outcome.COMPLETE)
    bench.switched_to(False)
    tape = read_tape(bench.tape)

    # Exact on a driven clock, and measured in the bench; here the disk driver keeps the pace of a machine that may be busy.
    assert abs(one.late) < 0.1
    assert (one.samples, two.samples, one.rung) == (len(first), len(second), Rung.LEFT_DRIVER)
    assert one.simulated

    both = np.concatenate([first, second])
    at = find(tape.samples, first[:2000])
    assert np.array_equal(tape.samples[at : at + len(both)], both), "a cut word, or a gap between two items"

    found = intervals(bench.look(), tape)
    assert len(found) == 1
    assert violations(tape, found, 0.5, 1.0, 1.0) == []
    status = read_status(village.paths, "audio")
    assert status.ready
    assert set(status.simulated) == {"sound: disk", "pins: mock", "clock: shifted"}


def find(samples, needle):
    """Where *needle* stands in *samples*, exactly."""
    starts = np.flatnonzero(samples[: -len(needle)] == needle[0])
    for start in starts:
        if np.array_equal(samples[start : start + len(needle)], needle):
            return int(start)
    raise AssertionError("the speech is not on the tape")


def test_a_missing_sound_device_is_not_ready_and_says_why(village, bench):
    bench.paths.unit_toml.write_text(bench.paths.unit_toml.read_text().replace(str(bench.tape), "/proc/no/such/tape"))
    village.start()

    def why():
        status = read_status(village.paths, "audio")
        return status is not None and not status.ready and "cannot be opened" in status.reasons[0] and status

    assert until(why, "the status to say why").sounding is None


def test_a_unit_that_is_not_enrolled_is_not_ready_and_goes_on_trying(bench):
    voice = bench.start("audio.main")
    status = until(lambda: read_status(bench.paths, "audio"), "a status")
    assert not status.ready
    assert "not enrolled" in status.reasons[0]
    voice.terminate()
    assert voice.wait(5) == 0


def test_a_rivendell_2_bad_item_does_not_stop_the_session(village):
    village.plan_session([b"no sound at all" * 50, tone(1.0)])
    village.start()
    assert "decoder" in village.outcome("bai-1", Outcome.FAILED).reason
    assert village.outcome("bai-2", Outcome.COMPLETE).samples == RATE
