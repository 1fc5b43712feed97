"""Each service of the installed unit is killed in turn: it comes back by itself, and no other notices."""

from signal import SIGKILL

import pytest

from evidence.records import Outcome, Sounded
from tests.guest.machine import CLOCK, Machine
from tests.guest.speaking import ACTIVE_HIGH
from tests.guest.unit import AGENT, AMPLIFIER, AUDIO, DISPLAY, PROVISIONING, SERVICES, until_up
from tests.guest.whole import WORDS, WholeUnit


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


def test_after_all_that_a_session_is_spoken_whole(unit):
    unit.ready()
    unit.plan([WORDS], after=15.0)
    on = unit.machine.levels.reach(ACTIVE_HIGH, 1, since=unit.wall_and_boottime()[1])
    unit.machine.levels.reach(ACTIVE_HIGH, 0, since=on.by)
    spoken = [line for line in unit.journal("audio") if isinstance(line, Sounded) and line.outcome is Outcome.COMPLETE]
    assert [line.samples for line in spoken] == [len(WORDS)]


def test_what_each_of_them_said_last_is_kept_on_the_card(unit):
    there = unit.machine.commands.run(
        "until ! systemctl -q is-active bangtin-deaths.service; do sleep 0.2; done; ls /var/lib/bangtin/last-words"
    )
    print(f"\n{there}")
    assert {service for service in SERVICES if service in there} == set(SERVICES)
