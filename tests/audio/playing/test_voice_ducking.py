"""Speech over music in the voice, on a driven clock: how deep and how fast the music goes down, that it goes on, and what ends it."""

from datetime import time

import numpy as np
import pytest

from audio.driver.ring import CHUNK, RATE
from bundle.base import BulletinClass
from bundle.policy import Ceiling
from device.journal import read
from evidence.records import Fault, FaultCode, Outcome
from tests.audio.rig import MARKET, Rig, runs
from tests.director import village

MUSIC, SPEECH, FLOOD = 8000, 500, 3000
LEVELS = {"dan-tinh": MUSIC, "hop-dan": SPEECH, "lu": FLOOD}
LOW = MUSIC * 10 ** (-15 / 20)


def rig_of(folder, music=30.0, speech=4.0, broken=None, zones=(), **announcement):
    items = (village.announcement("dan-tinh", music, music=True), village.announcement("hop-dan", speech, **announcement))
    sessions = (
        village.session("nhac", "06:00", ["dan-tinh"]),
        village.session("hop", "06:00:10", ["hop-dan"], bulletin_class=BulletinClass.PRIORITY, window=60.0, zones=zones),
    )
    return Rig(folder, village.programme(village.bundle(announcements=items, sessions=sessions)), LEVELS, broken=broken)


@pytest.fixture
def rig(tmp_path):
    made = rig_of(tmp_path)
    yield made
    made.close()


def flood(rig):
    rig.publish(alerts=village.cell(alerts=[village.alert("lu", sent="05:59", seconds=2.0, count=1)]).alerts)


def over(rig):
    """(first, last) sample of the speech over the lowered music."""
    ((first, last),) = runs(np.abs(rig.tape.astype(int) - round(LOW) - SPEECH) <= 1)
    return first, last


def softly(rig, start, count):
    """Whether what ends within *count* samples from *start* on does so without a click."""
    return np.abs(np.diff(rig.tape[round(start) : round(start + count)].astype(int))).max() < 10


def today(rig):
    return [(rig.name(line.item), line.outcome, line.samples) for line in rig.records() if line.outcome is not Outcome.MISSED]


def test_the_music_goes_down_by_15_db_over_half_a_second_and_up_again_over_one_and_a_half(rig):
    rig.run(45.0)
    first, last = over(rig)
    assert first == pytest.approx(rig.second("06:00:10"), abs=2 * CHUNK), "the first sample of speech leaves at the due time"
    assert last - first == pytest.approx(4.0 * RATE, abs=2)
    tape = rig.tape.astype(float)
    before, after = tape[:first], tape[last + 1 :]
    # Down: from the last sample at full level to the first that is fully lowered; the signal comes only then.
    begins = int(np.flatnonzero(before == MUSIC)[-1])
    halfway = 20 * np.log10(tape[begins + RATE // 4] / MUSIC)
    assert halfway == pytest.approx(-7.5, abs=0.1)
    assert 20 * np.log10(tape[begins + RATE // 2 + 1] / MUSIC) == pytest.approx(-15, abs=0.1)
    up = int(np.flatnonzero(after == MUSIC)[0])
    assert after[0] == pytest.approx(LOW, abs=1), "not before the last sample of the speech has left"
    assert up == pytest.approx(1.5 * RATE, abs=0.12 * RATE)
    assert np.abs(np.diff(after[:up])).max() < 3, "no step"


def test_the_music_was_never_stopped_and_both_are_complete_with_all_their_samples(rig):
    rig.run(45.0)
    assert [line for line in today(rig) if line[1] is not Outcome.STARTED] == [
        ("hop-dan", Outcome.COMPLETE, 4 * RATE),
        ("dan-tinh", Outcome.COMPLETE, 30 * RATE),
    ]
    (start,) = np.flatnonzero(rig.tape == MUSIC)[:1]
    assert int(np.flatnonzero(rig.tape)[-1]) - start == 30 * RATE - 1, "it went on where it was"
    assert not rig.lines_at[-1]


def test_an_emergency_never_ducks_it_fades_speech_and_music_within_50_ms(rig):
    rig.run_to("06:00:12")
    flood(rig)
    rig.run(30.0)
    _, last = over(rig)
    assert last < rig.second("06:00:12.2")
    end = np.flatnonzero(rig.tape[last:] == 0)[0]
    assert end < 0.05 * RATE
    assert softly(rig, last, end)
    ((alert, _),) = rig.stretches("lu")
    assert not np.any(rig.tape[last + end : alert] == MUSIC)
    assert {line for line in rig.lines() if line[1] is Outcome.INTERRUPTED} == {
        ("hop-dan", Outcome.INTERRUPTED),
        ("dan-tinh", Outcome.INTERRUPTED),
    }


def test_speech_that_is_withdrawn_over_the_music_fades_alone_and_the_music_comes_back(rig):
    rig.run_to("06:00:12")
    rig.publish(stop=village.cell(withdrawn=[village.withdrawal("hop-dan")]).stop)
    rig.run(8.0)
    _, last = over(rig)
    assert last < rig.second("06:00:12.2")
    assert LOW <= rig.tape[last + round(0.04 * RATE)] < 1.05 * LOW
    assert softly(rig, last, 0.04 * RATE)
    assert rig.tape[-1] == MUSIC
    assert ("hop-dan", Outcome.FAILED) in rig.lines()


@pytest.mark.parametrize("when", ["06:00:12", "06:00:13.2", "06:00:13.7"])
def test_obplayer_153_what_is_withdrawn_before_it_follows_over_the_music_gives_no_blip_and_the_music_comes_back(tmp_path, when):
    later = 900
    items = (
        village.announcement("dan-tinh", 30.0, music=True),
        village.announcement("hop-dan", 4.0),
        village.announcement("nhac-lai", 4.0),
    )
    sessions = (
        village.session("nhac", "06:00", ["dan-tinh"]),
        village.session("hop", "06:00:10", ["hop-dan", "nhac-lai"], bulletin_class=BulletinClass.PRIORITY, window=60.0),
    )
    content = village.bundle(announcements=items, sessions=sessions)
    rig = Rig(tmp_path, village.programme(content), {**LEVELS, "nhac-lai": later})
    rig.run_to(when)
    rig.publish(stop=village.cell(withdrawn=[village.withdrawal("nhac-lai")]).stop)
    rig.run(30.0)
    first, last = over(rig)
    assert last - first == pytest.approx(4.0 * RATE, abs=2)
    assert runs(np.abs(rig.tape.astype(int) - round(LOW) - later) <= 1, least=200) == []
    after = rig.tape[last + 1 :]
    assert LOW <= after[round(0.2 * RATE)] <= MUSIC
    up = int(np.flatnonzero(after == MUSIC)[0])
    assert np.abs(np.diff(after[:up].astype(int))).max() < 10, "no hole in it"
    assert [outcome for item, outcome in rig.lines() if item == "nhac-lai"][-1] is not Outcome.STARTED
    assert ("dan-tinh", Outcome.COMPLETE) in rig.lines()
    rig.close()


def test_music_that_is_withdrawn_below_speech_fades_alone_and_stays_stopped(rig):
    rig.run_to("06:00:12")
    rig.publish(stop=village.cell(withdrawn=[village.withdrawal("dan-tinh")]).stop)
    rig.run(15.0)
    ((first, last),) = rig.stretches("hop-dan")
    assert first < rig.second("06:00:12.2")
    assert softly(rig, first - 0.04 * RATE, 0.05 * RATE)
    assert last == pytest.approx(rig.second("06:00:14"), abs=2 * CHUNK)
    assert not rig.tape[last + 1 :].any()
    assert ("dan-tinh", Outcome.FAILED) in rig.lines()
    assert ("hop-dan", Outcome.COMPLETE) in rig.lines()


def test_speech_whose_recording_breaks_over_music_leaves_the_music_alone(tmp_path):
    rig = rig_of(tmp_path, broken={"hop-dan": 2.0})
    rig.run_to("06:00:15")
    assert ("hop-dan", Outcome.FAILED) in rig.lines()
    assert rig.tape[-1] == MUSIC
    rig.close()


@pytest.mark.parametrize(("item", "whole"), [("hop-dan", 2.0), ("hop-dan", 0.0), ("dan-tinh", 12.0)])
def test_the_fault_of_a_broken_recording_says_which_of_the_two_it_is(tmp_path, item, whole):
    rig = rig_of(tmp_path, broken={item: whole})
    rig.run_to("06:00:13.5")
    (fault,) = (line for line in read(rig.paths.journal("audio")) if isinstance(line, Fault))
    assert (fault.code, fault.detail) == (FaultCode.CLIP_UNPLAYABLE, f"{village.COMMUNE}/{item}: bộ giải mã dừng / the decoder ended")
    rig.close()


def test_music_that_ends_below_speech_is_complete_and_the_speech_goes_on(tmp_path):
    rig = rig_of(tmp_path, music=13.0, speech=5.0)
    rig.run(35.0)
    ((_, last),) = rig.stretches("hop-dan")
    assert last == pytest.approx(rig.second("06:00:15"), abs=2 * CHUNK)
    assert ("dan-tinh", Outcome.COMPLETE) in rig.lines()
    assert ("hop-dan", Outcome.COMPLETE) in rig.lines()
    rig.close()


def test_speech_for_other_horns_does_not_sound_over_music_it_waits_for_its_end(tmp_path):
    rig = rig_of(tmp_path, music=14.0, zones=(MARKET,))
    rig.run(45.0)
    ((_, music_ends),) = rig.stretches("dan-tinh")
    ((speech, _),) = rig.stretches("hop-dan")
    assert speech > music_ends
    assert set(rig.lines_at[speech // CHUNK]) == {"market", "gate"}
    rig.close()


def test_a_killed_voice_that_spoke_over_music_starts_neither_again(rig):
    rig.run_to("06:00:12")
    rig.crash()
    rig.run(15.0)
    assert {line for line in rig.lines() if line[1] is Outcome.FAILED} == {("hop-dan", Outcome.FAILED), ("dan-tinh", Outcome.FAILED)}
    assert not rig.tape[rig.second("06:00:12.2") :].any()


def test_a_gain_of_this_hour_is_eased_in_and_touches_no_other_item(tmp_path):
    """What is already written keeps its own gain: the item that still is in the buffer is not touched."""
    items = (village.announcement("hop-dan", 4.0), signed_at(-6.0, village.announcement("dan-tinh", 4.0)))
    content = village.bundle(announcements=items, sessions=(village.session("sang", "06:00", ["hop-dan", "dan-tinh"]),))
    rig = Rig(tmp_path, village.programme(content), LEVELS)
    rig.run_to("06:00:05")
    rig.publish(policy=village.policy(ceilings=(Ceiling(start=time(0), end=time(0), decibels=-12.0),)))
    rig.run(10.0)
    ((_, last),) = rig.stretches("hop-dan")
    first = last + 1
    assert last == pytest.approx(rig.second("06:00:04"), abs=2 * CHUNK), "not one sample of the first at another level"
    assert rig.tape[first] == round(MUSIC * 10 ** (-6 / 20)), "no gap, and each at its own"
    assert abs(rig.tape[first + 4 * RATE - 100] - MUSIC * 10 ** (-18 / 20)) <= 1, "below what was signed for it"
    steps = np.abs(np.diff(rig.tape[first : first + 4 * RATE - 1].astype(int)))
    assert steps.max() < 5, "eased, not switched"
    rig.close()


def signed_at(gain, announcement):
    (spoken,) = announcement.versions
    clip = spoken.clip.model_copy(update={"gain": gain})
    return announcement.model_copy(update={"versions": (spoken.model_copy(update={"clip": clip}),)})
