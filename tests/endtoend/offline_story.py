"""From a prepared card to a commissioned unit that shows and speaks, run inside a namespace with no network: ``python -m … FOLDER``.

The unit's own programs, its own page, a phone that is a script, a power cut, and a courier's stick both ways. Prints one line of JSON.
"""

import asyncio
import base64
import io
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from PIL import Image

from audio.driver.tape import read_tape
from bangtin.demo.show import EMERGENCY
from bangtin.demo.village import CHANNEL, Village
from bundle.schedule import VIETNAM
from device.first_boot import read_first_boot
from device.journal import read
from device.paths import Paths
from device.status import read_status
from device.unit import read_unit
from evidence.records import Outcome, Sounded, Switched
from provisioning.commissioning.state import read_state
from tests.endtoend.offline_phone import PagePhone
from tests.simulators.nmcli import Air

HOUSE = Path(__file__).parents[2]
PLACE = "vn.20.06001.03"
PROGRAMS = ("amplifier", "audio", "display", "agent")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
WIRING = """[screen]
driver = "headless"
width = 1280
height = 720
pace = 10
[sound]
driver = "disk"
tape = "{tape}"
[pins]
factory = "mock"
[[amplifier]]
line = "horn-1"
pin = 17
active_high = true
warm_up = 1.0
[[amplifier]]
line = "horn-2"
pin = 27
active_high = true
warm_up = 1.5
[inputs.kill]
pin = 26
active_high = true
breaks_supply = true
[inputs.service]
pin = 5
hold_seconds = 1
[clock]
driver = "shifted"
[page]
wait_seconds = 1
[agent]
sticks = ["{sticks}"]
"""
PEOPLE = {"technician": "Lê Văn Mẫu", "content": "Lò Thị Tin", "equipment": "Vàng A Máy", "maintenance": "Vàng A Máy"}
REPLIES = {
    "people": json.dumps(PEOPLE | {"repair": "Lê Văn Mẫu", "upgrade": "Lê Văn Mẫu"}),
    "picture": "right",
    "legible": "25",
    "may-sound": "yes",
    "horn-horn-1": "right",
    "horn-horn-2": "right",
    "volume": "91",
    "pin": "48213907",
    "power-back": "right",
    "confirm": "yes",
}
MORNING = 9
"""The hour of the village's clock at which the story begins: in quiet hours no horn is tried out."""
HANDS = {"Nhấn công tắc dừng": "26 high", "Giờ nhả công tắc": "26 low", "Giữ nút dịch vụ": "5 low"}
"""What a hand does at the unit when its page says so: pressed, the switch's contact opens, and the button joins its pin to ground."""


def until_morning(now: datetime) -> float:
    """Seconds until it is MORNING next, so that nothing that was signed before is of the future then."""
    today = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return ((today - now) % timedelta(days=1)).total_seconds()


def picture() -> bytes:
    """A photograph full of detail."""
    grains = np.random.default_rng(3).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    into = io.BytesIO()
    Image.fromarray(grains).resize((2000, 1500)).save(into, "JPEG")
    return into.getvalue()


@dataclass
class Story:
    """One village office, and one unit far from any signal."""

    folder: Path
    village: Village = field(init=False)
    told: dict[str, object] = field(default_factory=dict)
    decisions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.village = Village(self.folder, self.folder / "content")
        self.sticks = self.folder / "media"
        self.boot_id = self.folder / "boot_id"
        self.fifo = self.folder / "hand"
        self.ahead = until_morning(datetime.now(ZoneInfo(VIETNAM)))
        self._moved = ""

    @property
    def paths(self) -> Paths:
        return self.village.paths

    def office(self) -> None:
        """Keys, content, areas, one prepared card."""
        village, stage = self.village, self.village.stage
        shutil.copytree(HOUSE / "content" / "xa-an-phu", village.content)
        emergency = village.content / "alerts" / f"{EMERGENCY}.toml"
        # The unit is ahead of the office by up to a day: what is raised here must stand there as well.
        emergency.write_text(emergency.read_text().replace("valid_hours = 6", "valid_hours = 48"))
        village.found()
        os.mkfifo(self.fifo)
        village.draft({})
        village.publish()
        data = village.part("registry")
        stage.command("registry", "area", "import", "--data", data, HOUSE / "content/areas/tinh-mau.csv")
        wiring = village.part("wiring.toml")
        wiring.write_text(WIRING.format(tape=village.tape, sticks=self.sticks))
        where = ("--data", data, "--site", village.part("site"), "--url", "https://bangtin.tinh-mau.example", "--area", CHANNEL)
        stage.command("provision", "batch", *where, "--units", "1", "--out", village.part("cards"), "--wiring", wiring)
        (card,) = (path for path in village.part("cards").iterdir() if path.is_dir())
        boot = self.paths.root / "boot/firmware"
        boot.mkdir(parents=True)
        for file in card.iterdir():
            (boot / file.name).write_bytes(file.read_bytes())
        for name, text in (("proc/device-tree/serial-number", "10000000abcd0001"), ("proc/net/route", "Iface\tDestination\n")):
            path = self.paths.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def power(self) -> None:
        """Power comes: another boot, everything in RAM is new, and the unit's services start."""
        self.boot_id.write_text(str(uuid.uuid4()) + "\n")
        subprocess.run(["mount", "--bind", str(self.boot_id), str(BOOT_ID)], check=True)
        subprocess.run(["rm", "-rf", str(self.paths.run)], check=True)
        self.paths.run.mkdir(parents=True)
        self.paths.clock_offset.write_text(str(self.ahead))
        self.air = Air(self.folder, own="127.0.0.1/8", lan="127.0.0.1/8")
        self.village.stage.environment["PATH"] = f"{self.folder}:/usr/bin:/bin:/usr/sbin:/sbin"
        self.village.stage.command("provision", "boot-file", "--root", self.paths.root)
        self.village.stage.start("provision", "provision", "run", "--root", self.paths.root)
        for program in PROGRAMS:
            self.start(program)

    def start(self, program: str) -> None:
        """The program itself; only that of the amplifier has a hand at its pins."""
        stage, run = self.village.stage, (program, "run", "--root", self.paths.root)
        if program == "amplifier":
            stage.start_line(program, [sys.executable, "-m", "tests.simulators.hand", str(self.fifo), "26", *map(str, run)])
        else:
            stage.start(program, *run)

    def hand(self, told: str) -> None:
        """Do what the page says last, once; what was held is let go when it says something else."""
        move = next((move for words, move in HANDS.items() if words in told), "5 high")
        if move != self._moved:
            self.fifo.write_text(f"{move}\n")
            self._moved = move

    def power_goes(self) -> None:
        """Everything dies where it stands."""
        for process in self.village.stage.running.values():
            process.kill()
        for process in self.village.stage.running.values():
            process.wait(20)
        self.village.stage.running.clear()

    def until(self, what: str, ready: Callable[[], object], seconds: float = 90.0) -> object:
        """What *ready* gives as soon as it is something."""
        found: list[object] = []
        self.village.wait(what, lambda: bool(found.append(ready()) or found[-1]), seconds)
        return found[-1]

    def phone(self, story: "Callable[[PagePhone], object]") -> PagePhone:
        """A phone scans the board, types its PIN, and does *story*."""
        access = self.until("the unit's own page", lambda: (told := read_first_boot(self.paths)) and told.access)
        made = PagePhone(access.address, REPLIES, picture(), hand=self.hand)  # type: ignore[attr-defined]
        asyncio.run(made.run(access.pin, story))  # type: ignore[attr-defined, arg-type]
        self.decisions += made.decisions
        return made

    def commission(self) -> None:
        """On site: the village, every step up to the power cut, and the rest after it."""

        async def first(phone: PagePhone) -> None:
            await phone.choose(PLACE)
            await phone.commission()

        async def second(phone: PagePhone) -> None:
            await phone.commission()
            self.told["sheet"] = base64.b64encode((await phone.get("/sheet")).encode()).decode()

        self.phone(first)
        self.until("the programs to know the site", lambda: read_state(self.paths).cut, 20)
        self.power_goes()
        self.power()
        self.phone(second)

    def stick(self) -> Path:
        """An empty stick: a file system in a file."""
        image, point = self.folder / "stick.img", self.sticks / "USB"
        image.write_bytes(b"")
        with image.open("r+b") as file:
            file.truncate(256 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
        point.mkdir(parents=True)
        return point

    def plugged(self, point: Path) -> None:
        subprocess.run(["mount", "-o", "loop", str(self.folder / "stick.img"), str(point)], check=True)

    def pulled(self, point: Path) -> None:
        subprocess.run(["umount", str(point)], check=True)

    def courier(self) -> None:
        """The commune's content and an emergency travel in by stick; what the unit has to say travels out."""
        point, site = self.stick(), ("--site", self.village.part("site"))
        writing = self.folder / "office-usb"
        writing.mkdir()
        self.plugged(writing)
        self.village.raise_alert(EMERGENCY)
        secret = ("--passphrase-file", self.village.part("keys") / "passphrase")
        keys = ("--online-key", self.village.part("keys") / "online.json", *secret)
        self.village.stage.command("publish", "stick", writing, *site, *keys, "--channel", CHANNEL)
        self.pulled(writing)
        self.plugged(point)
        self.until("the emergency on the board", lambda: (told := read_status(self.paths, "display")) and told.emergency)
        self.until("the emergency in the horns", self.spoken, 120)
        self.until("the reports on the stick", lambda: list((point / "bangtin/reports").glob("*/*.jwe")), 60)
        self.until("the end of the visit", lambda: "Rút USB được rồi" in self.said(), 60)
        self.pulled(point)
        self.plugged(writing)
        self.told["office"] = self.village.stage.command("registry", "import-stick", writing, "--data", self.village.part("registry"))
        self.told["cards"] = self.village.stage.command("registry", "card", "list", "--data", self.village.part("registry"))
        self.pulled(writing)

    def said(self) -> str:
        """What the board says to who stands before it."""
        status = read_status(self.paths, "agent")
        return status.said.text if status and status.said else ""

    def spoken(self) -> bool:
        return any(
            isinstance(line, Sounded) and line.occurrence.startswith("alert:") and line.outcome is Outcome.COMPLETE
            for line in read(self.paths.journal("audio"))
        )

    def summary(self) -> dict[str, object]:
        """What can be told of it."""
        sounded = [line for line in read(self.paths.journal("audio")) if isinstance(line, Sounded) and line.outcome is Outcome.COMPLETE]
        switched = [line for line in read(self.paths.journal("amplifier")) if isinstance(line, Switched) and line.active]
        samples = read_tape(self.village.tape).samples
        record = read_unit(self.paths)
        return {
            **self.told,
            "decisions": self.decisions,
            "items": [line.item for line in sounded],
            "lines": [line.line for line in switched],
            "loudest": int(np.abs(samples).max()),
            "confirmed": record is not None and record.confirmed is not None,
            "unit": record.unit if record else "",
            "boots": len({done.at.boot for done in read_state(self.paths).done.values()}),
            "verdicts": sorted({each.mark.value for done in read_state(self.paths).done.values() for each in done.checked}),
        }


def main(folder: Path) -> None:
    """The whole story; the clock runs from the first power to the last word of the emergency."""
    story = Story(folder)
    story.office()
    began = time.monotonic()
    try:
        story.power()
        story.commission()
        commissioned = time.monotonic()
        story.courier()
        ended = time.monotonic()
        sys.stdout.write(json.dumps({**story.summary(), "commissioned_s": commissioned - began, "spoken_s": ended - began}) + "\n")
    finally:
        story.power_goes()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
