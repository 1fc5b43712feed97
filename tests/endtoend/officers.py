"""Officers' phones in a real browser: bound by the real command, seated by the real ceremony, every tap counted, every request kept."""

import json
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from bangtin.demo.village import CHANNEL, Village
from bundle.schedule import VIETNAM
from device.status import read_status
from evidence.records import Outcome, Sounded, Switched
from tests.endtoend.kept import keep_page

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "vi-VN",
    "timezone_id": VIETNAM,
}
PATIENCE = 60_000.0
"""Milliseconds: the machine may be busy with other tests."""
COUNTS = "addEventListener('pointerdown', (event) => { if (event.isTrusted) window.tapped(); }, true)"


class Phone:
    """One officer's phone: what it sent is kept, and so is the number of times that a finger touched it."""

    def __init__(self, browser: Browser, name: str) -> None:
        self.name, self.taps, self.shots = name, 0, 0
        self.sent: list[bytes] = []
        self.errors: list[str] = []
        self.context = browser.new_context(**PHONE)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.on("request", self._keep)
        self.context.expose_function("tapped", self._tapped)
        self.context.add_init_script(COUNTS)

    def bind(self, link: str) -> str:
        """Open the link and let the phone make its key; the figures that it shows."""
        self.page.goto(link)
        self.keep("bind")
        self.page.get_by_role("button", name="Gắn điện thoại này").tap()
        self.page.wait_for_selector("#made:not([hidden])")
        self.keep("key")
        return self.page.inner_text("#figures")

    def tap(self, selector: str) -> None:
        """One finger, once."""
        self.page.locator(selector).first.tap()

    def keep(self, name: str) -> None:
        """A picture of the page, which must not be wider than the phone."""
        self.shots += 1
        keep_page(self.page, f"desk-{self.name}-{self.shots:02d}-{name}")
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["viewport"]["width"], f"{name} is wider than the phone: {width}"

    def text(self) -> str:
        return self.page.inner_text("main")

    def _tapped(self) -> None:
        self.taps += 1

    def _keep(self, request) -> None:
        self.sent.append(json.dumps([request.url, dict(request.headers)]).encode() + (request.post_data_buffer or b""))


class Commune:
    """A commune whose registry holds the online key, with one unit of simulated hardware, and officers' phones."""

    def __init__(self, village: Village) -> None:
        self.village = village

    def prepare(self) -> None:
        """Keys, content with phrases that a voice has read, a registry that may release, areas, and a unit that is enrolled."""
        village = self.village
        village.draft({})
        village.found()
        village.publish()
        village.serve("--online-key", village.part("keys") / "online.json")
        village.stage.command("registry", "area", "import", "--data", self.data, Path(village.content).parent / "areas" / "tinh-mau.csv")

    @property
    def data(self) -> Path:
        """The registry's own folder."""
        return self.village.part("registry")

    def invitation(self, name: str) -> str:
        """The link that a new officer gets."""
        words = ("--data", self.data, "--channel", CHANNEL, "--url", self.village.url)
        return self.village.stage.command("registry", "officer", "add", name, *words).strip()

    def seat(self, name: str, figures: str, **roles: str) -> None:
        """The province compares the figures and gives the key of the officer's phone its seats: role → side."""
        handed = self.village.folder / f"{name.replace(' ', '-')}.public.json"
        stage = self.village.stage
        stage.command("registry", "officer", "key", name, "--data", self.data, "--out", handed)
        assert figures in stage.command("registry", "officer", "list", "--data", self.data), "both sides read the same figures"
        keys = self.village.part("keys")
        for role, side in roles.items():
            stage.command(
                *("publish", "person", "add", handed, "--site", self.village.part("site"), "--channel", CHANNEL, "--role", role),
                *("--as", side, "--targets-key", keys / "targets.json", "--online-key", keys / "online.json", "--yes"),
                *("--passphrase-file", keys / "passphrase"),
            )

    def unit_shows(self) -> bool:
        """Whether the unit's board presents an emergency now, as it says itself."""
        said = read_status(self.village.paths, "display")
        return said is not None and said.emergency

    def unit_sounds(self) -> bool:
        """Whether its loudspeaker is saying an alert, as its journal tells of the newest airing."""
        told = [line for line in self.village.journal("audio") if isinstance(line, Sounded) and line.occurrence.startswith("alert:")]
        return bool(told) and told[-1].outcome is Outcome.STARTED

    def amplifier_on(self) -> bool:
        """Whether its amplifier is commanded on."""
        told = [line for line in self.village.journal("amplifier") if isinstance(line, Switched)]
        return bool(told) and told[-1].active

    def within(self, seconds: float, what, so: bool = True) -> float:
        """How long it took until *what* is *so*; fails after *seconds*."""
        began, pause = time.monotonic(), threading.Event()
        while what() is not so:
            assert time.monotonic() - began < seconds, f"{what.__name__} is not {so} within {seconds} s"
            pause.wait(0.02)
        return time.monotonic() - began
