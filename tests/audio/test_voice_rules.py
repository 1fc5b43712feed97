"""The signed rules at the loudspeaker, on a driven clock: what leaves it, how loud, through which lines, and what the receipts say."""

from datetime import time

import numpy as np
import pytest

from audio.driver.ring import CHUNK, RATE
from bundle.policy import Ceiling
from evidence.records import Outcome
from tests.audio.rig import MARKET, SCHOOL, Rig, runs
from tests.director import village

NEWS, MEETING, FLOOD = 8000, 10000, 12000
LEVELS = {"ban-tin": NEWS, "hop": MEETING, "lu": FLOOD}
ITEMS = (village.announcement("ban-tin", 6.0), village.announcement("hop", 3.0))


@pytest.fixture
def rig_of(tmp_path):
    """A rig whose one session says "ban-tin" and then "hop" at 06:00 under the given ceilings."""
    made = []

    def rig(*ceilings):
        content = village.bundle(announcements=ITEMS, sessions=(village.session("sang", "06:00", ["ban-tin", "hop"]),))
        cell = village.cell(content=content, policy=village.policy(ceilings=ceilings))
        made.append(Rig(tmp_path, village.programme(cell, zones=(MARKET, SCHOOL)), LEVELS))
        return made[-1]

    yield rig
    for each in made:
        each.close()


def ceiling(start, end, decibels=None, zones=()):
    return Ceiling(start=time.fromisoformat(start), end=time.fromisoformat(end), decibels=decibels, zones=zones)


def lines_on(rig, first, last):
    """Every line that was on at any time of these samples."""
    return set().union(*(set(lines) for lines in rig.lines_at[first // CHUNK : last // CHUNK + 1]))


def test_a_silent_zone_hears_nothing_and_the_receipt_names_where_it_sounded(rig_of):
    rig = rig_of(ceiling("05:00", "07:00", zones=(SCHOOL,)))
    rig.run(25.0)
    ((first, last),) = rig.stretches("ban-tin")
    assert last - first + 1 == 6 * RATE
    assert set().union(*map(set, rig.lines_at)) == {"market", "gate"}, "the school's line was never on"
    assert {record.zones for record in rig.records() if record.outcome is Outcome.STARTED} == {(MARKET,)}


def test_what_would_reach_into_a_silence_does_not_begin_and_what_began_before_it_is_heard_whole(rig_of):
    rig = rig_of(ceiling("06:00:07", "07:00"))
    rig.run(25.0)
    ((first, last),) = rig.stretches("ban-tin")
    assert last - first + 1 == 6 * RATE
    assert not rig.stretches("hop")
    assert not lines_on(rig, rig.second("06:00:07"), len(rig.tape) - 1)
    assert ("hop", Outcome.REFUSED_BY_RULE) in rig.lines()


def test_a_zone_whose_silence_ends_in_the_middle_of_an_item_hears_the_next_one(rig_of):
    rig = rig_of(ceiling("05:00", "06:00:03", zones=(SCHOOL,)))
    rig.run(30.0)
    ((first, last),), ((meeting, meeting_ends),) = rig.stretches("ban-tin"), rig.stretches("hop")
    assert "school" not in lines_on(rig, first, last)
    assert lines_on(rig, meeting, meeting_ends) == {"market", "gate", "school"}
    assert all(rig.times[meeting // CHUNK] - rig.lines_at[meeting // CHUNK][line] >= rig.warm_ups[line] - 1e-6 for line in rig.warm_ups)


def test_a_ceiling_lowers_speech_from_its_first_sample_on_by_its_decibels(rig_of):
    rig = rig_of(ceiling("05:00", "07:00", -12.0))
    rig.run(25.0)
    lowered = NEWS * 10 ** (-12 / 20)
    ((first, last),) = runs(np.abs(rig.tape - lowered) <= 1)
    assert last - first + 1 == 6 * RATE
    assert first == pytest.approx(rig.second("06:00"), abs=2 * CHUNK)


def test_an_emergency_sounds_whole_everywhere_at_its_full_level_and_the_silence_holds_again(rig_of):
    rig = rig_of(ceiling("05:00", "07:00"))
    rig.run_to("05:59:57")
    rig.publish(alerts=village.cell(alerts=[village.alert("lu", sent="05:59", seconds=2.0, count=1)]).alerts)
    rig.run(30.0)
    ((first, last),) = rig.stretches("lu")
    assert last - first + 1 == 2 * RATE
    assert lines_on(rig, first, last) == {"market", "gate", "school"}
    assert not rig.stretches("ban-tin")
    assert not rig.stretches("hop")
    assert not rig.lines_at[-1]
