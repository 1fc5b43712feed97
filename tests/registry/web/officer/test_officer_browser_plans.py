"""The day's timeline in a phone-size browser: by drag, by tap, by keys; what would happen stands in words before anybody signs."""

import shutil

import pytest

from bundle.trust import Role, Target
from registry.trust.delegations import Duty
from tests.registry.web.officer.content_phones import Writers, signed
from tests.registry.web.officer.phone_browser import keep
from tests.registry.web.officer.planner import with_sessions
from tests.registry.web.officer.station import CHANNEL, NUONG
from tests.simulators.content import small_bundle

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]
PLAN = f"/officer/plan?channel={CHANNEL}"
SANG, CHIEU = "[data-key^='sang@']", "[data-key^='chieu@']"


@pytest.fixture
async def planner(browser):
    writers = Writers(browser.station)
    writers.morning()
    with_sessions(browser.station)
    await browser.bind(NUONG, (Role.CONTENT, Duty.AUTHOR))
    browser.approver = await writers.approver()
    browser.context = browser.page.context
    await browser.page.goto(browser.url(PLAN))
    await browser.page.wait_for_selector(SANG)
    return browser


async def would(page, words):
    await page.wait_for_selector(f".would:visible >> text={words}")


async def test_a_session_is_dragged_to_another_time_and_what_would_happen_is_said(planner):
    page = planner.page
    await keep(page, "plan-day")
    await would(page, "2 buổi, đều sẽ phát")
    grip = page.locator(".block .grip").first
    box, scale = await grip.bounding_box(), (await page.locator(".day").bounding_box())["height"] / (17 * 60)
    assert min(box["width"], box["height"]) >= 48
    await page.mouse.move(box["x"] + 20, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 20, box["y"] + 20 + 47 * scale, steps=4)
    assert await page.inner_text(".dragged .clock") == "06:45", "it moves by five minutes"
    await would(page, "Buổi sáng: ✓ phát 06:45–06:50")
    await keep(page, "plan-drag")
    await page.mouse.up()
    await page.wait_for_selector(f"{SANG} >> text=06:45")
    await page.wait_for_selector("[data-part=count] >> text=Xem và ký 1 thay đổi")


async def test_by_tap_into_the_quiet_hours_it_is_struck_through_with_the_reason(planner):
    page = planner.page
    await page.tap(SANG)
    await keep(page, "plan-sheet")
    await page.tap("[data-earlier='-5']")
    await would(page, "✓ phát 05:55–06:00")
    await page.fill("#clock", "04:30")
    await would(page, "KHÔNG PHÁT: giờ yên tĩnh")
    await page.tap(".sheet .accept")
    await page.wait_for_selector(".block.silent")
    await would(page, "1 buổi SẼ KHÔNG PHÁT")
    await keep(page, "plan-silent")
    await page.tap("[data-part=send]")
    assert "nearest time that sounds" in await planner.problem(), "what would never sound is not submitted"


async def test_items_are_ordered_by_dragging_one_onto_another(planner):
    page = planner.page
    await page.tap(CHIEU)
    first, second = [await page.locator(f".order li:nth-child({n}) span").bounding_box() for n in (1, 2)]
    await page.mouse.move(first["x"] + 20, first["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(second["x"] + 20, second["y"] + second["height"] - 5, steps=3)
    await page.mouse.up()
    await page.wait_for_selector(".order li:first-child >> text=Tiếp âm đài tỉnh")
    await would(page, "✓ phát 17:00–17:14")


async def test_a_new_session_is_planned_with_keys_alone_signed_and_on_the_units(planner):
    page, station = planner.page, planner.station
    await page.focus("[data-part=new]")
    await page.keyboard.press("Enter")
    await page.fill("#title", "Buổi trưa")
    await page.fill("#clock", "11:30")
    for item in ("tin", "chao"):
        await page.select_option("[data-part=add]", item)
    await page.focus(".order li:nth-child(2) button[aria-label^='Lên trước']")
    await page.keyboard.press("Enter")
    await page.focus("[name=often][value=working]")
    await page.keyboard.press("Space")
    await page.fill("#until", "2027-06-30")
    await page.keyboard.press("Tab")
    await would(page, "✓ phát 11:30–11:35")
    await keep(page, "plan-new")
    await page.focus(".sheet .accept")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".block >> text=Buổi trưa")
    await page.tap("[data-by='1']")
    await page.wait_for_selector("[data-part=date] >> text=05/05")
    await page.wait_for_selector(".block >> text=Buổi trưa")
    await page.reload()
    await page.wait_for_selector(".block >> text=Buổi trưa")
    await page.tap("[data-part=send]")
    await page.wait_for_url("**/officer/content/*")
    await page.tap("label:has(#accept)")
    await page.wait_for_selector("#sign:enabled")
    await keep(page, "plan-sign")
    await page.tap("#sign")
    await page.wait_for_selector("#sign", state="detached")
    status, text = await signed(planner.approver, int(page.url.rpartition("/")[2]))
    assert status == 200, text
    session = next(each for each in station.released(Target.BUNDLE).sessions if each.title == "Buổi trưa")
    assert session.order == ("chao", "tin")
    assert session.schedule.rule == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20270630T235959"
    assert session.schedule.start.isoformat() == "2027-05-04T11:30:00"


async def test_a_plan_outlives_its_page_and_one_that_came_back_is_changed_under_its_number(planner):
    page, station = planner.page, planner.station
    await page.tap(SANG)
    await page.fill("#clock", "06:30")
    await would(page, "✓ phát 06:30")
    assert not await page.locator("[data-part=older]").is_visible()
    await page.close()
    again = station.released(Target.BUNDLE).model_copy(update={"version": 3})
    station.publisher.release_bundle(CHANNEL, again, at=station.clock())
    page = await planner.context.new_page()
    await page.goto(planner.url(PLAN))
    await page.wait_for_selector("[data-part=count] >> text=Xem và ký 1 thay đổi")
    assert await page.locator("[data-part=older]").is_visible(), "something was released since"
    await page.tap("[data-part=send]")
    await page.tap("label:has(#accept)")
    await page.tap("#sign:enabled")
    await page.wait_for_selector("#sign", state="detached")
    number = page.url.rpartition("/")[2]
    assert (await planner.approver.send(f"/officer/content/{number}/back", {"word": "Sớm hơn"}))[0] == 200
    await page.tap("a:has-text('Sửa')")
    await page.wait_for_selector(f"{SANG} >> text=06:30")
    await page.tap(SANG)
    await page.tap("[data-earlier='-5']")
    await would(page, "✓ phát 06:25")
    await page.tap(".sheet .accept")
    await page.tap("[data-part=send]")
    await page.wait_for_url(f"**/officer/content/{number}")
    await page.tap("label:has(#accept)")
    await page.tap("#sign:enabled")
    await page.wait_for_selector("#sign", state="detached")
    assert (await signed(planner.approver, int(number)))[0] == 200
    assert next(each for each in station.released(Target.BUNDLE).sessions if each.id == "sang").schedule.start.minute == 25


async def test_what_cannot_be_planned_any_more_is_said_and_can_be_undone(planner):
    page, station = planner.page, planner.station
    await page.tap(SANG)
    await page.tap("[data-part=drop]")
    await page.wait_for_selector(SANG, state="detached")
    station.publisher.release_bundle(CHANNEL, small_bundle(station.clock()).model_copy(update={"version": 3}), at=station.clock())
    await page.reload()
    assert "no such session" in await planner.problem()
    await page.tap("[data-part=undo]")
    await would(page, "Chưa có buổi nào")


async def test_a_day_is_left_out_and_a_session_dropped_and_all_of_it_undone(planner):
    page = planner.page
    await page.tap(SANG)
    await page.tap("[data-part=skip]")
    await page.wait_for_selector(SANG, state="detached")
    await page.tap(CHIEU)
    await page.tap("[data-part=drop]")
    await would(page, "Chưa có buổi nào")
    assert await page.inner_text("[data-part=count]") == "Xem và ký 2 thay đổi"
    await page.tap("[data-by='1']")
    await page.tap(SANG)
    await page.tap("[data-part=skip]")
    await would(page, "Chưa có buổi nào")
    await page.tap("[data-by='-1']")
    await page.wait_for_selector("[data-part=date] >> text=hôm nay")
    await would(page, "Chưa có buổi nào")
    await page.tap("[data-part=undo]")
    await page.wait_for_selector(CHIEU)
    assert not await page.locator("[data-part=foot]").is_visible()
