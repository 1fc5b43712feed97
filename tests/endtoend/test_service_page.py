"""A technician's phone at the unit's own page, from the PIN on the board to the handover sheet: real unit programs, a real browser."""

import os
import re
import shutil
import socket
import tarfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bangtin.demo.village import PLACE, PLACE_NAME, Village, Wiring
from device.first_boot import read_first_boot
from device.journal import read
from device.unit import read_unit
from evidence.handover import opened
from evidence.records import Commissioned, PageOpened, PageReason
from provisioning.network.manager import HOTSPOT
from tests.endtoend.kept import board, keep_file, keep_page
from tests.simulators.nmcli import Air

pytestmark = [pytest.mark.endtoend, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]

AREAS = Path(__file__).parents[2] / "content" / "areas" / "tinh-mau.csv"
PICTURE = AREAS.parents[1] / "xa-an-phu" / "pictures" / "lua-xanh.png"
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
PATIENCE = 60_000.0
"""Milliseconds: the machine may be busy with other tests."""
MOST_STEPS = 60


class Unit:
    """An enrolled unit that nobody has confirmed, whose Wi-Fi is simulated and leads to this machine."""

    def __init__(self, folder: Path, port: int) -> None:
        self.village, self.air, self.port = Village(folder, AREAS.parent), Air(folder, own="127.0.0.1/8", lan="127.0.0.1/8"), port

    def prepare(self) -> None:
        village = self.village
        village.found()
        village.serve()
        village.wire(Wiring(poll_seconds=60.0))
        settings = f"\n[page]\nport = {self.port}\nwait_seconds = 0\n\n[first_boot]\nagain = 1\n"
        village.paths.unit_toml.write_text(village.paths.unit_toml.read_text() + settings)
        root = ("--root", village.paths.root)
        grant = ("--data", village.part("registry"), "--place", PLACE, "--place-name", PLACE_NAME, "--url", village.url)
        printed = village.stage.command("registry", "grant", *grant, "--root", village.part("site") / "root.json")
        village.stage.command("provision", "enrol", *root, "--unit", "an-phu-03", "--grant", printed.strip().splitlines()[0])
        village.start_unit()
        village.stage.start("provisioning", "provision", "run", *root)
        village.wait("the page is open", lambda: self.access is not None, 60)

    @property
    def access(self):
        told = read_first_boot(self.village.paths)
        return told.access if told else None

    def records(self, kind):
        return [line for line in read(self.village.paths.journal("provisioning")) if isinstance(line, kind)]

    def listening(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(2)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Phone:
    """A technician's phone; each page that it saw can be kept as a picture."""

    def __init__(self, page: Page) -> None:
        self.page, self.shots, self.errors, self.asked = page, 0, [], []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", lambda request: self.errors.append(request.url) if "127.0.0.1" not in request.url else None)

    def keep(self, name: str) -> None:
        # Words are there before the style is.
        self.page.wait_for_load_state("load")
        self.shots += 1
        keep_page(self.page, f"service-{self.shots:02d}-{name}")
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], f"{name} is wider than the phone"
        small = self.page.evaluate(
            "[...document.querySelectorAll('button, a.button, input:not([type=hidden]):not([type=radio]):not([type=file])')]"
            ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
        )
        assert small == [], "what a finger in a glove cannot hit"

    def commission(self, photo: Path) -> None:
        """Answer whatever is asked, as one for whom everything is right, until there is nothing more."""
        for _ in range(MOST_STEPS):
            self.page.wait_for_selector("form.ask, a.button.main")
            form = self.page.locator("form.ask")
            if not form.count():
                return
            number, words = form.locator("input[name=n]").input_value(), form.locator("h1").inner_text()
            self.asked.append(words.splitlines()[0])
            self.keep(f"question-{re.sub('[^a-z]+', '-', words.split(chr(10))[-1].lower())[:30]}")
            self._answer(words, photo)
            self.page.locator(f"form.ask input[name=n][value='{number}']").wait_for(state="detached")
        raise AssertionError(f"it asks for ever: {self.asked}")

    def _answer(self, words: str, photo: Path) -> None:
        form = self.page.locator("form.ask")
        if form.locator("input[type=file]").count():
            form.locator("input[type=file]").set_input_files(photo)
            form.locator("button.main").click()
        elif "power has not gone" in words:
            form.get_by_role("button", name="Để sau").click()
        elif form.locator(".option").count():
            form.locator(".option").first.click()
        elif form.locator(".yes").count():
            form.locator(".yes").click()
        else:
            for field in form.locator("input:not([type=hidden])").all():
                field.fill("72" if field.get_attribute("inputmode") == "decimal" else "Quàng Thị Thợ")
            form.locator("button.main").click()


@pytest.fixture
def unit(tmp_path, monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Unit(tmp_path, port)
    monkeypatch.setenv("PATH", f"{made.air.program.parent}:{os.environ['PATH']}")
    try:
        made.prepare()
        yield made
    finally:
        codes = made.village.stage.stop_all()
    assert set(codes.values()) == {0}, codes


@pytest.fixture
def phone():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        found = Phone(browser.new_context(**PHONE, accept_downloads=True).new_page())
        yield found
        browser.close()
    assert found.errors == []


def test_a_technician_commissions_a_unit_on_its_own_page(unit, phone, tmp_path):
    page, access = phone.page, unit.access
    assert unit.air.active() == HOTSPOT
    page.goto(access.address)
    phone.keep("pin")
    keep_file(board(unit.village, tmp_path / "board.png"), "service-board.png")
    page.fill("#pin", f"{(int(access.pin) + 1) % 10**6:06d}")
    page.get_by_role("button", name="Vào").click()
    page.wait_for_selector("[role=alert]")
    phone.keep("wrong-pin")
    page.fill("#pin", access.pin)
    page.get_by_role("button", name="Vào").click()
    page.wait_for_selector("nav")
    phone.keep("first-page")
    assert PLACE_NAME in page.inner_text("main")

    page.get_by_role("link", name="Nghiệm thu").click()
    phone.keep("plan")
    page.get_by_role("button", name="Bắt đầu").click()
    photo = photograph(tmp_path / "site.jpg")
    phone.commission(photo)
    phone.keep("pull-the-plug")
    assert "PULL THE PLUG" in page.inner_text("h1.end")
    page.get_by_role("link", name="Trang đầu").click()
    page.get_by_role("link", name="Nghiệm thu").click()
    page.get_by_role("button", name="Làm tiếp").click()
    phone.commission(photo)
    phone.keep("done")
    record = read_unit(unit.village.paths)
    assert record is not None
    assert record.confirmed is not None
    [results] = unit.records(Commissioned)
    assert (results.technician, len(results.photos)) == ("Quàng Thị Thợ", 1)

    page.get_by_role("link", name="Trang đầu").click()
    page.wait_for_selector("nav")
    phone.keep("commissioned")
    assert "Đã nghiệm thu" in page.inner_text(".unit")
    with page.expect_download() as download:
        page.get_by_role("link", name="Biên bản bàn giao").click()
    download.value.save_as(tmp_path / "sheet.html")
    keep_file(tmp_path / "sheet.html", "sheet.html")
    assert opened((tmp_path / "sheet.html").read_bytes()).results.checked == results.checked, "signed, and what the unit itself recorded"
    with page.expect_download() as download:
        page.get_by_role("link", name="Gói hỗ trợ").click()
    download.value.save_as(tmp_path / "support.tar.gz")
    with tarfile.open(tmp_path / "support.tar.gz") as archive:
        assert "bangtin-support/about.txt" in archive.getnames()

    page.get_by_role("link", name="Wi-Fi").click()
    phone.keep("wifi")
    page.get_by_text("Xã", exact=True).click()
    page.fill("#passphrase", "sai-mat-khau")
    page.get_by_role("button", name="Nối").first.click()
    page.wait_for_selector("[role=alert]")
    phone.keep("wifi-failed")
    assert "passphrase is wrong" in page.inner_text("main")
    page.goto(access.address)
    page.get_by_role("button", name="Đóng trang").click()
    page.wait_for_url("**/leave")
    phone.keep("closed")
    assert page.locator("header time").count() == 0
    unit.village.wait("the port is closed", lambda: not unit.listening(), 30)
    [record_of_opening] = unit.records(PageOpened)
    assert record_of_opening.why is PageReason.FIRST_BOOT
    unit.village.wait("the hotspot is closed", lambda: HOTSPOT not in unit.air.profiles(), 30)


def photograph(target: Path) -> Path:
    """A photograph as large as a phone takes it."""
    with Image.open(PICTURE) as opened:
        opened.convert("RGB").resize((4000, 3000)).save(target, "JPEG")
    return target
