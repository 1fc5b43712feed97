"""Takes a page as a phone and a PC show it: everybody gets through it, nothing runs over the edge, and the pictures can be kept."""

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page

from tests.registry.web.axe import usable
from tests.registry.web.chromium import page_of
from tests.registry.web.officer.phone_browser import PHONE
from tests.registry.web.pictures.catalogue import ALL

SIZES = {"desktop": (1280, 900, 1800), "phone": (360, 740, 2400)}
"""Points: width, height, and where a long page is cut. The phone comes last: what a story does next, it does there."""
SETTLED = """Promise.all([document.fonts.ready, ...[...document.images].map((each) => {
    each.loading = "eager";
    return each.decode().catch(() => 0);
})])"""
"""Every picture is there, also what lies below."""
TOO_WIDE = """(() => {
    const wide = document.documentElement.clientWidth, over = (each) => each.getBoundingClientRect().right > wide + 1;
    const found = [...document.querySelectorAll("body *")].filter(over).map((each) => each.outerHTML.slice(0, 100));
    return document.documentElement.scrollWidth > wide ? found : [];
})()"""
"""What runs over the right edge of a page that has to be pushed sideways."""
NAMES = {shown.name for shown in ALL}


@dataclass
class Camera:
    """A browser's *page* whose pictures are kept under their names, of the registry at *base*."""

    page: Page
    base: str

    async def at(self, name: str, path: str) -> None:
        """The page at *path*, as *name*."""
        await self.page.goto(self.base + path)
        await self.take(name)

    async def take(self, name: str) -> None:
        """The page as it stands, as *name*."""
        assert name in NAMES, name
        await self.page.evaluate(SETTLED)
        for size, (width, height, longest) in SIZES.items():
            await self.page.set_viewport_size({"width": width, "height": height})
            assert (found := await self.page.evaluate(TOO_WIDE)) == [], (name, size, found)
            await usable(self.page, f"{name}, {size}")
            if folder := os.environ.get("KEEP_PICTURES"):
                await self._keep(Path(folder) / f"{name}.{size}.png", width, height, longest)

    async def _keep(self, target: Path, width: int, height: int, longest: int) -> None:
        # A bar at the bottom of a phone is to stand at the bottom of the picture.
        tall = height
        while tall < (tall := min(longest, await self.page.evaluate("document.documentElement.scrollHeight"))):
            # Twice at most: what is as high as the screen grows with it.
            await self.page.set_viewport_size({"width": width, "height": tall})
        await self.page.screenshot(path=target, animations="disabled")
        await self.page.set_viewport_size({"width": width, "height": height})


@asynccontextmanager
async def camera(chromium: str, client, headers=None):
    """A phone's browser of its own, with *headers* in each request."""
    async with page_of(chromium, **PHONE, **({"extra_http_headers": headers} if headers else {})) as page:
        yield Camera(page, str(client.make_url("/")).rstrip("/"))
