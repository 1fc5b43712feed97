"""Where there is no network at all: from a flashed card to an enrolled unit, in real processes in a network namespace of their own."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bangtin.main import main
from device.claim import read_claim
from device.first_boot import FirstBoot, Step, read_first_boot
from device.paths import Paths
from device.settings import load_settings
from device.status import read_status
from device.unit import read_unit
from evidence.card import CardFile
from evidence.proving import card_of
from tests.audio.conftest import until
from tests.endtoend.kept import keep_file

pytestmark = [pytest.mark.endtoend, pytest.mark.skipif(os.geteuid() != 0, reason="a network namespace takes root")]

AREAS = Path(__file__).parents[2] / "content/areas/tinh-mau.csv"
PLACE = "vn.20.06001.03"
WIRING = """[screen]
driver = "headless"
width = 1280
height = 720
[sound]
driver = "disk"
tape = "{tape}"
[pins]
factory = "mock"
[[amplifier]]
line = "horn-1"
pin = 17
active_high = true
"""


class Site:
    """A unit on a pole where no signal comes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.paths = folder, Paths(folder / "unit")
        (self.paths.root / "boot/firmware").mkdir(parents=True)
        (self.paths.root / "proc/device-tree").mkdir(parents=True)
        (self.paths.root / "proc/net").mkdir(parents=True)
        (self.paths.root / "proc/net/route").write_text("Iface\tDestination\tGateway\tFlags\n")
        (self.paths.root / "proc/device-tree/serial-number").write_text("10000000abcd")
        self.started: list[subprocess.Popen[bytes]] = []

    def office(self, *command: str) -> str:
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
        return done.output

    def prepare(self) -> Path:
        """A card for this unit, as the office makes it; its folder."""
        data, site, wiring = self.folder / "data", self.folder / "site", self.folder / "wiring.toml"
        site.mkdir()
        (site / "root.json").write_text(json.dumps({"signed": {"_type": "root", "version": 1}}))
        wiring.write_text(WIRING.format(tape=self.folder / "tape.raw"))
        self.office("registry", "area", "import", "--data", str(data), str(AREAS))
        where = ("--data", str(data), "--site", str(site), "--url", "https://bangtin.tinh-mau.example", "--area", "vn.20.06001")
        wifi = "WIFI:T:WPA;S:Nhà văn hoá;P:mua xuan 2026;;"
        self.office(
            "provision", "batch", *where, "--units", "1", "--out", str(self.folder / "out"), "--wiring", str(wiring), "--wifi", wifi
        )
        keep_file(self.folder / "out/labels.pdf", "labels.pdf")
        return next(path for path in (self.folder / "out").iterdir() if path.is_dir())

    def command(self, *words: str) -> list[str]:
        return ["unshare", "--net", sys.executable, "-m", "bangtin", *words, "--root", str(self.paths.root)]

    def run(self, *words: str) -> str:
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        self.started.append(subprocess.Popen(self.command(*words), stderr=subprocess.DEVNULL))
        return self.started[-1]

    def serve(self) -> subprocess.Popen[bytes]:
        """The service of provisioning."""
        return self.start("provision", "run")

    def board(self, name: str) -> str:
        """What the board says that it shows, with a picture of it."""
        until(lambda: read_status(self.paths, "display"), "the board", 60.0)
        return self.run("display", "screenshot", "--out", str(self.folder / f"{name}.webp"))

    def waits_for(self, step: Step) -> FirstBoot:
        def told() -> FirstBoot | None:
            found = read_first_boot(self.paths)
            return found if found is not None and found.step is step else None

        return until(told, step.value, 60.0)

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    yield made
    made.end()


def test_from_card_to_enrolled_without_any_network(site):
    folder = site.prepare()
    for file in folder.iterdir():
        (site.paths.boot / file.name).write_bytes(file.read_bytes())
    card = card_of(CardFile.model_validate_json((folder / "card.json").read_bytes()).statement)

    site.run("provision", "boot-file")
    assert [path.name for path in site.paths.boot.iterdir()] == ["bangtin.toml"], "the card's secret is off the boot partition"
    assert b"mua xuan" not in site.paths.boot_toml.read_bytes()
    assert load_settings(site.paths.unit_toml).amplifier[0].pin == 17

    service, _ = site.serve(), site.start("display", "run")
    told = site.waits_for(Step.VILLAGE)
    assert told.unit == card.unit == folder.name
    assert "set-up" in site.board("village")
    assert "5 thôn" in told.troubles[0].what[0]

    assert "enrolled, without network" in site.run("provision", "place", PLACE)
    site.waits_for(Step.CONFIRM)
    record = read_unit(site.paths)
    assert (record.unit, record.place, record.languages, record.confirmed) == (card.unit, PLACE, ("vi", "hmn"), None)
    assert read_claim(site.paths).first_boot.wall - record.enrolled_at < timedelta(minutes=1)

    site.run("provision", "confirm", "--yes")
    site.waits_for(Step.DONE)
    agent = site.start("agent", "run")
    status = until(lambda: (found := read_status(site.paths, "agent")) and found.ready and found, "the agent", 60.0)
    assert status.said is None
    assert not site.paths.claim_answer.exists(), "the registry has not heard of it yet"
    assert agent.poll() is None
    assert service.poll() is None


def test_the_power_goes_while_it_waits_and_the_village_is_written_on_the_card(site):
    folder = site.prepare()
    for file in folder.iterdir():
        (site.paths.boot / file.name).write_bytes(file.read_bytes())
    site.run("provision", "boot-file")
    service = site.serve()
    site.waits_for(Step.VILLAGE)
    service.kill()
    service.wait()
    text = site.paths.boot_toml.read_bytes().decode()
    assert f'#village = "{PLACE}"' in text
    site.paths.boot_toml.write_bytes(text.replace(f'#village = "{PLACE}"', f'village = "{PLACE}"').encode())
    site.run("provision", "boot-file")
    site.serve()
    site.waits_for(Step.CONFIRM)
    assert read_unit(site.paths).place == PLACE
