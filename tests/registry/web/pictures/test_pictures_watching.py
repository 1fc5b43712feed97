"""The pages of who watches, on an ordinary morning; and how somebody gets in."""

import re
import shutil

import pytest

from registry.people.codes import code_at
from registry.people.roles import Granted, Role
from tests.registry.web.officer.station import CHANNEL
from tests.registry.web.pictures.camera import camera
from tests.registry.web.pictures.morning import PEOPLE, Morning
from tests.registry.web.users.desk import NAME, PASSWORD, Desk

pytestmark = [pytest.mark.pictures, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]
ITEM = f"/coverage/{CHANNEL}/lich-tiem"
PAGES = {
    "fleet": "/",
    "unit": "/units/bt-01",
    "alarms": "/alarms",
    "coverage": "/coverage",
    "essential": ITEM,
    "cell": f"{ITEM}/{CHANNEL}.01",
    "numbers": "/numbers?by=unit",
    "channels": "/channels",
    "channel": f"/channels/{CHANNEL}",
    "people": "/people",
    "account": "/account",
    "not-there": "/units/bt-khong-co",
}


@pytest.fixture
async def morning(station):
    station.clock.turn(hours=3)
    made = Morning(station)
    await made.stand()
    await made.pass_by()
    await made.people()
    return made


async def test_every_page_of_who_watches(morning, chromium):
    registry = morning.registry
    headers = await registry.account(Granted("vn", Role.ADMINISTRATOR), Granted("vn", Role.OPERATOR), name="Lê Thị Quản")
    async with camera(chromium, registry.client, headers) as lens:
        for name, path in PAGES.items():
            await lens.at(name, path)
        await lens.page.goto(lens.base + "/people")
        await lens.page.tap("summary:has-text('Mời người mới')")
        await lens.page.fill("#name", "Hà Thị Mới")
        await lens.page.fill("#area-new", f"{CHANNEL}.03")
        await lens.page.get_by_role("button", name="Tạo đường dẫn").tap()
        await lens.page.wait_for_selector(".link")
        await lens.take("people-link")
    watching = await registry.account(*PEOPLE["Trần Văn Hai"], name="Trần Văn Hai")
    async with camera(chromium, registry.client, watching) as lens:
        await lens.at("not-allowed", "/audit")


async def test_from_the_link_to_the_sign_in(station, chromium):
    registry, everything = station.registry, (Granted("vn", Role.ADMINISTRATOR),)
    async with camera(chromium, registry.client) as lens:
        page = lens.page
        await lens.at("invited", f"/set-up#{await Desk(registry).invited(NAME, *everything)}")
        await page.get_by_role("button").tap()
        await page.wait_for_selector("#password")
        seed = re.search(r"secret=([A-Z2-7]+)", await page.locator("a[href^=otpauth]").get_attribute("href"))[1]
        await lens.take("set-up")
        for field, value in (("password", PASSWORD), ("again", PASSWORD), ("code", code_at(seed, registry.clock()))):
            await page.fill(f"#{field}", value)
        await page.get_by_role("button").tap()
        await page.wait_for_selector(".paper")
        await lens.take("recovery")
        await page.context.clear_cookies()
        await lens.at("sign-in", "/sign-in")
        await page.fill("#name", NAME)
        await page.fill("#password", "không phải nó đâu")
        await page.get_by_role("button").tap()
        await page.wait_for_selector("[role=alert]")
        await lens.take("sign-in-refused")
        await page.fill("#password", PASSWORD)
        await page.get_by_role("button").tap()
        await page.wait_for_selector("#code")
        await lens.take("code")
