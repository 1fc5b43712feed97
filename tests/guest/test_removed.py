"""The package is removed while its lines are active: they are made inactive, no program is left, and what the unit learnt stays."""

import pytest

from tests.guest.deadly import LINES, Amplifiers
from tests.guest.unit import SERVICES


@pytest.fixture(scope="module")
def removed(machine, tmp_path_factory):
    """Pins that stay driven when their program is gone, as on a Pi; what the lines did from the removal on."""
    amplifiers = Amplifiers(machine, tmp_path_factory.mktemp("u"))
    amplifiers.kernel_persists(True)
    amplifiers.hold()
    _, begun = amplifiers.unit.wall_and_boottime()
    name = machine.commands.run("dpkg-query -W -f='${Package} ' 'bangtin-[0-9]*'").strip()
    print(machine.commands.run(f"DEBIAN_FRONTEND=noninteractive apt-get remove -y {name}"))
    return machine, begun


def test_every_line_is_inactive_and_stays_so(removed):
    machine, begun = removed
    for line in LINES:
        assert [edge.level == line.active for edge in machine.levels.edges(line.pin, begun)] == [False], line


def test_nothing_of_it_runs_or_would_start(removed):
    machine, _ = removed
    assert machine.commands.run("pgrep -af '[b]angtin' || true").strip() == ""
    for service in SERVICES:
        assert machine.commands.run(f"systemctl is-active {service} || true").strip() in ("inactive", "unknown", "failed")
    assert machine.commands.run("find /etc -lname '*bangtin*'").strip() == ""


def test_the_unit_s_own_files_outlive_it(removed):
    machine, _ = removed
    assert "amplifier" in machine.commands.run("ls /var/lib/bangtin/journal")
