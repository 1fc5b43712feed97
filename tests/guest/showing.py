"""The board in the guest: a unit whose display runs as a service on a real DRM device, and a publisher who brings it content."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from PIL import Image

from bundle.trust import Target
from device.unit import UnitRecord, write_unit
from display.first import show_builtin
from display.page import Size
from display.showing.headless import HeadlessScreen
from display.showing.screen import save
from evidence.records import Fault, FaultCode, Outcome, Shown
from tests.guest.glass import Glass
from tests.guest.machine import SCREEN, Machine
from tests.guest.unit import DISPLAY, GuestUnit
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import START, Publisher

FRAMES = "/run/bangtin/frames"
WIRING = f"""
[screen]
frames_folder = "{FRAMES}"
wander_px = 0
"""
"""The picture stays where it is, so that it can be compared."""
TITLE, INSTRUCTION = "Lịch tiêm chủng", "Lên nhà văn hóa ngay."
"""Of the notice and of the alert that the publisher has."""
LOOK = "sleep 0.1"


class ShowingUnit(GuestUnit):
    """Enrolled; there is no content yet."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        super().__init__(machine, folder)
        self.glass = Glass(machine, folder / "glass")
        self.publisher = Publisher(folder / "publisher")
        self.paths.state.mkdir(parents=True)
        self.paths.root_json.write_bytes(self.publisher.root_bytes)
        write_unit(self.paths, _record())
        self.bring(self.paths.root)
        self.wire(WIRING)
        machine.commands.run(f"install -d -o {DISPLAY} -g bangtin {FRAMES}")

    def publish(self) -> None:
        """One notice, on the shelf."""
        self.publisher.now = self.wall_and_boottime()[0]
        self.publisher.release_bundle(CHANNEL, small_bundle(self.publisher.now, title=TITLE))
        self._put(Target.BUNDLE)

    def raise_alert(self) -> None:
        """An emergency, now."""
        self.publisher.now = self.wall_and_boottime()[0]
        self.publisher.release_alerts(CHANNEL, flood_alert(self.publisher.now))
        self._put(Target.ALERTS)

    @contextmanager
    def service(self, line: str) -> Iterator[None]:
        """The display's service has that *line* more."""
        folder = f"/run/systemd/system/{DISPLAY}.service.d"
        self.machine.commands.run(f"mkdir -p {folder} && echo '[Service]' > {folder}/more.conf && echo '{line}' >> {folder}/more.conf")
        self.machine.commands.run(f"systemctl daemon-reload && systemctl restart {DISPLAY}")
        yield
        self.machine.commands.run(f"rm -r {folder} && systemctl daemon-reload && systemctl restart {DISPLAY}")

    def until_said(self, what: str) -> None:
        """Wait until the display's status has *what* in it."""
        self.machine.commands.run(f"until grep -qs '{what}' {self.paths_there.status('display')}; do {LOOK}; done")

    def frame(self, what: str) -> Image.Image:
        """The picture of the page *what* that the program itself kept when it presented it first in this boot."""
        path = self.paths.root / "frame.png"
        name = self.machine.commands.run(f"ls {FRAMES}/board-*-{what}.png | head -n 1").strip()
        path.write_bytes(self.machine.commands.get(name))
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def builtin(self, size: Size = SCREEN) -> Image.Image:
        """The first picture of a start, drawn out here."""
        screen = HeadlessScreen(size)
        show_builtin(screen, self.paths.root / "none.toml", self.paths.root / "kept")
        path = self.paths.root / "builtin.png"
        save(screen.seen(), path)
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def shown(self, *outcomes: Outcome) -> list[Shown]:
        """The receipts with one of *outcomes*, oldest first."""
        return [line for line in self.journal("display") if isinstance(line, Shown) and line.outcome in outcomes]

    def receipt(self, outcome: Outcome) -> Shown:
        """The newest receipt with that outcome, as soon as there is one."""
        folders = f"{self.paths_there.journal('display')} {self.paths_there.journal_ram('display')}"
        self.machine.commands.run(f'until grep -aqrs \'"outcome":"{outcome.value}"\' {folders}; do {LOOK}; done')
        return self.shown(outcome)[-1]

    def faults(self, code: FaultCode) -> list[bool]:
        """The history of that fault: raised or ended."""
        return [line.active for line in self.journal("display") if isinstance(line, Fault) and line.code is code]

    def _put(self, target: Target) -> None:
        path = self.paths.shelf / CHANNEL / f"{target}.pack"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.publisher.pack(CHANNEL, target))
        self.bring(self.paths.shelf)


def _record() -> UnitRecord:
    return UnitRecord(
        unit="bang-1",
        registry="http://127.0.0.1:1",
        content="http://127.0.0.1:1",
        place=f"{CHANNEL}.01",
        place_name="Bản Mẫu",
        channels=(CHANNEL,),
        languages=("vi",),
        enrolled_at=START - timedelta(days=1),
        confirmed=START - timedelta(days=1),
        root_fingerprint="0" * 64,
    )
