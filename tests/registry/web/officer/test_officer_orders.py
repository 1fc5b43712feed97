"""One person orders one unit from a phone: what was chosen is what is signed, the unit answers, and nobody orders what is not theirs."""

import json
from base64 import urlsafe_b64encode

import pytest

from bundle.orders import OrderKind, Orders, order_name
from bundle.trust import Role, Target
from evidence.records import Answered, Obedience
from registry.trust.delegations import Duty
from tests.registry.web.conftest import stamp
from tests.registry.web.officer.phone_browser import keep
from tests.registry.web.officer.station import CHANNEL, DU, NUONG
from tests.registry.web.technician.office import plain

UNIT = "bt-mau-01"
OPS = (Role.OPS, Duty.AUTHOR)


@pytest.fixture
async def unit(station):
    return await station.registry.enrolled()


async def ask(phone, kind="screenshot", **more):
    wish = {"channel": CHANNEL, "unit": UNIT, "kind": kind, "reason": "kiểm tra từ xa", **more}
    status, text = await phone.send("/officer/orders", wish)
    return status, json.loads(text)


async def order(phone, told, **changed):
    body = {"channel": CHANNEL, "unit": UNIT, "order": told["order"], "signed": told["signed"], "content": told["content"]}
    signature = phone.key.sign(told["signed"].encode()).hex()
    return await phone.send("/officer/orders/signature", {**body, "signature": signature, **changed})


async def test_one_person_orders_and_the_units_answer_is_shown(station, unit):
    phone = await station.seated(NUONG, OPS)
    status, told = await ask(phone)
    assert (status, station.released(Target.OPS)) == (200, None), "asking orders nothing"
    assert (await order(phone, told))[0] == 200
    (given,) = station.released(Target.OPS).orders
    assert (given.kind, given.units, given.person) == (OrderKind.SCREENSHOT, (UNIT,), NUONG)
    assert "sent, not yet answered" in (await phone.get(f"/officer/units/{UNIT}"))[1]
    name = order_name(CHANNEL, given)
    said = Answered(
        n=0,
        at=stamp(),
        identity=name,
        channel=CHANNEL,
        outcome=Obedience.DONE,
        reason="đã chụp / taken",
        picture=urlsafe_b64encode(b"RIFF"),
    )
    await station.registry.report(unit.report(1, [("agent", said)]))
    page = plain((await phone.get(f"/officer/units/{UNIT}"))[1])
    assert "đã chụp / taken" in page
    answer = await phone.client.get(f"/officer/units/{UNIT}/answers/{name}/board.webp", headers=phone.headers)
    assert (answer.status, await answer.read()) == (200, b"RIFF")
    assert (await station.events())[-1] == "order-given"


@pytest.mark.parametrize("kind", [kind for kind in OrderKind if kind is not OrderKind.LIVE])
async def test_every_kind_can_be_given_and_is_what_was_chosen(station, unit, kind):
    phone = await station.seated(NUONG, OPS)
    status, told = await ask(phone, kind.value, hours=3.0, decibels=-6.0, program="display")
    assert status == 200, told
    assert (await order(phone, told))[0] == 200
    assert [each.kind for each in station.released(Target.OPS).orders] == [kind]


async def test_a_second_order_stands_beside_the_first_and_one_made_on_an_older_list_is_refused(station, unit):
    phone = await station.seated(NUONG, OPS)
    _, first = await ask(phone)
    _, second = await ask(phone, "report")
    assert (await order(phone, first))[0] == 200
    assert (await order(phone, second))[0] == 409
    _, again = await ask(phone, "report")
    assert (await order(phone, again))[0] == 200
    assert [each.kind for each in station.released(Target.OPS).orders] == [OrderKind.SCREENSHOT, OrderKind.REPORT]


async def test_who_has_no_seat_or_another_area_orders_nothing(station, unit):
    stranger, chief = await station.stopper(), await station.seated(NUONG, OPS)
    assert (await stranger.get(f"/officer/units/{UNIT}"))[0] == 404
    assert (await stranger.send("/officer/orders", {"channel": CHANNEL, "unit": UNIT, "kind": "reboot", "reason": "x"}))[0] == 404
    _, told = await ask(chief)
    assert (await order(stranger, told))[0] == 409
    assert station.released(Target.OPS) is None
    assert (await chief.get("/officer/units/khong-co"))[0] == 404


async def test_another_order_than_was_asked_for_is_not_released(station, unit):
    phone = await station.seated(NUONG, OPS)
    _, told = await ask(phone)
    assert (await order(phone, told, order="reboot-khac"))[0] == 409
    _, other = await ask(phone, "report")
    assert (await order(phone, told, content=other["content"]))[0] == 409
    assert (await order(phone, told, unit="bt-mau-02"))[0] == 409
    assert station.released(Target.OPS) is None


async def test_bad_wishes_are_told_in_a_sentence(station, unit):
    phone = await station.seated(NUONG, OPS)
    for wrong in ({"kind": "live"}, {"kind": "volume", "decibels": 3}, {"kind": "mute", "hours": 1000}):
        status, told = await ask(phone, **wrong)
        assert status == 409, wrong
        assert told["refused"][0]["what"]


@pytest.mark.browser
async def test_two_taps_and_a_reason_order_it_and_a_registry_that_swaps_it_gets_no_signature(browser, unit):
    station, page = browser.station, browser.page
    await browser.bind(DU, OPS)
    await page.goto(browser.url(f"/officer/units/{UNIT}"))
    await page.tap("summary:has-text('Chụp màn hình')")
    await keep(page, "order-1-choose")
    await browser.forges("**/officer/orders", lambda told: {**told, "order": "another"})
    await page.tap("details[open] form button")
    assert "KHÔNG KÝ" in await browser.problem()
    await page.unroute("**/officer/orders")
    await page.tap("details[open] form button")
    await page.wait_for_selector("#really:not([disabled])")
    assert UNIT in await page.inner_text("#what")
    await keep(page, "order-2-sure")
    await page.tap("#really")
    await page.wait_for_selector(".ordered.sent")
    await keep(page, "order-3-sent")
    found = station.released(Target.OPS)
    assert isinstance(found, Orders)
    assert [(each.kind, each.person) for each in found.orders] == [(OrderKind.SCREENSHOT, DU)]
