"""The navigation: one row on a phone, the page that is open named in it, and nothing in it that somebody may not open."""

import re

import pytest

from registry.people.roles import Granted, Role
from registry.web.navigation import OFTEN, SELDOM
from tests.registry.web.chromium import page_of
from tests.registry.web.officer.phone_browser import PHONE

EVERYTHING = Granted("vn", Role.ADMINISTRATOR)
LINKS = [entry.path for entry in (*OFTEN, *SELDOM)]


async def shown(registry, path, *granted):
    """The paths in the navigation of the page at *path*, and those that it calls the one that is open."""
    answer = await registry.client.get(path, headers=await registry.account(*granted, name=f"Người {len(granted)}"))
    found = re.search(r"<nav class=\"sections.*?</nav>", await answer.text(), re.S)[0]
    return re.findall(r'<a [^>]*href="([^"]+)"', found), re.findall(r'href="([^"]+)" aria-current="page"', found)


async def test_the_page_that_is_open_is_named_and_those_below_it_belong_to_it(registry):
    await registry.enrolled()
    for path in (*LINKS, "/account"):
        found, current = await shown(registry, path, EVERYTHING)
        assert (found, current) == ([*LINKS, "/account"], [path])
    assert (await shown(registry, "/units/bt-mau-01", EVERYTHING))[1] == ["/"]
    assert (await shown(registry, "/coverage?area=vn", EVERYTHING))[1] == ["/coverage"]


async def test_nobody_is_offered_what_they_may_not_open(registry):
    found, _ = await shown(registry, "/")
    assert found == [entry.path for entry in (*OFTEN, *SELDOM) if entry.role is Role.WATCHER] + ["/account"]


@pytest.mark.browser
async def test_on_a_phone_it_is_one_row_and_the_rest_opens_and_closes_by_keys_without_a_script(registry, chromium):
    headers = await registry.account(EVERYTHING)
    async with page_of(chromium, **PHONE, extra_http_headers=headers, java_script_enabled=False) as page:
        await page.goto(str(registry.client.make_url("/")))
        boxes = [await each.bounding_box() for each in await page.locator(".sections > :is(a, button)").all()]
        assert (len(boxes), len({box["y"] for box in boxes})) == (len(OFTEN) + 1, 1)
        assert all(min(box["width"], box["height"]) >= 48 for box in boxes)
        assert boxes[0]["y"] + boxes[0]["height"] == PHONE["viewport"]["height"]
        people = page.locator("#more a[href='/people']")
        await page.focus(".sections > button")
        await page.keyboard.press("Enter")
        await people.wait_for()
        await page.keyboard.press("Escape")
        await people.wait_for(state="hidden")
        await page.set_viewport_size({"width": 1280, "height": 900})
        await people.wait_for()
        assert not await page.locator(".sections > button").is_visible()
