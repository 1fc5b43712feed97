"""Debian's Chromium: one for all pages of a test run, each in a context of its own."""

import os
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.async_api import Page, async_playwright

COMMAND = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-startup-window", "--hide-scrollbars"]
COMMAND += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0"]
# A page behind another is not slowed down, and a camera sees a test pattern.
COMMAND += ["--disable-background-timer-throttling", "--disable-renderer-backgrounding"]
COMMAND += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@contextmanager
def serving(profile: Path) -> Iterator[str]:
    """A browser with *profile*, a throw-away folder, and the address under which :func:`page_of` reaches it."""
    command = [*COMMAND, f"--user-data-dir={profile}"]
    # A group of its own: Chromium leaves helpers behind, and they must end with it.
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr is not None
        try:
            address = next(found[0] for line in process.stderr if (found := re.search(r"ws://\S+", line)))
            # What it says later is read too: a full pipe would stop it.
            Thread(target=process.stderr.read, daemon=True).start()
            yield address
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@asynccontextmanager
async def page_of(address: str, **context: Any) -> AsyncIterator[Page]:
    """A page in a *context* of its own: no cookie, key or cached file of another. No script in it may fail."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(address)
        own = await browser.new_context(**context)
        page = await own.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        await own.close()
    assert errors == []
