"""In a real browser: an invitation opened, an account set up, signed out and in again, somebody invited."""

import re

import pytest

from registry.areas.places import import_areas, read_areas
from registry.people.codes import code_at
from registry.people.roles import Granted, Role
from registry.web.config import STORAGE
from tests.registry.web.chromium import page_of
from tests.registry.web.officer.phone_browser import PHONE
from tests.registry.web.technician.office import AREAS
from tests.registry.web.users.desk import EVERYTHING, NAME, PASSWORD, Desk

pytestmark = pytest.mark.browser


@pytest.fixture
async def sight(watched):
    """A registry with a release tree, areas, a unit and somebody who was invited."""
    async with watched.registry.app[STORAGE].writing() as connection:
        await import_areas(connection, read_areas(AREAS, "areas.csv"))
    await watched.village(1, "Thôn Bến Đò")
    await Desk(watched.registry).invited("Trần Văn Hai", Granted("vn.20.06001", Role.WATCHER), Granted("vn.20.06002.01", Role.OPERATOR))
    return watched


async def test_an_account_from_the_link_to_the_next_invitation(sight, chromium):
    registry = sight.registry
    base = str(registry.client.make_url("/")).rstrip("/")
    link = await Desk(registry).invited(NAME, *EVERYTHING)
    async with page_of(chromium, **PHONE) as page:
        await page.goto(f"{base}/set-up#{link}")
        await page.wait_for_selector("#form:not([hidden])")
        assert link not in page.url, "the secret stays in no history"
        await page.get_by_role("button").tap()
        seed = re.search(r"secret=([A-Z2-7]+)", await page.locator("a[href^=otpauth]").get_attribute("href"))[1]
        await page.fill("#password", PASSWORD)
        await page.fill("#again", PASSWORD)
        await page.fill("#code", code_at(seed, registry.clock()))
        await page.get_by_role("button").tap()
        await page.wait_for_selector(".paper")
        assert await page.locator(".paper li").count() == 10
        await page.get_by_role("link", name="Đã chép").tap()
        await page.goto(f"{base}/account")
        await page.get_by_role("button", name="Đăng xuất mọi nơi").tap()
        await page.wait_for_url("**/sign-in")
        await page.goto(f"{base}/people")
        await page.fill("#name", NAME)
        await page.fill("#password", "không phải nó đâu")
        await page.get_by_role("button").tap()
        await page.wait_for_selector("[role=alert]")
        await page.fill("#password", PASSWORD)
        await page.get_by_role("button").tap()
        await page.wait_for_selector("#code")
        registry.clock.turn(minutes=1)
        await page.fill("#code", code_at(seed, registry.clock()))
        await page.get_by_role("button").tap()
        await page.wait_for_url("**/people")
        await page.locator("details", has_text="Mời người mới").locator("summary").tap()
        await page.fill("#name", "Hà Thị Mới")
        await page.select_option("#role-new", "watcher")
        await page.fill("#area-new", "vn.20.06001.03")
        await page.get_by_role("button", name="Tạo đường dẫn").tap()
        await page.wait_for_selector(".link")
        cookies = {each["name"]: each for each in await page.context.cookies()}
        assert set(cookies) == {"__Host-user"}
        assert (cookies["__Host-user"]["sameSite"], cookies["__Host-user"]["httpOnly"]) == ("Strict", True)
