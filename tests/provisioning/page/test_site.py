"""Who comes in: the PIN of the board, slowly when it is wrong, one phone at a time, and nobody by another site's form."""

import asyncio

import pytest

from provisioning.page.session import COOKIE
from tests.provisioning.page.conftest import Phone

OTHERS = ["/", "/wifi", "/task", "/task/news", "/village", "/sheet", "/support", "/nowhere"]


@pytest.mark.parametrize("path", OTHERS)
async def test_without_the_pin_there_is_only_the_door(house, path):
    await house.open()
    answer = await house.phone().get(path)
    text = await answer.text()
    assert "Nhập PIN" in text
    assert "bt-0123456789" not in text, "who the unit is is nobody's business yet"


@pytest.mark.parametrize("path", ["/wifi", "/task/answer", "/commission", "/village", "/leave"])
async def test_without_the_pin_nothing_can_be_sent(house, path):
    await house.open()
    answer = await house.phone().post(path, data={"ssid": "x", "close": "1"})
    assert answer.status == 401
    await house.look()
    assert house.listening()


async def test_the_pin_of_the_board_lets_a_phone_in(house):
    await house.open()
    phone = Phone(house.phone())
    assert (await phone.enter(house.known.access.pin)).status == 200
    text = await (await phone.get()).text()
    assert "bt-0123456789" in text
    cookie = next(each for each in phone.http.cookie_jar if each.key == COOKIE)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")


async def test_wrong_pins_slow_down_and_neither_power_nor_a_new_opening_helps(house):
    await house.open()
    right = house.known.access.pin
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    phone = Phone(house.phone())
    for _ in range(3):
        assert "PIN không đúng" in await (await phone.http.post("/enter", data={"pin": wrong})).text()
    assert "wait 30 s" in await (await phone.http.post("/enter", data={"pin": right})).text()
    await house.door.close()
    house.restart()
    await house.open()
    late = await (await Phone(house.phone()).http.post("/enter", data={"pin": house.known.access.pin})).text()
    assert "wrong PINs: wait" in late
    house.clock.advance(31)
    assert (await Phone(house.phone()).enter(house.known.access.pin)).status == 200


async def test_many_guesses_at_once_are_looked_at_one_by_one(house):
    await house.open()
    right = int(house.known.access.pin)
    http = house.phone()
    guesses = [http.post("/enter", data={"pin": f"{(right + n) % 10**6:06d}"}) for n in range(1, 13)]
    texts = [await answer.text() for answer in await asyncio.gather(*guesses)]
    assert sum("PIN không đúng" in text for text in texts) == 3


async def test_one_phone_at_a_time_and_the_next_when_the_first_is_silent(house):
    await house.open()
    first = await house.inside()
    second = Phone(house.phone())
    assert "another phone" in await (await second.http.post("/enter", data={"pin": house.known.access.pin})).text()
    house.clock.advance(house.settings.page.idle_seconds + 1)
    assert (await second.enter(house.known.access.pin)).status == 200
    assert "Nhập PIN" in await (await first.get()).text(), "the first is out"
    await second.post("/leave", {"out": "1"})
    assert (await first.enter(house.known.access.pin)).status == 200


async def test_of_two_phones_that_type_the_pin_at_once_one_is_let_in(house):
    await house.open()
    phones = [Phone(house.phone()) for _ in range(3)]
    pin = house.known.access.pin
    answers = await asyncio.gather(*(each.http.post("/enter", data={"pin": pin}, allow_redirects=False) for each in phones))
    assert sorted(answer.status for answer in answers) == [303, 409, 409]


async def test_a_form_of_another_site_changes_nothing(house):
    await house.open()
    phone = await house.inside()
    for forged in ({"form": "x"}, {"form": ""}):
        assert (await phone.http.post("/leave", data=forged | {"close": "1"})).status == 409
    assert (await phone.post("/leave", {"close": "1"}, headers={"Origin": "http://elsewhere.example"})).status == 409
    await house.look()
    assert house.listening()


async def test_another_name_for_the_unit_is_no_way_in(house):
    await house.open()
    answer = await house.phone().get("/", headers={"Host": "bangtin.example"})
    assert answer.status == 421


async def test_every_answer_forbids_what_the_page_does_not_need(house):
    await house.open()
    phone = await house.inside()
    for path in ("/", "/wifi", "/static/page.css", "/static/page.js", "/nowhere"):
        answer = await phone.http.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "no-store")
        assert "aiohttp" not in str(answer.headers)


async def test_no_page_asks_for_anything_from_elsewhere(house):
    await house.open()
    phone = await house.inside()
    for path in ("/", "/wifi", "/village"):
        text = await (await phone.get(path)).text()
        assert "//" not in text.replace("<!doctype html>", "")
        assert "style=" not in text
        assert "onclick" not in text


@pytest.mark.parametrize("name", ["../site.py", "..%2fsite.py", "page.map", "%2e%2e/door.py"])
async def test_only_the_two_static_files_are_there(house, name):
    await house.open()
    answer = await house.phone().get(f"/static/{name}")
    assert "def " not in await answer.text()


async def test_who_closes_the_page_closes_the_port(house):
    await house.open()
    phone = await house.inside()
    assert "Trang đã đóng" in await (await phone.post("/leave", {"close": "1"})).text()
    await house.look()
    assert not house.listening()


async def test_a_name_of_a_network_finds_nothing_to_run_it(house):
    networks = [{"ssid": '"><script>x</script>', "psk": "y" * 8, "signal": 50}]
    house.air.set(networks=networks)
    await house.open()
    phone = await house.inside()
    text = await (await phone.get("/wifi")).text()
    assert "<script>x" not in text
    assert "&lt;script&gt;x" in text
