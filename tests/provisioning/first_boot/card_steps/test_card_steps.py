"""A unit with a prepared card, where there is no network: it asks for its village, enrols itself, and waits for the technician."""

import pytest

from device.clock import ManualClock
from device.first_boot import Step
from device.unit import read_unit
from provisioning.card.enrolling import enrol_by_card
from provisioning.card.taking import take_over
from provisioning.confirming import confirm
from tests.provisioning.card.conftest import NOW as MOMENT
from tests.provisioning.card.conftest import Field
from tests.provisioning.first_boot.conftest import steps
from tests.simulators.cards import VILLAGES

NOW = MOMENT.wall


@pytest.fixture
def clock():
    return ManualClock.at(NOW)


def offline(paths):
    paths.routes.parent.mkdir(parents=True, exist_ok=True)
    paths.routes.write_text("Iface\tDestination\tGateway\tFlags\n")


def told(found):
    return "\n".join(trouble.what[1] for each in found.known.troubles.values() for trouble in each)


async def test_from_card_to_confirmed_without_any_network(unit: Field, clock):
    offline(unit.paths)
    unit.put()
    take_over(unit.paths, MOMENT)
    found = steps(unit.paths, clock)
    await found.look()
    assert found.known.step is Step.VILLAGE
    assert found.known.unit == "bt-abc234", "as on its label"
    assert "choose the site among 2 villages" in told(found)
    unit.put_toml(f'village = "{VILLAGES[0].place}"\n')
    await found.look()
    assert found.known.step is Step.CONFIRM
    assert told(found) == ""
    record = read_unit(unit.paths)
    assert record is not None
    assert record.place == VILLAGES[0].place
    confirm(unit.paths, NOW)
    await found.look()
    assert found.known.step is Step.DONE


async def test_the_village_may_be_chosen_otherwise(unit: Field, clock):
    unit.put()
    take_over(unit.paths, MOMENT)
    found = steps(unit.paths, clock)
    await found.look()
    enrol_by_card(unit.paths, VILLAGES[1].place, MOMENT)
    await found.look()
    assert found.known.step is Step.CONFIRM


async def test_a_village_that_the_card_does_not_offer_is_told(unit: Field, clock):
    unit.put()
    take_over(unit.paths, MOMENT)
    unit.put_toml('village = "vn.99"\n')
    found = steps(unit.paths, clock)
    await found.look()
    assert found.known.step is Step.VILLAGE
    assert "not for the village vn.99" in told(found)


async def test_what_is_wrong_on_the_boot_partition_is_told_all_at_once(unit: Field, clock):
    unit.put()
    take_over(unit.paths, MOMENT)
    unit.put_toml('vilage = "vn"\nregistry = “x”\n[pins]\nfactory = "lgpoi"\n')
    found = steps(unit.paths, clock)
    await found.look()
    assert found.known.step is Step.BOOT_FILE
    assert len(found.known.troubles[Step.BOOT_FILE]) == 3
    assert read_unit(unit.paths) is None


async def test_a_copied_card_in_another_machine_is_refused_on_the_board(unit: Field, clock):
    unit.put()
    take_over(unit.paths, MOMENT)
    unit.machine("10000000ef01")
    found = steps(unit.paths, clock)
    await found.look()
    assert found.known.step is Step.VILLAGE
    assert "started in another machine" in told(found)
