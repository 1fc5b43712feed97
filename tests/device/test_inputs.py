"""What the other programs make of the stop switch: a stop outlives everything but its end, and what nobody read is unknown."""

import pytest

from device.clock import ManualClock
from device.durable import replace
from device.inputs import FRESH, Contact, Inputs, Latch, OnSite, contact, read_inputs, read_reset
from device.paths import Paths
from device.status import write_volatile
from tests.simulators.publisher import START


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


CLOCK = ManualClock.at(START)
NOW = CLOCK.now()


def read(paths, stopped, moment=NOW, switch=Contact.RELEASED):
    inputs = Inputs(at=moment.stamp(), switch=switch, stopped=stopped, count=1)
    write_volatile(paths.inputs, inputs.model_dump_json().encode())


def latch(paths, stopped):
    replace(paths.stop_latch, Latch(count=1, stopped=stopped, at=NOW.stamp()).model_dump_json().encode())


def test_a_unit_whose_switch_was_never_used_is_not_stopped(paths):
    assert not OnSite(paths).stopped(NOW)


def test_the_latch_holds_in_every_boot_and_without_the_amplifier_program(paths):
    latch(paths, True)
    for boot in ("boot-1", "boot-2"):
        assert OnSite(paths).stopped(ManualClock.at(START, boot=boot).now())


def test_what_stands_in_memory_holds_for_its_boot_also_when_it_grows_old(paths):
    read(paths, stopped=True)
    on_site = OnSite(paths)
    assert on_site.stopped(NOW)
    assert on_site.stopped(NOW.later(3600)), "the program that said it may have died: that lifts nothing"
    assert not on_site.stopped(ManualClock.at(START, boot="boot-2").now())


def test_the_end_of_a_stop_is_seen_at_the_next_look(paths):
    on_site = OnSite(paths)
    latch(paths, True)
    read(paths, stopped=True)
    assert on_site.stopped(NOW)
    read(paths, stopped=False)
    assert on_site.stopped(NOW), "the latch still holds"
    latch(paths, False)
    assert not on_site.stopped(NOW)


def test_a_latch_that_cannot_be_read_stops_and_a_reset_that_cannot_be_read_ends_nothing(paths):
    replace(paths.stop_latch, b"{torn")
    assert OnSite(paths).stopped(NOW)
    replace(paths.stop_reset, b"{torn")
    assert read_reset(paths) is None


def test_a_reading_of_another_boot_an_old_one_or_none_is_unknown_and_never_released(paths):
    assert contact(read_inputs(paths), NOW) is Contact.UNKNOWN
    read(paths, stopped=False)
    assert contact(read_inputs(paths), NOW.later(FRESH)) is Contact.RELEASED
    assert contact(read_inputs(paths), NOW.later(FRESH + 0.1)) is Contact.UNKNOWN
    assert contact(read_inputs(paths), ManualClock.at(START, boot="boot-2").now()) is Contact.UNKNOWN
    replace(paths.inputs, b"{torn")
    assert contact(read_inputs(paths), NOW) is Contact.UNKNOWN
