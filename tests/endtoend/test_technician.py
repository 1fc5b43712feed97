"""A technician's phone from the code on a board to a unit that is up: real registry, real unit, real browser, all by the real commands."""

import hashlib
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bangtin.demo.village import Village, Wiring
from device.unit import read_unit
from tests.display.reader import machine_reads
from tests.endtoend.kept import board, keep_file, keep_page

pytestmark = [pytest.mark.endtoend, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]

AREAS = Path(__file__).parents[2] / "content" / "areas" / "tinh-mau.csv"
PICTURE = AREAS.parents[1] / "xa-an-phu" / "pictures" / "lua-xanh.png"
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
BEFORE_THE_BOARD = {"latitude": 22.1296, "longitude": 106.2211}
PATIENCE = 60_000.0
"""Milliseconds: the machine may be busy with other tests."""


class Site:
    """What stands in the village: a unit that nobody has let in yet, before which a technician stands."""

    def __init__(self, village: Village) -> None:
        self.village = village

    def prepare(self) -> None:
        """The province has founded its trust, imported its areas, and its registry is up; the unit's card says where that is."""
        village = self.village
        village.found()
        village.serve()
        village.stage.command("registry", "area", "import", "--data", village.part("registry"), AREAS)
        village.wire(Wiring(poll_seconds=60.0))
        village.paths.boot_toml.parent.mkdir(parents=True, exist_ok=True)
        village.paths.boot_toml.write_text(f'registry = "{village.url}"\n', encoding="utf-8")

    def power_on(self) -> None:
        """All five programs of the unit, in no needed order."""
        self.village.start_unit()
        self.village.stage.start("provisioning", "provision", "run", "--root", self.village.paths.root)

    def invitation(self, name: str, area: str) -> str:
        """The link that a new technician gets."""
        words = ("--data", self.village.part("registry"), "--area", area, "--url", self.village.url)
        return self.village.stage.command("registry", "technician", "add", name, *words).strip()

    def photograph(self, target: Path) -> Path:
        """What the board presents now, as the unit itself reads it back."""
        return board(self.village, target)

    def seen_on_board(self, folder: Path) -> tuple[str, str]:
        """The text of the QR code and the six figures, once the board shows them, both read from its own picture."""
        pause = threading.Event()
        for _ in range(60):
            picture = self.photograph(folder / "board.png")
            if (link := scanned(picture)) and (code := re.search(r"\b(\d{3}) ?(\d{3})\b", machine_reads(picture))):
                return link, code[1] + code[2]
            pause.wait(1.0)
        raise AssertionError(f"no code on the board: {self.village.stage.last_words('provisioning')}")


def scanned(picture: Path) -> str:
    """What a phone's camera reads in *picture*; nothing when there is no code."""
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout.strip()


class Phone:
    """A technician's phone; each page that it saw can be kept as a picture."""

    def __init__(self, page: Page) -> None:
        self.page, self.shots = page, 0
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def keep(self, name: str) -> None:
        self.shots += 1
        keep_page(self.page, f"technician-{self.shots:02d}-{name}")
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"], f"{name} is wider than the phone"

    def bind(self, link: str) -> None:
        self.page.goto(link)
        self.keep("invited")
        self.page.get_by_role("button", name="Gắn điện thoại này").click()
        self.page.wait_for_url("**/technician")

    def scan(self, link: str) -> None:
        """A phone's camera opens the link as a place of its own, which no page of ours has led to."""
        self.page.goto("about:blank")
        self.page.goto(link)
        self.page.wait_for_url("**/technician/e/**")


@pytest.fixture
def site(tmp_path):
    made = Site(Village(tmp_path, AREAS.parent))
    try:
        made.prepare()
        made.power_on()
        yield made
    finally:
        codes = made.village.stage.stop_all()
    assert set(codes.values()) == {0}, codes


@pytest.fixture
def phone():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(**PHONE, geolocation=BEFORE_THE_BOARD, permissions=["geolocation"])
        found = Phone(context.new_page())
        yield found
        browser.close()
    assert found.errors == []


def test_a_technician_with_a_phone_lets_a_unit_in(site, phone, tmp_path):
    link, code = site.seen_on_board(tmp_path)
    assert link.startswith(f"{site.village.url}/e#bt-")
    phone.scan(link)
    assert "Điện thoại này chưa được gắn" in phone.page.inner_text("main")

    phone.bind(site.invitation("Lý Văn Thợ", "vn.20.06001"))
    phone.keep("start")
    phone.scan(link)
    phone.keep("code")
    assert "Tự kiểm tra" in phone.page.inner_text("main"), "what the unit found when it tested itself"
    phone.page.fill("input.code", code)
    phone.page.get_by_role("button", name="Tiếp").click()

    phone.page.wait_for_selector("li.near")
    phone.keep("place")
    nearest = phone.page.locator(".places button").first
    assert "Ấp Cây Thốt Nốt" in nearest.inner_text()
    nearest.click()

    phone.page.fill("#content-name", "Lò Thị Mây")
    phone.page.fill("#content-phone", "0200 000 111")
    phone.page.click("#all")
    phone.keep("holders")
    phone.page.get_by_role("button", name="Tiếp").click()

    phone.page.set_input_files("#camera", photograph(tmp_path / "site.jpg"))
    phone.page.wait_for_selector("figure img")
    phone.keep("photo")
    phone.page.get_by_role("button", name="Nhận thiết bị này").click()

    # The unit asks every few seconds; then its agent reports, and the page follows by itself.
    phone.page.wait_for_selector(".come li:nth-child(2).done")
    record = read_unit(site.village.paths)
    assert record is not None
    assert (record.place, record.languages) == ("vn.20.06001.04", ("vi", "km"))
    assert record.root_fingerprint == hashlib.sha256((site.village.part("site") / "root.json").read_bytes()).hexdigest()
    phone.page.wait_for_selector(".come li:nth-child(3).done")
    phone.keep("let-in")
    assert "chưa xác nhận nơi lắp" in phone.page.inner_text("main"), "what is left to do on site"
    site.photograph(tmp_path / "confirm.png")
    assert not scanned(tmp_path / "confirm.png"), "the code has gone from the board"
    for name in ("board", "confirm"):
        keep_file(tmp_path / f"{name}.png", f"technician-{name}.png")

    site.village.stage.command("provision", "confirm", "--root", site.village.paths.root, "--yes")
    phone.page.wait_for_selector(".come li:nth-child(5).done")
    phone.keep("up")

    phone.page.goto(f"{site.village.url}/units/{record.unit}")
    phone.keep("unit")
    text = phone.page.inner_text("main")
    assert "Lý Văn Thợ" in text
    assert text.count("Lò Thị Mây") == 5
    # It is fetched only when somebody comes near it, for the sake of thin links.
    phone.page.locator(".photos img").scroll_into_view_if_needed()
    phone.page.evaluate("document.querySelector('.photos img').decode()")
    assert "chuỗi nguyên vẹn" in site.village.stage.command("registry", "audit", "--data", site.village.part("registry"))


def photograph(target: Path) -> Path:
    """A photograph as a phone takes it: large, lying on its side, with the place in it."""
    with Image.open(PICTURE) as opened:
        picture = opened.convert("RGB").resize((4000, 3000)).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (22.0, 7.0, 46.0)
    picture.save(target, "JPEG", exif=exif)
    return target
