"""An enrolled unit in a folder, its programs played by the files that they would write, and a technician who is a script."""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from PIL import Image

from device.clock import ManualClock
from device.inputs import Contact, Inputs
from device.paths import Paths
from device.settings import load_settings
from device.status import write_status
from device.unit import UnitRecord, read_unit, write_unit
from evidence.records import ClockState, Outcome, Rung, Sounded
from evidence.report import ProgramStatus
from evidence.signing import new_key
from provisioning.commissioning.run import apply, left
from provisioning.commissioning.steps import hand
from provisioning.questions import Form, Photo
from provisioning.technicians import Scripted
from tests.provisioning.conftest import WIRING as ONE_HORN

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
HORN_2 = """[[amplifier]]
line = "horn-2"
pin = 27
active_high = true
"""
WIRING = ONE_HORN.replace("[clock]", f"{HORN_2}[clock]")
PEOPLE = Form.written(
    {"technician": "Lê Văn Mẫu", "content": "Lò Thị Tin", "equipment": "Vàng A Máy", "maintenance": "Vàng A Máy"}
    | {"repair": "Lê Văn Mẫu", "upgrade": "Lê Văn Mẫu"}
)


def picture():
    into = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(into, "WEBP")
    return Photo.written(into.getvalue())


RIGHT = {
    "people": PEOPLE,
    "picture": "right",
    "legible": "25",
    "may-sound": "yes",
    "horn-horn-1": "right",
    "horn-horn-2": "right",
    "volume": "92,5",
    "power-back": "right",
    "photo": picture(),
    "confirm": "yes",
}


@dataclass
class Fixture:
    """The unit, and what became of it; *sounded* are the lines that the tone went through, None for all."""

    paths: Paths
    clock: ManualClock
    sounded: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    ending: Outcome = Outcome.COMPLETE

    def horns(self, technician, line):
        self.sounded.append(line)
        heard = {"item": "test-tone", "channel": "vn.20", "version": 0, "outcome": self.ending, "rung": Rung.LEFT_DRIVER}
        return Sounded(n=0, at=self.clock.now().stamp(), occurrence=f"override:b:{len(self.sounded)}:tone", holder=technician, **heard)

    def shows(self, ready=True, showing="builtin", reasons=()):
        at = self.clock.now().stamp()
        write_status(self.paths, ProgramStatus(program="display", at=at, ready=ready, showing=showing, reasons=reasons, versions={}))

    def switch(self, contact, stopped, count=1, service=None):
        told = Inputs(at=self.clock.now().stamp(), switch=contact, stopped=stopped, count=count, service=service)
        self.paths.inputs.write_text(told.model_dump_json())

    def wire(self, more):
        self.paths.unit_toml.write_text(self.paths.unit_toml.read_text() + more)

    def apply(self, replies=None, **changed):
        """The commissioning by one who answers *replies*; a changed answer of None leaves its question open."""
        script = {name: reply for name, reply in {**(RIGHT if replies is None else replies), **changed}.items() if reply is not None}
        technician = Scripted(script)
        self.result = apply(self.paths, technician, self.findings.extend, self.horns, self.clock)
        return technician

    def power_cut(self):
        """The power goes and comes back."""
        moment = self.clock.now()
        self.clock.moment = type(moment)(moment.wall, moment.state, moment.boot + "'", 30.0)
        self.shows()

    def through(self, **changed):
        """From the beginning over the power cut to the end; both technicians."""
        first = self.apply(**changed)
        self.power_cut()
        return first, self.apply(**changed)

    @property
    def left(self):
        return [task.id for task in left(self.paths).left]

    @property
    def settings(self):
        return load_settings(self.paths.unit_toml)

    @property
    def record(self):
        return read_unit(self.paths)

    def found(self, subject):
        """What was found last on *subject* (English)."""
        return [each for each in self.findings if each.subject[1] == subject][-1]


@pytest.fixture
def measured():
    """Whether the probes that need nobody look as well; most stories are not about them, and they take seconds."""
    return False


@pytest.fixture
def unit(tmp_path, monkeypatch, measured):
    if not measured:
        monkeypatch.setattr("provisioning.commissioning.table.probes", lambda _paths: ())
    paths = Paths(tmp_path / "unit")
    paths.unit_toml.parent.mkdir(parents=True)
    paths.unit_toml.write_text(WIRING.format(tape=tmp_path / "tape.raw"))
    paths.state.mkdir(parents=True)
    paths.key.write_bytes(new_key())
    paths.key.chmod(0o600)
    paths.root_json.write_text("{}")
    record = UnitRecord(
        unit="loa-ban-mau",
        registry="http://127.0.0.1:9",
        content="http://127.0.0.1:9/content",
        place="vn.20.06001.03",
        place_name="Thôn Bản Mẫu",
        channels=("vn.20.06001",),
        languages=("vi",),
        enrolled_at=NOW,
        root_fingerprint=hashlib.sha256(b"{}").hexdigest(),
        simulated_hardware=("screen", "sound", "pins", "clock"),
    )
    write_unit(paths, record)
    paths.run.mkdir(parents=True, exist_ok=True)
    made = Fixture(paths, ManualClock.at(NOW, ClockState.TRUSTED))
    made.shows()
    return made


@pytest.fixture
def switched(unit, monkeypatch):
    """A unit with a stop switch, whose amplifier program obeys a reset; nobody waits longer than three looks."""

    def looks(_seconds):
        for _ in range(3):
            if unit.obeyed and unit.paths.stop_reset.exists():
                unit.switch(Contact.RELEASED, stopped=False)
            yield

    monkeypatch.setattr(hand, "looks", looks)
    unit.obeyed = True
    unit.wire("[inputs]\nkill = { pin = 26, active_high = true, breaks_supply = true }\n")
    unit.switch(Contact.RELEASED, stopped=False)
    return unit
