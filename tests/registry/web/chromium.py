"""A picture of a page by Debian's Chromium, as a phone or an office PC shows it."""

import shutil
from pathlib import Path

from playwright.async_api import async_playwright

PHONE, DESKTOP = (412, 1400), (1280, 1000)


async def photograph(url: str, target: Path, size: tuple[int, int], headers: dict[str, str]) -> None:
    """Write the page at *url* as PNG to *target*, as a browser shows it that sends *headers*: the cookie of whoever looks."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, extra_http_headers=headers)
        page = await context.new_page()
        await page.goto(url)
        await page.screenshot(path=target)
        await browser.close()
