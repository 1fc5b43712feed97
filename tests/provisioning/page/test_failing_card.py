"""A card that takes no writes closes the page to nobody: it is then that somebody has to come in."""

import errno
import os

import pytest

from device.unit import read_unit
from provisioning.card import enrolling
from provisioning.page import pin, reasons
from tests.provisioning.page.test_networks import done
from tests.provisioning.page.test_village import prepared
from tests.simulators.cards import VILLAGES


@pytest.fixture(params=(errno.ENOSPC, errno.EROFS, errno.EIO))
def card_fails(request, monkeypatch):
    def fails(path, data, mode=0o644):
        raise OSError(request.param, os.strerror(request.param), str(path))

    def begin() -> None:
        for module in (reasons, pin):
            monkeypatch.setattr(module, "replace", fails)

    return begin


async def test_the_page_opens_by_itself_and_by_the_button_and_once_for_each(house, card_fails):
    card_fails()
    await house.look()
    assert house.known.access is not None, "the uncommissioned unit waits for a person"
    await house.door.close()
    await house.look()
    assert house.known.access is None
    await house.open()
    await house.door.close()
    await house.look()
    assert house.known.access is None, "one hold counts once"


async def test_the_right_pin_lets_in_and_wrong_ones_slow_down_through_a_new_opening(house, card_fails):
    await house.open()
    card_fails()
    stranger = house.phone()
    for _ in range(3):
        await stranger.post("/enter", data={"pin": "000000"})
    await house.door.close()
    house.clock.advance(5)
    await house.open()
    assert "wait" in await (await house.phone().post("/enter", data={"pin": house.known.access.pin})).text()
    house.clock.advance(31)
    await house.inside()


@pytest.fixture(params=(errno.ENOSPC, errno.EROFS))
def card_full(request, monkeypatch):
    def fails(*_):
        raise OSError(request.param, os.strerror(request.param), "unit.json")

    monkeypatch.setattr(enrolling, "write_unit", fails)
    return os.strerror(request.param)


async def test_a_village_that_cannot_be_kept_is_told_on_phone_and_board_and_chosen_again_later(house, card_full, monkeypatch):
    prepared(house)
    await house.open()
    phone = await house.inside()
    answer = await phone.post("/village", {"place": VILLAGES[1].place})
    assert (answer.status, "use another one" in await answer.text(), card_full in await answer.text()) == (409, True, True)
    assert house.known.page == ("thẻ đầy hoặc hỏng: thay thẻ khác", "the card is full or broken: use another one")
    monkeypatch.undo()
    await phone.get("/village")
    await phone.post("/village", {"place": VILLAGES[1].place})
    assert read_unit(house.paths).place == VILLAGES[1].place


async def test_work_that_finds_the_card_full_is_not_done_and_says_why(house, card_full):
    await house.open()
    phone = await house.inside()
    house.door._open.opening.work.ask_in_thread(("Thử", "trying"), enrolling.write_unit)
    await done(house)
    text = await (await phone.get("/task")).text()
    assert ("✓ Xong" in text, "Not done" in text, card_full in text) == (False, True, True)
    await house.look()
    assert house.listening(), "no mistake of ours"
