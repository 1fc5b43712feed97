"""An alert whose decoder dies or hangs: the airing is owed until it sounded whole, and a recording that is broken ends it."""

import pytest

from audio.endings import TRIES
from audio.ring import RATE
from evidence.records import Outcome
from tests.audio.rig import Rig
from tests.director import village

SECONDS = 1.5


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
