"""The pages of who watches, in a real browser: what changes comes in by itself, and not under somebody's hands."""

import shutil

import pytest

from tests.registry.fleet.coverage.conftest import announcement, notice
from tests.registry.web.chromium import page_of
from tests.registry.web.officer.phone_browser import PHONE
from tests.simulators.content import CHANNEL

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]


@pytest.fixture
async def covered(office):
    await office.release(notice(), announcement())
    await office.areas((CHANNEL, "Xã Bản Mẫu", ("vi",)), *((f"{CHANNEL}.{n:02d}", f"Thôn {n}", ("km", "vi")) for n in range(1, 5)))
    first, second = await office.village(1), await office.village(2)
    await office.village(3)
    await office.shown_thrice(first)
    await office.tell(second, 0, [("display", office.on_board(0))])
    return office


async def test_what_changes_comes_in_by_itself_and_not_under_somebodys_hands(covered, chromium):
    registry = covered.registry
    async with page_of(chromium, extra_http_headers=await registry.account(), **PHONE) as page:
        await page.clock.install()
        await page.goto(str(registry.client.make_url("/")))
        await covered.village(4)
        await covered.look()
        await page.locator("main input").first.focus()
        await page.clock.run_for(61_000)
        assert await page.locator("main input:focus").count() == 1, "nobody is disturbed while they type"
        await page.locator("main input").first.blur()
        await page.clock.run_for(61_000)
        await page.wait_for_selector("main :text('bt-04')")
