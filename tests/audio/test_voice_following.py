"""What follows without a gap, on a driven clock: it is on the card before it sounds, and taken back when it is not wanted any more."""

import pytest

from audio.driver.ring import CHUNK, RATE
from evidence.records import Outcome
from tests.audio.rig import Rig, runs
from tests.director import village

LEVELS = {"mot": 1000, "hai": 2000, "ba": 3000}
SECONDS = {"mot": 6.0, "hai": 3.0, "ba": 3.0}


@pytest.fixture
def rig(tmp_path):
    items = tuple(village.announcement(name, seconds) for name, seconds in SECONDS.items())
    content = village.bundle(announcements=items, sessions=(village.session("sang", "06:00", list(SECONDS)),))
    made = Rig(tmp_path, village.programme(content), LEVELS)
    yield made
    made.close()


def withdraw(rig, name):
    rig.publish(stop=village.cell(withdrawn=[village.withdrawal(name)]).stop)


def life(rig, name):
    return [outcome for item, outcome in rig.lines() if item == name and outcome is not Outcome.MISSED]


@pytest.mark.parametrize("when", ["06:00:01", "06:00:03.9", "06:00:04.5", "06:00:05.5"])
def test_obplayer_153_what_was_withdrawn_before_its_turn_gives_no_blip_and_the_next_follows_in_its_place(rig, when):
    rig.run_to(when)
    withdraw(rig, "hai")
    rig.run(20.0)
    assert runs(rig.tape == LEVELS["hai"], least=10) == []
    assert Outcome.COMPLETE not in life(rig, "hai")
    assert life(rig, "hai")[-1:] != [Outcome.STARTED], "whatever was written of it has an end"
    ((_, first_ends),) = rig.stretches("mot")
    ((third, third_ends),) = rig.stretches("ba")
    assert third == first_ends + 1
    assert third_ends - third + 1 == SECONDS["ba"] * RATE
    assert life(rig, "ba") == [Outcome.STARTED, Outcome.COMPLETE]


def test_what_is_withdrawn_as_it_begins_ends_within_a_tenth_of_a_second(rig):
    rig.run_to("06:00:06.02")
    withdraw(rig, "hai")
    rig.run(20.0)
    ((second, ends),) = rig.stretches("hai")
    assert ends - second < 0.15 * RATE
    assert life(rig, "hai") == [Outcome.STARTED, Outcome.FAILED]
    assert life(rig, "ba") == [Outcome.STARTED, Outcome.COMPLETE]


def test_what_follows_is_on_the_card_before_its_first_sample(rig):
    rig.run(25.0)
    ((second, _),) = rig.stretches("hai")
    (started,) = [line for line in rig.records() if rig.name(line.item) == "hai" and line.outcome is Outcome.STARTED]
    assert started.at.mono <= rig.times[second // CHUNK]


def test_a_voice_killed_as_the_second_item_begins_says_neither_again(rig):
    rig.run_to("06:00:06.2")
    rig.crash()
    rig.run(25.0)
    ((second, ends),) = rig.stretches("hai")
    assert ends - second < RATE
    assert life(rig, "hai") == [Outcome.STARTED, Outcome.FAILED]
