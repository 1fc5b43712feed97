"""An alert whose decoder dies or hangs: the airing is owed until it sounded whole, and a recording that is broken ends it."""

import numpy as np
import pytest

from audio.driver.ring import CHUNK, RATE
from audio.mix.signals import length
from audio.playing.endings import TRIES
from device.journal import read
from director.decision import Attention
from evidence.records import Fault, Outcome
from tests.audio.rig import Rig
from tests.director import village

SECONDS = 1.5
SIREN = length(Attention.EMERGENCY)


@pytest.fixture
def rig(tmp_path):
    made = Rig(tmp_path, village.programme(village.bundle()), {"lu": 3100}, broken={"lu": 0.7}, minimum_off=0.3)
    yield made
    made.close()


def alarm(rig):
    rig.publish(alerts=village.cell(alerts=[village.alert("lu", sent="05:59", seconds=SECONDS, count=1)]).alerts)


def test_a_killed_decoder_does_not_take_the_airing_away(rig):
    alarm(rig)
    rig.run(60.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.INTERRUPTED)])
    rig.broken.clear()
    rig.run(60.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    assert [outcome for _, outcome in rig.lines()] == [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.STARTED, Outcome.COMPLETE]
    first, last = rig.stretches("lu")[-1]
    assert last - first + 1 == round(SECONDS * RATE), "it sounds whole, from its first word on"
    assert "decoder ended" in rig.records()[1].reason, "the receipt says why it sounds again"
    told = [line.detail for line in read(rig.paths.journal("audio")) if isinstance(line, Fault) and line.active]
    assert told == [f"{village.COMMUNE}/{rig.records()[1].item}: bộ giải mã dừng / the decoder ended"], "the fault names the recording"


@pytest.mark.parametrize("whole", [0.7, 0.0])
def test_a_recording_that_is_broken_itself_is_given_up_and_never_tried_for_ever(rig, whole):
    rig.broken["lu"] = whole
    alarm(rig)
    rig.run(60.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.FAILED)])
    tried = [outcome for _, outcome in rig.lines()].count(Outcome.STARTED)
    assert tried == (TRIES if whole else 0)
    rig.run(30.0)
    assert rig.lines()[-1] == ("lu", Outcome.FAILED)
    assert not any(pin.value for pin in rig.pins.values())


def test_an_alert_longer_than_the_maximum_on_time_is_given_up_and_never_begun_for_ever(tmp_path):
    rig = Rig(tmp_path, village.programme(village.bundle()), {"lu": 3100}, maximum_on=SIREN + 2.0)
    rig.publish(alerts=village.cell(alerts=[village.alert("lu", sent="05:59", seconds=4.0, count=1)]).alerts)
    rig.run(90.0)
    again = [Outcome.STARTED, Outcome.INTERRUPTED] * (TRIES - 1)
    assert [outcome for _, outcome in rig.lines()] == [*again, Outcome.STARTED, Outcome.FAILED]
    assert "maximum on-time" in rig.records()[-1].reason
    assert not any(pin.value for pin in rig.pins.values())
    rig.close()


def test_the_maximum_on_time_of_what_it_interrupts_does_not_cut_an_alert(tmp_path):
    content = village.bundle(announcements=(village.announcement("tin", 20.0),), sessions=(village.session("s", "06:00", ["tin"]),))
    rig = Rig(tmp_path, village.programme(content), {"lu": 3100, "tin": 1000}, maximum_on=25.0)
    rig.run_to("06:00:15")
    alarm(rig)
    rig.run(40.0)
    assert [outcome for name, outcome in rig.lines() if name == "lu"] == [Outcome.STARTED, Outcome.COMPLETE]
    for lines, chunk, moment in zip(rig.lines_at, rig.chunks, rig.times, strict=True):
        warm = all(moment - since >= rig.warm_ups[line] - 1e-6 for line, since in lines.items())
        assert warm or not chunk.any(), "nothing goes into a cold line"
    assert not any(isinstance(line, Fault) for line in read(rig.paths.journal("audio")))
    rig.close()


def test_a_session_longer_than_the_maximum_on_time_rests_between_its_items_and_loses_none(tmp_path):
    items = tuple(village.announcement(name, 8.0) for name in ("mot", "hai", "ba"))
    content = village.bundle(announcements=items, sessions=(village.session("s", "06:00", ["mot", "hai", "ba"]),))
    rig = Rig(tmp_path, village.programme(content), {"mot": 1000, "hai": 2000, "ba": 3000}, maximum_on=25.0)
    rig.run(60.0)
    (_, second_ends), (third, third_ends) = *rig.stretches("hai"), *rig.stretches("ba")
    assert third - second_ends > RATE, "the lines rested"
    assert third_ends - third + 1 == 8 * RATE
    assert [outcome for name, outcome in rig.lines() if name == "ba"][-1] == Outcome.COMPLETE
    assert not any(isinstance(line, Fault) for line in read(rig.paths.journal("audio")))
    rig.close()


def test_what_goes_on_after_an_alert_swells_within_30_ms_and_does_not_click(tmp_path):
    content = village.bundle(announcements=(village.announcement("tin", 12.0),), sessions=(village.session("s", "06:00", ["tin"]),))
    rig = Rig(tmp_path, village.programme(content), {"lu": 3100, "tin": 8000})
    rig.run_to("06:00:05")
    alarm(rig)
    rig.run(40.0)
    again = rig.stretches("tin")[-1][0]
    swell = rig.tape[again - round(0.029 * RATE) : again]
    assert 0 < swell[0] < 800
    assert (np.diff(swell) >= 0).all()
    assert np.diff(swell).max() < 20
    rig.close()


def test_a_card_that_holds_up_the_voice_after_the_command_lets_no_line_fall(rig):
    rig.broken.clear()
    alarm(rig)
    rig.run(10.0, until=lambda: any(pin.value for pin in rig.pins.values()))
    for _ in range(round(3.5 * RATE / CHUNK)):
        rig.leave()
    rig.run(60.0, until=lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)])
    since = {line: {at[line] for at in rig.lines_at if line in at} for line in rig.pins}
    assert all(len(moments) == 1 for moments in since.values()), "each was switched on once"
