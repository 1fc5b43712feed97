"""A session through the whole loudspeaker: signed pack, voice, decoder, sound process, amplifier, and what is on the tape."""

import os
import threading
import time
from itertools import pairwise

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import intervals, read_tape, violations
from device.status import read_status
from evidence.records import Outcome, Rung
from tests.audio.conftest import until
from tests.audio.village import Village, tone

CALM = 0.05
"""Seconds: a third of what a step of the voice may take around a due time without a late word."""


class Witness:
    """Beside the voice, what it does: it waits for a moment and writes to the card. *worst* is how long that took beyond the wait."""

    def __init__(self, path):
        self.path, self.worst, self.end = path, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.thread.join()

    def _run(self):
        with self.path.open("wb") as file:
            ended = False
            while not ended:
                before = time.monotonic()
                ended = self.end.wait(0.02)
                file.write(b".")
                file.flush()
                os.fsync(file.fileno())
                self.worst = max(self.worst, time.monotonic() - before - 0.02)


ASTRAY = 0.03
"""Seconds: what is recorded is foretold at the command, and the disk driver sleeps between its chunks, some parts in a thousand slow."""


def left_between(tape, frame):
    """Between which moments (seconds since boot) *frame* left, by the marks of the sound process; its chunk is 20 ms long."""
    (found,) = [(earlier[0], later[0] + 0.02) for earlier, later in pairwise(tape.marks) if earlier[1] <= frame < later[1]]
    return found


@pytest.fixture
def village(bench, tmp_path_factory):
    return Village(bench, tmp_path_factory.mktemp("publisher"))


def test_a_session_is_spoken_on_time_without_a_gap_inside_the_amplifiers_interval(village, bench):
    first, second = tone(1.5), tone(1.0)
    village.plan_session([first, second], after=9.0)
    with Witness(bench.paths.root / "witness") as witness:
        village.start()
        started = village.outcome("bai-1", Outcome.STARTED)
        assert started.rung is Rung.COMMANDED
        one, two = village.outcome("bai-1", Outcome.COMPLETE), village.outcome("bai-2", Outcome.COMPLETE)
    bench.switched_to(False)
    tape = read_tape(bench.tape)

    assert (one.samples, two.samples, one.rung) == (len(first), len(second), Rung.LEFT_DRIVER)
    assert one.simulated

    both = np.concatenate([first, second])
    at = find(tape.samples, first[:2000])
    # Exact on a driven clock, and measured in the bench. Here what is recorded must be what happened, however busy the machine is,
    # and on time where it let others go on in time.
    due = started.at.mono + (village.due - started.at.wall).total_seconds()
    earliest, latest = left_between(tape, at)
    assert earliest - ASTRAY <= due + one.late <= latest + ASTRAY
    assert abs(one.late) < 0.1 or witness.worst > CALM
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
