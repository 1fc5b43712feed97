"""A signed session through the whole loudspeaker on real kernel interfaces: levels of the pins and the recording agree with the journal."""

from itertools import pairwise

import pytest

from audio.driver.ring import RATE
from evidence.records import Outcome, Rung, Sounded, Switched
from tests.audio.village import tone
from tests.guest import recording
from tests.guest.speaking import ACTIVE_HIGH, ACTIVE_LOW, HOLD, TAIL, WARM_UP, SpeakingUnit

FIRST, SECOND = tone(2.0, hertz=440.0), tone(1.5, hertz=660.0)
BUFFERED = 0.3
LOOK = 0.1
"""Seconds by which two observers in an emulated machine may differ on the same event."""


@pytest.fixture(scope="module")
def spoken(machine, tmp_path_factory):
    """A session has been spoken; what was seen of it from outside while it was."""
    unit = SpeakingUnit(machine, tmp_path_factory.mktemp("u"))
    unit.ready()
    due = unit.plan([FIRST, SECOND], after=12.0)
    on = machine.levels.reach(ACTIVE_HIGH, 1)
    recorded_on = recording.length(machine.wav)
    off = machine.levels.reach(ACTIVE_HIGH, 0, since=on.by)
    recorded_off = recording.length(machine.wav)
    machine.levels.reach(ACTIVE_LOW, 1, since=on.by)
    unit.stop("bangtin-audio", "bangtin-amplifier")
    return unit, due, (on, recorded_on), (off, recorded_off)


def sounded(unit):
    return [line for line in unit.journal("audio") if isinstance(line, Sounded)]


def test_the_pins_were_active_from_warm_up_before_the_speech_to_tail_and_hold_after(spoken, machine):
    unit, due, (on, _), (off, _) = spoken
    one, two = (next(s for s in sounded(unit) if item in s.occurrence and s.outcome is Outcome.COMPLETE) for item in ("bai-1", "bai-2"))
    begun = due + one.late
    ended = begun + (one.samples + two.samples) / RATE
    print(f"\ndue {due:.3f}, on {on}, begun {begun:.3f} (late {one.late:.3f}), ended {ended:.3f}, off {off}")
    assert on.by + WARM_UP <= begun + LOOK
    assert ended + TAIL <= off.by + LOOK
    assert off.after <= ended + TAIL + HOLD + 1.0


def test_each_pin_changed_when_the_journal_says_and_at_no_other_time(spoken, machine):
    unit, *_ = spoken
    switched = [line for line in unit.journal("amplifier") if isinstance(line, Switched)]
    for name, pin, active in (("horn", ACTIVE_HIGH, 1), ("square", ACTIVE_LOW, 0)):
        written = [(int(line.active), line.at.mono) for line in switched if line.line == name]
        seen = [(int(edge.level == active), edge) for edge in machine.levels.edges(pin)][1:]  # the first is what it was before
        print(f"\n{name}: {written} {seen}")
        assert [state for state, _ in seen] == [state for state, _ in written] == [1, 0]
        for (_, edge), (_, at) in zip(seen, written, strict=True):
            assert edge.after - LOOK <= at <= edge.by + LOOK


def test_the_speech_is_in_the_recording_whole_and_as_long_as_the_receipts_say(spoken, machine):
    unit, _, (_, recorded_on), (_, recorded_off) = spoken
    sound = recording.samples(machine.wav)
    heard = recording.stretches(sound)
    receipts = [line for line in sounded(unit) if line.outcome is Outcome.COMPLETE]
    print(f"\non at {recorded_on}, off at {recorded_off}, {heard}, {receipts}")
    assert [(line.samples, line.rung) for line in receipts] == [(len(FIRST), Rung.LEFT_DRIVER), (len(SECOND), Rung.LEFT_DRIVER)]
    assert len(heard) == 2, "the attention signal, then two items without a gap"
    attention, speech = heard
    assert abs(speech.frames - len(FIRST) - len(SECOND)) < RATE // 50
    parts = (sound[speech.first : speech.first + len(FIRST)], sound[speech.last - len(SECOND) : speech.last])
    assert [round(recording.pitch(part), -1) for part in parts] == [440, 660]
    # What ALSA and the card hold back comes a little later onto the recording than it left the driver.
    assert recorded_on + (WARM_UP - LOOK) * RATE <= attention.first
    assert speech.last <= recorded_off - (TAIL + HOLD - BUFFERED) * RATE


def test_nothing_of_it_is_called_simulated(spoken):
    unit, *_ = spoken
    assert not any(line.simulated for program in ("audio", "amplifier") for line in unit.journal(program))


def test_the_activations_are_numbered_upwards(spoken):
    unit, *_ = spoken
    numbers = [line.activation for line in unit.journal("amplifier") if isinstance(line, Switched) and line.active]
    assert all(earlier <= later for earlier, later in pairwise(numbers))
