"""After going back a version still reads what the newer one wrote, whatever that one knew besides; what others made it reads strictly."""

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from agent.pull.floor import Kept, load_floor
from bundle.errors import Refused
from bundle.parse import parse
from device.clock import ManualClock
from device.durable import DurableStorage, replace
from device.happened import load_happened
from device.inputs import Latch, Reset, read_latch, read_reset
from device.journal import JournalReader, JournalWriter, read
from device.own import own
from device.paths import Paths
from device.rtc import RtcRecord, read_record
from device.unit import EarCalibration, UnitRecord, read_unit
from device.upgrades import Failed, Good, History, KeptPermits, kept_permits, read_history
from evidence.duties import Duty
from evidence.keys import RegistryKeys
from evidence.permit import Permit
from evidence.records import AlertSeen
from provisioning.commissioning.state import Commissioning, Done, read_state
from provisioning.first_boot.pairing import Pairing, read_pairing
from provisioning.holders import Holder, Holders, holders

START = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)
CLOCK = ManualClock.at(START)
AT = CLOCK.now().stamp()
HOUSE = Path(__file__).parents[2]
UNIT = UnitRecord(
    unit="loa-01",
    registry="https://so.example",
    content="https://so.example/content/",
    place="vn.20.06001.ban-mau",
    place_name="Thôn Bản Mẫu",
    channels=("vn",),
    languages=("vi",),
    enrolled_at=START,
    root_fingerprint="a" * 64,
    registry_keys=RegistryKeys(sealing={}, signing={}),
    ear=EarCalibration(tone=-20, noise=-60, at=START, person="Hà"),
    confirmed=START,
)
GOOD = Good(channel="vn", release="1.4.0", software="1.4.0")
HISTORY = History(permits={"vn": 7}, good=GOOD, failed=(Failed(release="1.5.0", reason="x"),))
COMMISSIONED = Commissioning(done={"xem": Done(n=1, at=AT, basis="b", settled=True)}, duties={Duty.CONTENT: "Hà"})
HOLDERS = Holders(holders=(Holder(name="Hà", duties=(Duty.CONTENT,), salt="0" * 32, digest="1" * 64),))


def as_a_newer_version_writes(value: Any) -> Any:
    """Every object has a field more."""
    match value:
        case BaseModel():
            fields = {name: as_a_newer_version_writes(getattr(value, name)) for name in type(value).model_fields}
            return fields | {"newer": {"deep": [1]}}
        case tuple() | list():
            return [as_a_newer_version_writes(each) for each in value]
        case dict():
            return {to_jsonable_python(name): as_a_newer_version_writes(each) for name, each in value.items()}
        case _:
            return to_jsonable_python(value)


FILES: list[tuple[BaseModel, Callable[[Paths], Path], Callable[[Paths], Any], Any]] = [
    (HISTORY, lambda paths: paths.upgrades, read_history, HISTORY),
    (KeptPermits(permits={"vn": "t"}), lambda paths: paths.permits, kept_permits, {"vn": "t"}),
    (Latch(count=3, stopped=True, at=AT), lambda paths: paths.stop_latch, read_latch, Latch(count=3, stopped=True, at=AT)),
    (Reset(count=3, person="Hà", at=AT), lambda paths: paths.stop_reset, read_reset, Reset(count=3, person="Hà", at=AT)),
    (COMMISSIONED, lambda paths: paths.commissioning, read_state, COMMISSIONED),
    (HOLDERS, lambda paths: paths.holders, holders, HOLDERS.holders),
    (RtcRecord(name="ds3231", checked=START), lambda paths: paths.rtc, read_record, RtcRecord(name="ds3231", checked=START)),
    (Kept(floor=START, epoch=4), lambda paths: paths.shelf / "floor.json", lambda paths: load_floor(paths.shelf).epoch, 4),
    (
        Pairing(registry="u", root="a" * 64, nonce="n" * 22),
        lambda paths: paths.pairing,
        lambda paths: read_pairing(paths, "u"),
        Pairing(registry="u", root="a" * 64, nonce="n" * 22),
    ),
]


@pytest.mark.parametrize(("kept", "at", "read_it", "known"), FILES, ids=lambda part: type(part).__name__)
def test_what_a_newer_version_wrote_is_read(
    tmp_path: Path, kept: BaseModel, at: Callable[[Paths], Path], read_it: Callable[[Paths], Any], known: Any
) -> None:
    paths = Paths(tmp_path)
    replace(at(paths), json.dumps(as_a_newer_version_writes(kept)).encode())
    assert read_it(paths) == known


def test_a_unit_is_still_enrolled_after_it_went_back(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    DurableStorage(paths.unit_json).write({"unit": {"1": as_a_newer_version_writes(UNIT)}})
    assert read_unit(paths) == UNIT


def test_what_is_damaged_stays_damaged(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    DurableStorage(paths.unit_json).write({"unit": {"1": UNIT.model_dump(mode="json") | {"place": 5}}})
    with pytest.raises(Refused, match="place"):
        read_unit(paths)


def test_what_somebody_else_signed_is_read_strictly() -> None:
    permit = Permit(channel="vn", release="1.4.0", percent=3, n=1, until=START)
    raw = json.dumps(permit.model_dump(mode="json") | {"newer": 1}).encode()
    assert own(Permit, raw) == permit
    with pytest.raises(Refused, match="newer"):
        parse(Permit, raw, "permit", 4096)


def test_a_line_with_a_word_more_is_remembered_and_never_told_in_part(tmp_path: Path) -> None:
    """An alert that the newer version has seen does not sound again; as evidence a part of a line is none."""

    class Newer(AlertSeen):
        newer: int = 1

    paths = Paths(tmp_path)
    writer = JournalWriter(paths.journal("audio"), simulated=True)
    writer.write(Newer(n=0, at=AT, newer=2, identity="bao-so-3", channel="vn"), sync=True)
    writer.close()
    assert [line.identity for line in read(paths.journal("audio")) if isinstance(line, AlertSeen)] == ["bao-so-3"]
    assert list(JournalReader(paths.journal("audio"), exact=True).new()) == []
    assert load_happened(paths, "audio", CLOCK).alerts_seen


def test_nothing_that_a_unit_wrote_itself_is_read_in_another_way() -> None:
    """Strict are what people write (settings, the boot partition), and what others say over the network."""
    strict = {"device/settings.py", "provisioning/card/wiring.py", "provisioning/boot_file.py", "agent/registry.py"}
    found = set()
    for program in ("agent", "audio", "caretaker", "device", "display", "provisioning"):
        for path in (HOUSE / program).rglob("*.py"):
            calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
            for call in calls:
                named = isinstance(call.func, ast.Attribute) and call.func.attr == "model_validate_json"
                if named and "extra" not in {word.arg for word in call.keywords}:
                    found.add(path.relative_to(HOUSE).as_posix())
    assert found == strict
