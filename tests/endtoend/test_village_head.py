"""A village head's phone at the unit's own page: approved words sound in two taps, from a real loudspeaker program without any network."""

import asyncio
import os
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from device.journal import read
from evidence.records import OpenedOnSite, Outcome, Sounded
from provisioning.holders import add
from provisioning.opening import this_unit
from provisioning.page.pin import Gate, Wrongs
from provisioning.page.serving import served
from provisioning.page.session import Phones
from provisioning.page.site import Opening
from tests.audio.conftest import Bench, until
from tests.audio.on_site.on_site import stock
from tests.audio.village import Village, tone
from tests.provisioning.page.conftest import free_port

pytestmark = [pytest.mark.endtoend, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]

PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
HEAD, PIN, DOOR_PIN = "Lò Văn Păn", "480315", "271828"


class Page:
    """The unit's own page as it is served, in a loop of its own; its hotspot is not the matter here."""

    def __init__(self, paths) -> None:
        self.paths, self.port, self.loop, self.up = paths, free_port(), asyncio.new_event_loop(), threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self.up.wait(20)

    def _run(self) -> None:
        self.loop.run_until_complete(self._serve())
        self.loop.run_forever()
        self.loop.run_until_complete(self.served.runner.cleanup())

    async def _serve(self) -> None:
        clock = this_unit(self.paths).clock
        phones = Phones(lambda: clock.now().mono, 300.0)
        gate = Gate(Wrongs(self.paths), clock.now, DOOR_PIN)
        opening = Opening(self.paths, clock, gate, phones, clock.now().mono + 1800, _nothing, lambda: None, lambda _: None)
        self.served = await served(opening, None, False)
        await self.served.listen("127.0.0.1", self.port)
        self.up.set()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)


async def _nothing(*_: object) -> None:
    """Nobody changes the Wi-Fi."""


@pytest.fixture
def unit(tmp_path):
    bench = Bench(tmp_path / "unit")
    village = Village(bench, tmp_path / "publisher")
    stock(village, {"chay-rung": tone(60.0), "hop-dan": tone(1.0)}, emergency=("chay-rung",))
    add(village.paths, HEAD, (), PIN, may_speak=True)
    village.start()
    until(lambda: (said := village_status(village)) is not None and said.ready, "the voice")
    page = Page(village.paths)
    yield village, page
    page.close()
    bench.close()


def village_status(village):
    from device.status import read_status

    return read_status(village.paths, "audio")


def keep(page, name):
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], f"{name} is wider than the phone"
    if folder := os.environ.get("KEEP_PICTURES"):
        page.screenshot(path=Path(folder) / f"head-{name}.png")


def test_approved_words_sound_in_two_taps_and_stop_in_one(unit):
    village, served = unit
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(**PHONE).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"http://127.0.0.1:{served.port}/")
        page.fill("#pin", DOOR_PIN)
        page.get_by_role("button", name="Vào").click()
        page.wait_for_selector("nav")
        page.goto(f"http://127.0.0.1:{served.port}/speak")
        keep(page, "1-pin")
        page.fill("#own", PIN)
        page.get_by_role("button", name="Tiếp").click()
        page.wait_for_selector(".stored")
        keep(page, "2-buttons")

        page.locator(".stored .button").first.click()
        page.wait_for_selector("button.go")
        keep(page, "3-ask")
        page.locator("button.go").click()
        page.wait_for_selector(".going.sounding")
        assert "mô phỏng" in page.inner_text(".going")
        keep(page, "4-sounding")
        assert village.sounding().item == "chay-rung"
        page.get_by_role("button", name="DỪNG").click()
        page.wait_for_selector(".last.cut")
        ended = [line for line in village.sounded() if line.outcome is not Outcome.STARTED][-1]
        keep(page, "5-stopped")
        assert 0 < ended.offset < 30.0

        page.locator(".stored .button", has_text="hop-dan").click()
        page.locator("button.go").click()
        page.wait_for_selector(".last.whole")
        keep(page, "6-whole")
        browser.close()
    opened = [line for line in read(village.paths.journal("audio")) if isinstance(line, OpenedOnSite)]
    assert [line.holder for line in opened] == [HEAD, HEAD]
    whole = [line for line in read(village.paths.journal("audio")) if isinstance(line, Sounded) and line.outcome is Outcome.COMPLETE]
    assert [(line.item, line.holder) for line in whole] == [("hop-dan", HEAD)]
