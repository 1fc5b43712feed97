"""A reboot by order: granted by the caretaker or not, once, and answered by the boot after it with what really happened."""

from pathlib import Path

import pytest

from agent.orders.due import ASK_AGAIN, NEVER_CAME
from bundle.orders import OrderKind
from caretaker.reboot import judge
from device.caretaker_settings import CaretakerSettings
from device.clock import ManualClock
from device.reboots import ORDER
from device.status import write_status
from director.moment import Moment
from evidence.records import ClockState, Obedience
from evidence.report import ProgramStatus, Sounding
from tests.agent.orders.ordered_unit import OrderedUnit

LIMITS = CaretakerSettings(reboots=1)


@pytest.fixture
def unit(tmp_path: Path) -> OrderedUnit:
    return OrderedUnit(tmp_path)


def asks(unit: OrderedUnit) -> bool:
    return (unit.paths.reboot_requests / f"{ORDER}.json").exists()


def caretaker(unit: OrderedUnit) -> bool:
    """Let the caretaker judge; whether the unit reboots now."""
    judge(unit.paths, LIMITS, unit.clock.now())
    return unit.paths.reboot_granted.exists()


def sound(unit: OrderedUnit, sounds: bool) -> None:
    at = unit.clock.now().stamp()
    heard = Sounding(occurrence="x", item="bai-1", channel="vn.20", language="vi", since=at) if sounds else None
    write_status(unit.paths, ProgramStatus(program="audio", at=at, ready=True, sounding=heard))


async def test_the_boot_after_it_answers_and_no_other_reboot_follows(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit)
    await unit.later()
    assert caretaker(unit)
    await unit.later()
    assert unit.answers == [], "it has not happened yet"
    unit.boot(2)
    await unit.later()
    [told] = unit.answers
    assert (told.outcome, told.at.boot, "boot-1 → boot-2" in told.reason) == (Obedience.DONE, "boot-2", True)
    for number in range(3, 5):
        await unit.later(2 * ASK_AGAIN)
        assert not asks(unit)
        unit.boot(number)
    assert len(unit.answers) == 1


async def test_a_power_cut_before_it_was_granted_is_no_reboot_that_was_done(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit)
    await unit.later()
    unit.boot(2)
    await unit.later()
    assert (unit.answers, asks(unit)) == ([], True)
    assert caretaker(unit)
    unit.boot(3)
    await unit.later()
    assert [(told.outcome, "boot-2 → boot-3" in told.reason) for told in unit.answers] == [(Obedience.DONE, True)]


async def test_while_something_sounds_it_waits_and_is_asked_for_again(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit)
    sound(unit, True)
    await unit.later()
    assert not caretaker(unit)
    await unit.later(ASK_AGAIN - 5)
    assert (unit.answers, asks(unit)) == ([], False)
    sound(unit, False)
    await unit.later(10)
    assert caretaker(unit)


async def test_what_was_refused_to_its_end_is_answered_with_the_caretakers_reasons(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit, minutes=20)
    sound(unit, True)
    await unit.later()
    caretaker(unit)
    await unit.later(1200)
    [told] = unit.answers
    assert (told.outcome, "bai-1" in told.reason) == (Obedience.REFUSED, True)


async def test_no_more_than_the_units_own_budget(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit)
    await unit.later()
    assert caretaker(unit)
    unit.boot(2)
    unit.order(OrderKind.REBOOT, unit.unit, minutes=20)
    await unit.later()
    assert not caretaker(unit)
    await unit.later(1200)
    assert [told.outcome for told in unit.answers] == [Obedience.DONE, Obedience.REFUSED]


async def test_a_reboot_that_was_granted_and_never_came_has_failed(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit)
    await unit.later()
    assert caretaker(unit)
    await unit.later(NEVER_CAME + 1)
    assert [told.outcome for told in unit.answers] == [Obedience.FAILED]


async def test_a_caretaker_that_says_nothing_is_a_failure_and_no_refusal(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit, minutes=20)
    await unit.later()
    await unit.later(1200)
    assert [told.outcome for told in unit.answers] == [Obedience.FAILED]


async def test_nothing_is_rebooted_by_a_clock_that_nobody_can_believe(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REBOOT, unit.unit)
    good = unit.clock.moment
    unit.clock.moment = Moment(good.wall, ClockState.UNKNOWN, good.boot, good.mono)
    await unit.later()
    assert not asks(unit)
    unit.clock.moment = ManualClock(good).advance(10)
    await unit.later()
    assert asks(unit)
