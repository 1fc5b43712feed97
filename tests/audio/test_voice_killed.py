"""The voice is killed around the border of two items, on a driven clock: each is heard once, also what was only written ahead."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from audio.driver.ring import RATE
from audio.ledger import CRASHED, STARTS, UNHEARD
from audio.playing.endings import CUT
from evidence.records import Outcome
from tests.audio.rig import Rig, runs
from tests.director import village

LEVELS = {"mot": 20_000, "hai": 22_000, "ba": 24_000}
"""Above the peaks of any attention signal, so that every single sample is known by its level."""
SECONDS = {"mot": 2.5, "hai": 1.2, "ba": 1.0}


class Killed(Exception):
    """The voice's process ends here."""


class AtMoment(NamedTuple):
    """Killed *seconds* after the run began, after *stall* more chunks left while it did nothing."""

    seconds: float
    stall: int = 0

    def kill(self, rig):
        rig.run(self.seconds)
        for _ in range(self.stall):
            rig.leave()


class AtRecord(NamedTuple):
    """Killed in a step: just before or *after* the record with this *number* is on the card."""

    number: int
    after: bool

    def kill(self, rig):
        write, left = rig.ledger.utterance, self.number

        def utterance(*step, **heard):
            nonlocal left
            left -= 1
            if left < 0 and not self.after:
                raise Killed
            write(*step, **heard)
            if left < 0:
                raise Killed

        rig.ledger.utterance = utterance
        try:
            rig.run(20.0)
        except Killed:
            return


def made(folder):
    items = tuple(village.announcement(name, seconds) for name, seconds in SECONDS.items())
    content = village.bundle(announcements=items, sessions=(village.session("sang", "06:00", list(SECONDS)),))
    return Rig(folder, village.programme(content), LEVELS, start="05:59:57")


@pytest.fixture
def rig(tmp_path):
    rig = made(tmp_path)
    yield rig
    rig.close()


def life(rig, name):
    """Of today: yesterday's session was missed."""
    return [(line.outcome, line.reason) for line in rig.records() if rig.name(line.item) == name and line.outcome is not Outcome.MISSED]


moments = st.builds(AtMoment, st.floats(0.0, 9.0), st.integers(0, 60))
kills = st.lists(st.one_of(moments, st.builds(AtRecord, st.integers(0, 5), st.booleans())), min_size=1, max_size=STARTS - 1)


@given(kills)
@example([AtMoment(2.9)])
@example([AtMoment(5.0)])
@example([AtMoment(4.6, 55)])
@example([AtRecord(1, True)])
@example([AtRecord(1, True), AtRecord(0, True)])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whenever_the_voice_is_killed_each_announcement_is_heard_once(kills):
    with tempfile.TemporaryDirectory() as folder:
        rig = made(Path(folder))
        for each in kills:
            each.kill(rig)
            rig.crash()
        rig.run(25.0)
        rig.close()
        for name, level in LEVELS.items():
            heard = runs(rig.tape == level, least=1)
            assert len(heard) == 1, f"{name} was heard {len(heard)} times: {life(rig, name)}"
            ((first, last),), (outcome, reason) = heard, life(rig, name)[-1]
            if last - first + 1 < round(SECONDS[name] * RATE):
                assert (outcome, reason) == (Outcome.FAILED, CRASHED), "what was cut is never called whole, nor goes on"


def test_what_was_only_written_ahead_follows_when_the_voice_is_back(rig):
    rig.run_to("06:00:02")
    assert life(rig, "hai") == [(Outcome.STARTED, "")], "written ahead"
    rig.crash()
    assert life(rig, "hai")[1:] == [(Outcome.INTERRUPTED, UNHEARD)]
    rig.run(20.0)
    assert [outcome for outcome, _ in life(rig, "hai")[2:]] == [Outcome.STARTED, Outcome.COMPLETE]
    ((_, second_ends),), ((third, _),) = rig.stretches("hai"), rig.stretches("ba")
    assert third == second_ends + 1, "without a gap, as ever"


def test_of_what_left_while_the_voice_was_held_up_nothing_is_said_again(rig):
    rig.run_to("06:00:02")
    while not np.any(rig.chunks[-1] == LEVELS["hai"]):
        rig.leave()
    rig.crash()
    rig.run(20.0)
    assert life(rig, "hai") == [(Outcome.STARTED, ""), (Outcome.FAILED, CRASHED)]
    assert len(rig.stretches("ba")) == 1


@pytest.mark.parametrize("lost", ["the ring of another user or release", "no ring", "a ring from before a power cut"])
def test_without_the_ring_of_this_boot_what_was_on_the_record_counts_as_heard(rig, lost):
    rig.run_to("06:00:02")
    match lost:
        case "no ring":
            rig.paths.ring.unlink()
        case "a ring from before a power cut":
            rig.clock.moment = replace(rig.clock.moment, boot="another")
        case _:
            rig.paths.ring.write_bytes(b"another")
    rig.crash()
    assert life(rig, "hai")[1:] == [(Outcome.FAILED, CRASHED)]


@pytest.mark.parametrize("placed", [False, True], ids=["before a sample is written", "when samples are written and none has left"])
def test_what_goes_on_in_its_middle_is_not_begun_anew(rig, placed):
    """Of a clip that gave way to an emergency some has been heard: it is lost when the voice dies as it goes on."""
    rig.run_to("06:00:02.3")
    rig.levels = {**LEVELS, "lu": 26_000}
    rig.publish(alerts=village.cell(alerts=[village.alert("lu", sent="05:59", seconds=1.0)]).alerts)
    rig.run(60.0, until=lambda: life(rig, "mot")[1:] == [(Outcome.INTERRUPTED, CUT), (Outcome.STARTED, "")])
    if placed:
        rig.run(10.0, until=lambda: (airing := rig.voice.stage.airing) is not None and airing.first is not None)
        assert rig.speaker.ring.position < rig.voice.stage.airing.first
    rig.crash()
    assert life(rig, "mot")[-1] == (Outcome.FAILED, CRASHED)


def test_an_announcement_that_itself_ends_the_program_is_not_tried_for_ever(rig):
    for _ in range(STARTS):
        AtRecord(0, after=True).kill(rig)
        rig.crash()
    assert life(rig, "mot")[-1] == (Outcome.FAILED, CRASHED)
    rig.run(20.0)
    assert [len(rig.stretches(name)) for name in LEVELS] == [0, 1, 1], "the next goes on"
