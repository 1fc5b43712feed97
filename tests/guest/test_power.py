"""Halt, reboot, power cut and power return: a line is inactive until somebody asks for it again."""

import pytest

from tests.guest.conftest import CLOCK
from tests.guest.deadly import LINES, Amplifiers
from tests.guest.machine import Machine
from tests.guest.unit import AMPLIFIER


@pytest.fixture
def amplifiers(image, product, tmp_path):
    """The service starts with the guest; its lines are active now."""
    machine = Machine(image, product, tmp_path / "m", CLOCK)
    made = Amplifiers(machine, tmp_path / "u")
    machine.commands.run(f"systemctl enable {AMPLIFIER} && sync")
    made.hold()
    yield made
    made.machine.close()


def stays_inactive_until_asked(amplifiers, boots=1):
    """From the first look of a boot to its end; the line without a pull-up is on until the program has claimed it, which is told."""
    machine = amplifiers.machine
    machine.commands.up(boots)
    machine.commands.run(f"systemctl is-system-running --wait; systemctl is-active {AMPLIFIER}")
    seen_of = {line: machine.levels.edges(line.pin) for line in LINES}
    amplifiers.begin()
    for line, seen in seen_of.items():
        levels = [edge.level == line.active for edge in seen]
        print(f"\n  {line.about:32} active: {levels}, last change {seen[-1].by:.3f} s after the kernel's start", end="")
        assert levels == ([True, False] if line.name == "bare" else [False])
        machine.levels.reach(line.pin, line.active, seen[-1].by)  # and when somebody asks, it is not dead


def test_rpi_jukebox_516_no_line_is_active_from_reboot_to_the_next_request(amplifiers):
    machine = amplifiers.machine
    begun = machine.levels.edges()[-1].by
    machine.commands.begin("systemctl reboot")
    machine.monitor.until("RESET")
    for line in LINES:
        assert [edge.level == line.active for edge in machine.levels.edges(line.pin, begun)] == [False], line.about
    machine.levels.forget()
    stays_inactive_until_asked(amplifiers, boots=2)


def test_rpi_jukebox_516_no_line_is_active_after_power_off_is_asked_for(amplifiers):
    machine = amplifiers.machine
    begun = machine.levels.edges()[-1].by
    machine.commands.begin("systemctl poweroff")
    machine.monitor.until("SHUTDOWN")
    for line in LINES:
        assert [edge.level == line.active for edge in machine.levels.edges(line.pin, begun)] == [False], line.about


def test_garage_door_12_no_relay_fires_when_power_returns_after_a_cut(amplifiers, image, product):
    machine = amplifiers.machine
    machine.cut()
    amplifiers.machine = Machine(image, product, machine.folder, CLOCK)
    stays_inactive_until_asked(amplifiers)
