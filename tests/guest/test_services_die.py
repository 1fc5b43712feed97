"""Each service of the installed unit is killed in turn: it comes back by itself, and no other notices."""

from signal import SIGKILL

import pytest

from tests.guest.machine import CLOCK, Machine
from tests.guest.unit import AGENT, AMPLIFIER, AUDIO, DISPLAY, PROVISIONING, SERVICES, until_up
from tests.guest.whole import WholeUnit


@pytest.fixture(scope="module")
def unit(image, tmp_path_factory):
    """Everything runs on it, with a screen."""
    machine = Machine(image, tmp_path_factory.mktemp("m"), CLOCK, screen=True)
    try:
        made = WholeUnit(machine, tmp_path_factory.mktemp("u"))
        until_up(machine, *SERVICES)
        yield made
    finally:
        machine.close()


def pids(unit):
    return {service: unit.pid(service) for service in SERVICES}


@pytest.mark.parametrize("victim", [AGENT, DISPLAY, AUDIO, AMPLIFIER, PROVISIONING])
def test_a_killed_service_comes_back_and_disturbs_no_other(unit, victim):
    before = pids(unit)
    assert 0 not in before.values()
    killed = unit.machine.commands.strike(before[victim], SIGKILL)
    unit.machine.commands.run(f"until [ $(systemctl show -P MainPID {victim}) != {before[victim]} ]; do sleep 0.1; done")
    until_up(unit.machine, victim)
    after, (_, up) = pids(unit), unit.wall_and_boottime()
    print(f"\n{victim}: up again {up - killed:.1f} s after its death", end="")
    assert after.pop(victim) not in (0, before.pop(victim))
    assert after == before
