"""The PIN of the label opens the page of a unit without a board, and of no other."""

from device.durable import replace
from device.status import write_status
from evidence.pin import pin_digest
from evidence.report import ProgramStatus
from tests.provisioning.page.conftest import Phone

LABEL = "246 813"


def labelled(house):
    replace(house.paths.label_pin, pin_digest("246813", bytes(16)).model_dump_json().encode(), 0o600)


async def test_without_a_board_the_label_lets_a_phone_in_and_slows_down_like_any_pin(house):
    labelled(house)
    await house.open()
    phone = Phone(house.phone())
    for _ in range(3):
        await phone.http.post("/enter", data={"pin": "246814"})
    assert "wait 30 s" in await (await phone.http.post("/enter", data={"pin": LABEL})).text()
    house.clock.advance(31)
    assert (await phone.enter(LABEL)).status == 200


async def test_where_a_board_shows_a_pin_the_label_is_worth_nothing(house):
    labelled(house)
    status = ProgramStatus(program="display", at=house.clock.now().stamp(), ready=True, versions={})
    write_status(house.paths, status)
    await house.open()
    assert "PIN không đúng" in await (await house.phone().post("/enter", data={"pin": LABEL})).text()
