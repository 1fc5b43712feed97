"""What is claimed of sound: measured at the driver, sensed at the lines, and nothing that a missing sensor did not say."""

import numpy as np
import pytest

from audio.driver.proof import rung
from audio.driver.ring import CHUNK, RATE
from audio.driver.timeline import Timeline
from audio.playing.endings import Endings
from audio.playing.lines import all_of
from device.journal import read
from evidence.records import Fault, FaultCode, Outcome, Rung
from tests.audio.rig import Rig
from tests.director import village

NEWS = 4000
LEVEL = 20 * np.log10(NEWS / 32768)


def rig_of(folder, **more):
    items = (village.announcement("tin", 9.0),)
    content = village.bundle(announcements=items, sessions=(village.session("sang", "06:00", ["tin"]),))
    return Rig(folder, village.programme(content), {"tin": NEWS}, **more)


@pytest.fixture
def rig(tmp_path):
    made = rig_of(tmp_path)
    yield made
    made.close()


def mute(rig, seconds):
    """The sound process hands zeros to the driver although something stands in the ring."""
    ring = rig.speaker.ring
    take, ends = ring.take, rig.now + seconds
    ring.take = lambda out, now: take(out, now, muted=now < ends)


def faults(rig, code):
    return [line.active for line in read(rig.paths.journal("audio")) if isinstance(line, Fault) and line.code is code]


def ending(rig):
    return next(line for line in rig.records() if line.outcome not in (Outcome.MISSED, Outcome.STARTED))


def test_the_record_says_how_loud_it_left_and_how_many_samples(rig):
    rig.run(25.0)
    done = ending(rig)
    assert (done.outcome, done.samples, done.rung) == (Outcome.COMPLETE, 9 * RATE, Rung.LEFT_DRIVER)
    assert done.level == pytest.approx(LEVEL, abs=0.01)
    assert faults(rig, FaultCode.SILENT_OUTPUT) == []


def test_tripbot_993_silent_while_playing_is_seen_at_the_output_and_never_claimed_as_sound(rig):
    rig.run_to("05:59:59")
    mute(rig, 60.0)
    rig.run(20.0)
    assert faults(rig, FaultCode.SILENT_OUTPUT) == [True]
    done = ending(rig)
    assert done.rung is Rung.COMMANDED
    assert done.level is None


def test_squeezeplay_30_the_fault_is_over_only_after_sustained_good_sound(rig):
    rig.run_to("06:00:01")
    mute(rig, 1.0)
    rig.run_to("06:00:06.5")
    assert faults(rig, FaultCode.SILENT_OUTPUT) == [True], "four seconds of sound are not enough"
    rig.run(3.0)
    assert faults(rig, FaultCode.SILENT_OUTPUT) == [True, False]


def test_a_pause_in_the_recording_is_no_silent_output(rig):
    rig.levels["tin"] = 0
    rig.run(25.0)
    assert faults(rig, FaultCode.SILENT_OUTPUT) == []


@pytest.mark.parametrize(("says", "claimed"), [(True, Rung.ELECTRICAL), (False, Rung.LEFT_DRIVER), (None, Rung.LEFT_DRIVER)])
def test_only_current_in_every_line_while_it_sounded_is_electrical(tmp_path, says, claimed):
    rig = rig_of(tmp_path, current=says)
    rig.run(25.0)
    assert ending(rig).rung is claimed
    rig.close()


def test_what_was_not_calibrated_is_unknown_in_the_record(rig):
    rig.run(25.0)
    assert all(line.latency is None for line in rig.records())


def test_what_was_calibrated_stands_beside_the_error_that_it_explains(rig):
    stage = rig.voice.stage
    stage.endings = Endings(rig.ledger, 0.08, {})
    rig.speaker.timeline = lambda: Timeline(rig.now, float(rig.speaker.ring.position), latency=0.08)
    rig.run(25.0)
    assert ending(rig).latency == 0.08
    (first, _), *_ = rig.stretches("tin")
    assert first == pytest.approx(rig.second("06:00") - 0.08 * RATE, abs=2 * CHUNK), (
        "earlier at the driver, so that it is on time at the horn"
    )
    assert ending(rig).late == pytest.approx(0.0, abs=0.03)


SENSES = (None, False, True)


@pytest.mark.parametrize("electrical", SENSES)
@pytest.mark.parametrize("heard", SENSES)
def test_the_rungs_are_never_mixed_up_and_what_is_missing_is_never_ok(electrical, heard):
    assert rung(False, electrical, heard) is Rung.COMMANDED, "what no driver took was not heard either"
    expected = Rung.HEARD if heard else Rung.ELECTRICAL if electrical else Rung.LEFT_DRIVER
    assert rung(True, electrical, heard) is expected


@pytest.mark.parametrize(
    ("senses", "together"),
    [((), None), ((None,), None), ((True, None), None), ((False, None), None), ((True, False), False), ((True, True), True)],
)
def test_one_line_without_a_sensor_leaves_the_whole_unknown(senses, together):
    assert all_of(senses) is together
