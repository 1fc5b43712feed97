"""The page is closed, opens for a reason, for half an hour, once; whatever goes wrong, the port is closed again."""

import pytest

from device.first_boot import Step
from device.journal import read
from evidence.records import PageClosed, PageOpened, PageReason
from provisioning.network.manager import HOTSPOT, OURS
from provisioning.wifi import Wifi

HALF_AN_HOUR = 30 * 60


def records(house):
    return [line for line in read(house.paths.journal("provisioning")) if isinstance(line, PageOpened | PageClosed)]


async def test_without_a_reason_nothing_listens_and_no_hotspot_is_open(house):
    house.known.troubles, house.known.enrolled, house.known.confirmed = {}, True, True
    for _ in range(3):
        await house.look(3600)
    assert (house.listening(), house.air.active(), house.known.access, records(house)) == (False, None, None, [])


async def test_a_unit_that_waits_for_a_person_opens_once_and_closes_after_half_an_hour(house):
    await house.look()
    access = house.known.access
    assert house.listening()
    assert (access.ssid, access.address, len(access.pin)) == ("bangtin-bt-0123456789", f"http://127.0.0.1:{house.port}/", 6)
    assert house.air.active() == HOTSPOT
    await house.look(HALF_AN_HOUR - 2)
    assert house.listening()
    await house.look(2)
    await house.look(1)
    assert (house.listening(), house.known.access, house.air.profiles()) == (False, None, {})
    await house.look(3600)
    house.restart()
    await house.look()
    assert not house.listening(), "once after each start of the unit, whatever its programs do"
    opened, closed = records(house)
    assert (opened.why, opened.seconds, closed.phones, closed.wrong) == (PageReason.FIRST_BOOT, HALF_AN_HOUR, 0, 0)


async def test_after_a_power_cut_it_opens_again_with_another_pin_and_passphrase(house):
    await house.look()
    before = house.known.access
    await house.door.close()
    house.clock.moment = house.clock.moment.__class__(house.clock.moment.wall, house.clock.moment.state, "boot-2", 5.0)
    house.restart()
    await house.look()
    assert house.known.access is not None
    assert house.known.access.passphrase != before.passphrase


@pytest.mark.parametrize("step", [Step.CLOCK, Step.REGISTRY, Step.VILLAGE, Step.CONFIRM])
async def test_a_unit_that_a_person_must_help_on_opens_also_where_there_is_a_network(house, step):
    house.known.enrolled = step is Step.CONFIRM
    house.known.troubles = {} if house.known.enrolled else {step: house.known.troubles[Step.NETWORK]}
    assert house.known.step is step
    await house.look()
    assert house.listening()


@pytest.mark.parametrize("step", [Step.STORAGE, Step.BOOT_FILE])
async def test_what_no_page_can_mend_opens_none(house, step):
    house.known.troubles = {step: house.known.troubles[Step.NETWORK]}
    await house.look()
    assert not house.listening()


async def test_the_button_opens_a_commissioned_unit_and_a_second_hold_gives_it_another_half_hour(house):
    house.known.enrolled = house.known.confirmed = True
    await house.open()
    pin = house.known.access.pin
    await house.look(HALF_AN_HOUR - 60)
    house.hold()
    await house.look()
    await house.look(HALF_AN_HOUR - 60)
    assert house.listening()
    assert house.known.access.pin == pin, "who is in stays in"
    await house.look(120)
    await house.look()
    assert not house.listening()
    assert [type(each) for each in records(house)] == [PageOpened, PageClosed]


async def test_an_old_hold_and_one_of_another_boot_open_nothing(house):
    house.known.enrolled = house.known.confirmed = True
    house.hold()
    await house.look(house.settings.page.button_seconds + 1)
    assert not house.listening()
    house.hold()
    house.clock.moment = house.clock.moment.__class__(house.clock.moment.wall, house.clock.moment.state, "boot-2", 101.0)
    await house.look(0)
    assert not house.listening()


async def test_a_wifi_that_is_the_units_link_is_left_alone_and_the_page_is_reached_by_it(house):
    await house.door.network.join(Wifi(ssid="Xã", passphrase="mat-khau-2"))
    house.known.confirmed = house.known.enrolled = True
    await house.open()
    assert (house.air.active(), house.known.access.ssid) == (OURS, None)
    assert house.listening()


async def test_a_public_address_is_never_listened_at(house):
    house.air.set(wifi=False, cable="100.64.0.9/24")
    house.hold()
    await house.look()
    assert house.known.access is None
    assert "neither Wi-Fi nor cable" in house.known.page[1]


@pytest.mark.parametrize(("radio", "words"), [("disabled", "switched off (rfkill)"), ("broken", "does not work (no firmware?)")])
async def test_a_radio_that_is_there_and_cannot_be_used_is_not_called_missing(house, radio, words):
    house.air.set(radio=radio)
    house.hold()
    await house.look()
    assert house.known.access is None
    assert words in house.known.page[1]


async def test_without_any_way_the_board_says_so_and_no_port_is_open(house):
    house.air.set(wifi=False)
    house.hold()
    await house.look()
    assert (house.listening(), house.known.access) == (False, None)
    assert house.known.page
    await house.look(61)
    assert house.known.page is None, "the next step stands on the board again"


async def test_what_a_program_that_died_left_open_is_closed_at_the_next_start(house):
    await house.open()
    await house.door._open.runner.cleanup()
    house.restart()
    import asyncio

    running = asyncio.ensure_future(house.door.run())
    while house.air.active() == HOTSPOT:  # noqa: ASYNC110 - what is waited for is in another process
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert HOTSPOT not in house.air.profiles()
