"""What is claimed of sound: measured at the driver, sensed at the lines, and nothing that a missing sensor did not say."""

import numpy as np
import pytest

from audio.driver.proof import rung
from audio.driver.ring import CHUNK, RATE
from audio.driver.speaker import Speaker
from audio.playing.lines import all_of
from device.journal import read
from device.settings import load_settings
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


def rig_wired(folder, sound):
    """*sound* stands in unit.toml, and the device's clock is fitted to its marks as on a unit."""
    wiring = folder / "unit.toml"
    wiring.write_text(f"[sound]\n{sound}\n")
    rig = rig_of(folder, sound=load_settings(wiring).sound)
    speaker = Speaker(rig.settings, rig.paths)
    speaker.ring, speaker.open = rig.speaker.ring, True
    rig.speaker.timeline = speaker.timeline
    return rig


@pytest.mark.parametrize(("wired", "latency"), [("latency_ms = 200", 0.2), ("latency_ms = 2000", 2.0), ("latency_ms = 0", 0.0), ("", None)])
def test_speech_leaves_earlier_by_the_latency_in_unit_toml_and_without_one_the_record_says_unknown(tmp_path, wired, latency):
    rig = rig_wired(tmp_path, wired)
    rig.run(25.0)
    (first, _), *_ = rig.stretches("tin")
    assert first == pytest.approx(rig.second("06:00") - (latency or 0.0) * RATE, abs=RATE // 1000)
    assert {line.latency for line in rig.records() if line.outcome is not Outcome.MISSED} == {latency}
    assert ending(rig).late == pytest.approx(0.0, abs=0.001), "it was on time where it counts"
    rig.close()


def test_the_lines_stay_on_until_the_last_word_has_come_to_the_horn_and_its_tail_is_over(tmp_path):
    rig = rig_wired(tmp_path, "latency_ms = 2000")
    rig.run(25.0)
    *_, (_, last) = rig.stretches("tin")
    off = next(at for at, lines in enumerate(rig.lines_at) if at * CHUNK > last and not lines)
    tail, hold = rig.settings.amplifier[0].tail, rig.settings.amplifier[0].hold
    assert off * CHUNK == pytest.approx(last + (2.0 + tail + hold) * RATE, abs=2 * CHUNK)
    rig.close()


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
