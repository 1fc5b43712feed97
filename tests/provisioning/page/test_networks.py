"""The Wi-Fi on the phone: it is joined with progress for everybody, and a mistake brings the hotspot back as it was."""

import asyncio

from provisioning.network.manager import HOTSPOT, OURS

QR = "WIFI:T:WPA;S:Nhà Văn Hoá;P:mat-khau-1;;"


async def done(house):
    """The work under way has ended."""
    await asyncio.wait({house.door._open.opening.work._task}, timeout=20)


async def test_a_network_of_the_list_is_joined_and_the_page_goes_on_there(house):
    await house.open()
    phone = await house.inside()
    assert "Nhà Văn Hoá" in await (await phone.get("/wifi")).text()
    answer = await phone.post("/wifi", {"ssid": "Xã", "passphrase": "mat-khau-2"}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/task")
    await done(house)
    assert (house.air.active(), set(house.air.profiles())) == (OURS, {OURS})
    assert house.known.access.ssid is None
    assert "✓ Xong" in await (await phone.get("/task")).text()
    assert "service page" in house.known.page[1]


async def test_the_text_of_a_qr_code_is_enough(house):
    await house.open()
    phone = await house.inside()
    await phone.post("/wifi", {"qr": QR}, allow_redirects=False)
    await done(house)
    assert house.air.profiles()[OURS]["ssid"] == "Nhà Văn Hoá"


async def test_a_wrong_passphrase_brings_the_same_hotspot_back_and_is_told_on_phone_and_board(house):
    await house.open()
    before = house.known.access
    phone = await house.inside()
    await phone.post("/wifi", {"ssid": "Xã", "passphrase": "sai-mat-khau"}, allow_redirects=False)
    await done(house)
    assert (house.air.active(), house.known.access) == (HOTSPOT, before)
    text = await (await phone.get("/task")).text()
    assert "passphrase is wrong" in text
    assert "sai-mat-khau" not in text
    assert "passphrase is wrong" in house.known.page[1]


async def test_what_cannot_be_a_network_is_refused_before_anything_changes(house):
    await house.open()
    phone = await house.inside()
    for sent, words in (
        ({"qr": "https://example"}, "not the QR code of a Wi-Fi"),
        ({"ssid": "", "passphrase": "x"}, "no network was chosen"),
        ({"ssid": "Xã", "passphrase": "ngan"}, "8 to 63 signs"),
    ):
        answer = await phone.post("/wifi", sent)
        assert answer.status == 409
        assert words in await answer.text()
    assert house.air.active() == HOTSPOT


async def test_the_time_that_runs_out_while_wifi_changes_ends_in_good_order(house):
    await house.open()
    phone = await house.inside()
    await phone.post("/wifi", {"qr": QR}, allow_redirects=False)
    await house.look(3600)
    assert not house.listening()
    assert (house.air.active(), set(house.air.profiles())) == (OURS, {OURS})


async def test_an_address_at_which_nobody_can_listen_is_told_on_phone_and_board_and_is_no_success(house):
    house.air.set(addresses=house.air.read()["addresses"] | {"auto": "192.0.2.7/24"})
    await house.open()
    phone = await house.inside()
    await phone.post("/wifi", {"qr": QR}, allow_redirects=False)
    await done(house)
    text = await (await phone.get("/task")).text()
    assert ("✓ Xong" in text, "cannot listen" in text, "cannot listen" in house.known.page[1]) == (False, True, True)
    await house.look()
    assert house.listening(), "and no mistake of ours"
