"""The PIN of the label opens the page of a unit without a board, and of no other."""

import threading

import pytest

from device.connectors import Connectors
from device.durable import replace
from device.status import read_status, write_status
from device.unit import UNCONFIRMED
from device.watchdog import Watchdog
from display.errors import ScreenLost
from display.set_up import show_set_up
from display.showing.headless import HeadlessScreen
from display.showing.lasting import LastingScreen
from evidence.card import LabelWifi
from evidence.pin import pin_digest
from evidence.report import ProgramStatus
from provisioning.network.manager import HOTSPOT
from tests.provisioning.page.conftest import Phone

LABEL, WIFI = "246 813", "abcdefgh2345"


def labelled(house):
    replace(house.paths.label_pin, pin_digest("246813", bytes(16)).model_dump_json().encode(), 0o600)
    replace(house.paths.label_wifi, LabelWifi(passphrase=WIFI).model_dump_json().encode(), 0o600)


async def test_without_a_board_the_label_lets_a_phone_in_and_slows_down_like_any_pin(house):
    labelled(house)
    await house.open()
    phone = Phone(house.phone())
    for _ in range(3):
        await phone.http.post("/enter", data={"pin": "246814"})
    assert "wait 30 s" in await (await phone.http.post("/enter", data={"pin": LABEL})).text()
    house.clock.advance(31)
    assert (await phone.enter(LABEL)).status == 200


@pytest.fixture(params=["set-up", "content"])
def shows(request):
    """The board's program says what is on it: while the unit is set up in the words of its own writer, and once it is commissioned."""

    def content(house):
        write_status(house.paths, ProgramStatus(program="display", at=house.clock.now().stamp(), ready=True, versions={}))

    return content if request.param == "content" else set_up


def set_up(house, opened=lambda *_: HeadlessScreen((640, 360))):
    """One round of the set-up board."""
    screen, rounds = LastingScreen(opened, ("0",), Connectors(house.paths.connectors)), iter((False, True))
    told = (house.clock, house.settings.screen, (UNCONFIRMED,))
    show_set_up(house.paths, screen, threading.Event(), Watchdog.from_environment(), *told, lambda: next(rounds), lambda again: None)


async def test_where_a_board_shows_a_pin_the_label_is_worth_nothing(house, shows):
    labelled(house)
    shows(house)
    await house.open()
    assert "PIN không đúng" in await (await house.phone().post("/enter", data={"pin": LABEL})).text()


async def test_a_program_of_the_board_without_any_screen_shows_nobody_a_pin(house):
    def no_screen(*_):
        raise ScreenLost("không có / none")

    labelled(house)
    set_up(house, no_screen)
    assert read_status(house.paths, "display").reasons
    await house.open()
    assert (await Phone(house.phone()).enter(LABEL)).status == 200
    assert house.known.access.passphrase == WIFI


async def test_without_a_board_the_hotspot_is_the_one_of_the_label_at_each_opening(house):
    labelled(house)
    for _ in range(2):
        await house.open()
        assert (house.known.access.ssid, house.known.access.passphrase) == ("bangtin-bt-0123456789", WIFI)
        assert house.air.profiles()[HOTSPOT]["psk"] == WIFI
        await house.door.close()
        house.clock.advance(120)


async def test_where_a_board_shows_it_the_hotspots_passphrase_is_a_new_one_at_each_opening(house, shows):
    labelled(house)
    seen = set()
    for _ in range(2):
        shows(house)
        await house.open()
        seen.add(house.known.access.passphrase)
        await house.door.close()
        house.clock.advance(120)
    assert len(seen) == 2
    assert WIFI not in seen


async def test_a_unit_without_a_label_opens_with_a_passphrase_of_its_own(house):
    await house.open()
    assert len(house.known.access.passphrase) >= 12
