"""A card that takes no writes closes the page to nobody: it is then that somebody has to come in."""

import errno
import os

import pytest

from provisioning.page import pin, reasons


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
