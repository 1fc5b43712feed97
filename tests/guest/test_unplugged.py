"""A USB sound card is pulled out while it speaks and plugged in again: no amplifier stays on, and the voice comes back by itself."""

import pytest

from evidence.records import Fault, FaultCode, Outcome, Sounded
from tests.audio.village import tone
from tests.guest import recording
from tests.guest.machine import CLOCK, USB_CARD, Machine, plug_usb_card
from tests.guest.speaking import ACTIVE_HIGH, ACTIVE_LOW, SpeakingUnit
from tests.guest.unit import AMPLIFIER, AUDIO, all_but

LONG, SHORT = tone(20.0), tone(2.0, hertz=660.0)
WITHOUT_SOUND = 1.5
"""Seconds for which a line may stay active when no sample leaves any more."""


@pytest.fixture(scope="module")
def pulled(image, tmp_path_factory):
    """Pulled out in the middle of a long announcement, and put back; what was seen from outside."""
    machine = Machine(image, tmp_path_factory.mktemp("m"), CLOCK, card=USB_CARD, without=all_but(AMPLIFIER, AUDIO))
    try:
        unit = SpeakingUnit(machine, tmp_path_factory.mktemp("u"))
        unit.ready()
        unit.plan([LONG], after=10.0)
        on = machine.levels.reach(ACTIVE_HIGH, 1)
        machine.commands.run("until grep -q '\"sounding\":{' /run/bangtin/status/audio.json; do sleep 0.1; done")
        _, before = unit.wall_and_boottime()
        machine.monitor.do("device_del", id="usbcard")
        off = {pin: machine.levels.reach(pin, level, on.by) for pin, level in ((ACTIVE_HIGH, 0), (ACTIVE_LOW, 1))}
        machine.commands.run("until ! grep -q '\"ready\":true' /run/bangtin/status/audio.json; do sleep 0.1; done")
        plug_usb_card(machine)
        unit.ready()
        yield unit, before, off
    finally:
        machine.close()


def lines(unit, kind):
    return [line for line in unit.journal("audio") if isinstance(line, kind)]


def test_every_line_is_inactive_soon_after_the_last_sample(pulled):
    _, before, off = pulled
    for edge in off.values():
        print(f"\npulled out after {before:.3f} s, inactive by {edge.by:.3f} s", end="")
        assert before < edge.by < before + WITHOUT_SOUND


def test_the_fault_is_on_record_and_ends_when_the_card_is_back(pulled):
    unit, *_ = pulled
    faults = [fault.active for fault in lines(unit, Fault) if fault.code is FaultCode.SPEAKER_LOST]
    assert faults[0]
    assert not faults[-1]


def test_what_was_cut_off_is_never_called_complete(pulled):
    unit, *_ = pulled
    outcomes = [line.outcome for line in lines(unit, Sounded)]
    assert outcomes[0] is Outcome.STARTED
    assert Outcome.COMPLETE not in outcomes


def test_the_next_session_is_spoken_whole(pulled):
    unit, *_ = pulled
    machine = unit.machine
    recorded = recording.length(machine.wav)
    unit.plan([SHORT], after=10.0)
    on = machine.levels.reach(ACTIVE_HIGH, 1, since=machine.levels.edges(ACTIVE_HIGH)[-1].by)
    machine.levels.reach(ACTIVE_HIGH, 0, since=on.by)
    done = [line for line in lines(unit, Sounded) if line.outcome is Outcome.COMPLETE]
    assert [line.samples for line in done] == [len(SHORT)]
    heard = recording.stretches(recording.samples(machine.wav)[recorded:])
    assert abs(heard[-1].frames - len(SHORT)) < recording.RATE // 50
