"""The page fills in by itself while units report, in a real browser; officers see the units of their own channels."""

import re
import shutil

import pytest

from evidence.records import Outcome, Rung
from registry.web.config import STORAGE
from registry.web.officer.people import add
from tests.registry.web.chromium import page_of
from tests.registry.web.officer.station import OfficersPhone

PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}


async def bound(commune, *channels):
    registry = commune.watched.registry
    async with registry.app[STORAGE].writing() as connection:
        secret = await add(connection, "Cầm Thị Nương", channels, registry.clock(), registry.config.technicians)
    phone = OfficersPhone(registry.client)
    assert (await phone.bind(secret)).status == 303
    return phone


async def test_officers_see_the_units_of_their_channels_and_nobody_elses(commune):
    key = commune.watched.raised().key
    status, text = await (await bound(commune, "vn.20.06001")).get(f"/officer/reach/{key}")
    assert status == 200
    assert "0912 000 109" in text
    phone = await bound(commune, "vn.20.06002")
    assert (await phone.get(f"/officer/reach/{key}"))[0] == 404
    status, text = await phone.get("/officer/reach")
    assert (status, "Lũ đang lên" in text) == (200, False)


async def test_of_a_wider_alert_an_officer_sees_the_units_and_telephones_of_their_own_area_alone(commune):
    key = commune.watched.raised().key
    fleet = await (await commune.watched.registry.look(f"/alerts/{key}")).text()
    assert len(numbers(fleet)) > 2
    phone = await bound(commune, "vn.20.06001.10")
    for path in (f"/officer/reach/{key}", f"/officer/reach/{key}/now", f"/officer/reach/{key}/vn.20.06001"):
        status, text = await phone.get(path)
        assert (status, "Nà Câm" in text, "Khuổi Giả" in text) == (200, True, False)
        assert numbers(text) <= {"0912 000 109", "0987 000 209"}
    assert "0912 000 109" in (await phone.get(f"/officer/reach/{key}/now"))[1]


def numbers(text):
    """The telephone numbers of a page."""
    return set(re.findall(r"09[0-9]{2} 000 [0-9]{3}", text))


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
async def test_a_row_changes_on_an_open_page_as_soon_as_the_unit_has_reported(commune, chromium):
    watched = commune.watched
    async with page_of(chromium, **PHONE, extra_http_headers=await watched.registry.account()) as page:
        await page.goto(str(watched.registry.client.make_url(f"/alerts/{watched.raised().key}")))
        await page.wait_for_selector("#live:not([hidden])")
        await page.evaluate("window.loadedOnce = true")
        assert "4/10" in await page.inner_text(".big")
        await page.locator("details[data-open=partly] summary").tap()
        lines = [
            ("display", watched.seen(0, commune.alert)),
            ("display", watched.on_board(1, commune.alert)),
            ("audio", watched.aired(0, commune.alert, Outcome.COMPLETE, Rung.LEFT_DRIVER)),
        ]
        await commune.tell(9, lines)
        await page.locator(".big", has_text="5/10").wait_for(timeout=10_000)
        assert await page.evaluate("window.loadedOnce"), "no other page was loaded"
        assert await page.evaluate("document.querySelector('details[data-open=partly]').open"), "what was open stays open"
        assert "Nà Câm" not in await page.locator(".need").first.inner_text()
