"""The hardware watchdog (i6300esb) resets a machine whose systemd hangs, and no line is active afterwards until somebody asks."""

from datetime import timedelta

from tests.guest.deadly import BARE, LINES, Amplifiers
from tests.guest.machine import CLOCK, Machine
from tests.guest.unit import AMPLIFIER, all_but

WITHIN = timedelta(seconds=15)
"""From the hang to the reset: the hardware of a Pi waits no longer."""
FIRMWARE = timedelta(seconds=6)
"""What this machine's own start takes before its kernel counts, and the second that its battery clock may be off."""
FREEZE = "kill -SEGV 1"
"""What systemd does when it crashes: it says so and freezes, with every program going on below it, and feeds nothing any more."""


def test_a_machine_that_hangs_is_reset_in_time_and_its_lines_are_inactive(image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("watchdog")
    machine = Machine(image, folder / "m", CLOCK, without=all_but(AMPLIFIER))
    try:
        amplifiers = Amplifiers(machine, folder / "u")
        armed = machine.commands.run("systemctl show -P RuntimeWatchdogUSec; cat /sys/class/watchdog/watchdog0/state")
        assert "inactive" not in armed, armed
        amplifiers.hold()
        machine.commands.run("sync")
        began, _ = amplifiers.unit.wall_and_boottime()
        machine.commands.begin(FREEZE)
        told = machine.monitor.until("WATCHDOG")
        machine.levels.forget()
        machine.commands.up(boots=2)
        wall, boottime = amplifiers.unit.wall_and_boottime()
        hung = wall - timedelta(seconds=boottime) - began
        print(f"\n{told}, its kernel started again {hung / timedelta(seconds=1):.1f} s later")
        assert hung < WITHIN + FIRMWARE
        machine.commands.run(f"systemctl is-system-running --wait; systemctl is-active {AMPLIFIER}")
        for line in LINES:
            if line.name != BARE:
                assert [edge.level == line.active for edge in machine.levels.edges(line.pin)] == [False], line
        amplifiers.begin()
        for line in LINES:
            machine.levels.reach(line.pin, line.active, machine.levels.edges(line.pin)[-1].by)
    finally:
        machine.close()
