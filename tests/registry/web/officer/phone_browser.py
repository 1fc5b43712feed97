"""A phone-size browser that opens an officer's pages, and what its officer does before a story begins."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from bundle.trust import Role
from registry.trust.delegations import Duty, Seat
from registry.web.config import STORAGE
from registry.web.officer.keys import figures, holder_of
from registry.web.officer.people import OFFICERS
from registry.web.phones.binding import by_name
from tests.registry.web.axe import usable
from tests.registry.web.officer.station import CHANNEL, NUONG

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@dataclass
class Browser:
    """A browser phone, and the station whose pages it opens."""

    station: object
    page: object

    def url(self, path):
        return str(self.station.client.make_url("/")).rstrip("/") + path

    async def bind(self, name=NUONG, *seats):
        await self.page.goto(self.url(f"/o#{await self.station.invited(name)}"))
        await self.page.get_by_role("button").tap()
        await self.page.wait_for_selector("#made:not([hidden])")
        async with self.station.registry.app[STORAGE].reading() as connection:
            public = (await by_name(connection, OFFICERS, name)).key
        assert await self.page.inner_text("#figures") == figures(public)
        for role, duty in seats:
            self.station.seat(Seat(role, duty, holder_of(name, public)))
        await self.page.goto(self.url("/officer"))
        return public

    async def problem(self):
        await self.page.wait_for_selector("#problem:not([hidden])")
        return await self.page.inner_text("#problem")

    async def forges(self, pattern, change):
        """From now on the registry answers *pattern* with *change* of what it should say."""

        async def forged(route):
            answer = await route.fetch()
            await route.fulfill(response=answer, body=json.dumps(change(await answer.json())))

        await self.page.route(pattern, forged)


async def keep(page, name):
    """A page as it stands: everybody gets through it, and whoever wants a picture gets one."""
    await usable(page, name)
    if folder := os.environ.get("KEEP_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


AUTHOR, APPROVER, STOP = (Role.ALERTS, Duty.AUTHOR), (Role.ALERTS, Duty.APPROVER), (Role.STOP, Duty.AUTHOR)


async def asked(browser):
    """An alert that waits for the author's signature, open on the phone that could give it."""
    await browser.bind(NUONG, AUTHOR)
    await browser.station.approver()
    await browser.page.goto(browser.url(f"/officer/new?channel={CHANNEL}&phrase=lu-len-nhanh"))
    await browser.page.tap(".levels label.l3")
    await browser.page.tap("label:has([value='vn.20.06001.01'])")
    return browser
