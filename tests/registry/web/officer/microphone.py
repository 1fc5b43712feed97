"""A phone-size browser whose microphone is a WAV file: Chromium's own fake device, behind the page's real getUserMedia."""

import shutil
from contextlib import asynccontextmanager

from playwright.async_api import async_playwright

from bundle.trust import Role
from registry.trust.delegations import Duty
from tests.registry.web.officer.phone_browser import PHONE, Browser
from tests.registry.web.officer.station import NUONG


@asynccontextmanager
async def phone_hearing(station, path, permissions=("microphone",)):
    """A bound officer's phone that hears the WAV at *path* over and over."""
    arguments = ["--no-sandbox", "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={path}"]
    arguments += ["--autoplay-policy=no-user-gesture-required"]
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        page = await (await chromium.new_context(**PHONE, permissions=list(permissions))).new_page()
        page.set_default_timeout(20_000)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        browser = Browser(station, page)
        await browser.bind(NUONG, (Role.CONTENT, Duty.AUTHOR))
        yield browser
        await chromium.close()
    assert errors == []


async def records(page, seconds=3):
    """A take of some seconds, ready to be trimmed."""
    await page.tap(".mic")
    await page.wait_for_selector("#record[data-state=recording]")
    await spoken(page, seconds)
    await page.tap(".mic")
    await page.wait_for_selector("[data-part=cut]:not([hidden])")


async def spoken(page, seconds):
    """So many seconds, at least, were recorded."""
    await page.wait_for_selector(f"[data-part=time]:text-matches('^0:(0[{seconds}-9]|[1-5])')")
