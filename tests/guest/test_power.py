"""Halt, reboot, power cut and power return: a line with its resistor is inactive until somebody asks for it again."""

from contextlib import contextmanager

import pytest

from tests.guest.deadly import BARE, LINES, Amplifiers
from tests.guest.machine import CLOCK, Machine
from tests.guest.unit import AMPLIFIER, all_but


@pytest.fixture(scope="module")
def started(image, tmp_path_factory):
    """A guest in a folder of its own: the service starts with it, and its lines are active now."""

    @contextmanager
    def start():
        folder = tmp_path_factory.mktemp("power")
        made = Amplifiers(Machine(image, folder / "m", CLOCK, without=all_but(AMPLIFIER)), folder / "u")
        try:
            made.machine.commands.run("sync")
            made.hold()
            yield made
        finally:
            made.machine.close()

    return start


@pytest.fixture(scope="module")
def reboot(started):
    """Whether each line was active, at each change after a reboot was asked for, and then from the first look on until somebody asked."""
    with started() as amplifiers:
        machine = amplifiers.machine
        begun = machine.levels.edges()[-1].by
        machine.commands.begin("systemctl reboot")
        machine.monitor.until("RESET")
        before = {line.name: active_since(machine, line, begun) for line in LINES}
        machine.levels.forget()
        return before, until_asked(amplifiers, boots=2)


@pytest.fixture(scope="module")
def after_cut(started, image):
    """The same from the first look after the power has returned."""
    with started() as amplifiers:
        amplifiers.machine.cut()
        amplifiers.machine = Machine(image, amplifiers.machine.folder, CLOCK, without=all_but(AMPLIFIER))
        return until_asked(amplifiers)


def active_since(machine, line, begun=0.0):
    """Whether *line* was active after each of its changes since then."""
    return [edge.level == line.active for edge in machine.levels.edges(line.pin, begun)]


def until_asked(amplifiers, boots=1):
    """From the first look of a boot to its end; when somebody asks then, no line is dead."""
    machine = amplifiers.machine
    machine.commands.up(boots)
    machine.commands.run(f"systemctl is-system-running --wait; systemctl is-active {AMPLIFIER}")
    seen = {line.name: active_since(machine, line) for line in LINES}
    last = {line.name: machine.levels.edges(line.pin)[-1].by for line in LINES}
    amplifiers.begin()
    for line in LINES:
        print(f"\n  {line.about:32} active: {seen[line.name]}, last change {last[line.name]:.3f} s after the kernel's start", end="")
        machine.levels.reach(line.pin, line.active, last[line.name])
    return seen


def with_resistor(seen):
    return [seen[line.name] for line in LINES if line.name != BARE]


def test_rpi_jukebox_516_no_line_is_active_any_more_when_the_program_has_ended_for_a_reboot(reboot):
    before, _ = reboot
    assert before == {line.name: [False] for line in LINES}


def test_rpi_jukebox_516_a_line_with_its_resistor_is_inactive_from_reboot_to_the_next_request(reboot):
    _, seen = reboot
    assert with_resistor(seen) == [[False], [False]]


def test_a_line_without_its_resistor_is_active_after_a_reboot_until_the_program_has_claimed_it(reboot):
    _, seen = reboot
    assert seen[BARE] == [True, False]


def test_rpi_jukebox_516_no_line_is_active_after_power_off_is_asked_for(started):
    with started() as amplifiers:
        machine = amplifiers.machine
        begun = machine.levels.edges()[-1].by
        machine.commands.begin("systemctl poweroff")
        machine.monitor.until("SHUTDOWN")
        assert {line.name: active_since(machine, line, begun) for line in LINES} == {line.name: [False] for line in LINES}


def test_garage_door_12_a_line_with_its_resistor_does_not_fire_when_power_returns_after_a_cut(after_cut):
    assert with_resistor(after_cut) == [[False], [False]]


def test_a_line_without_its_resistor_fires_when_power_returns_until_the_program_has_claimed_it(after_cut):
    assert after_cut[BARE] == [True, False]
