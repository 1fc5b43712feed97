"""A memory card knows its machine: what was enrolled in one Pi is refused in another."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bundle.errors import Refused
from device.machine import serial
from device.paths import Paths
from device.unit import UnitRecord, read_unit, stored_unit, write_unit


def machine(root: Path, number: str) -> Paths:
    paths = Paths(root)
    path = root / "proc/device-tree/serial-number"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(number.encode() + b"\0")
    return paths


def record(bound_to: str | None) -> UnitRecord:
    return UnitRecord(
        unit="bt-abc234",
        registry="https://bangtin.tinh.example",
        content="https://bangtin.tinh.example/content",
        place="vn.20.06001.03",
        place_name="Thôn Nà Lạc",
        channels=("vn",),
        languages=("vi",),
        enrolled_at=datetime(2026, 11, 20, tzinfo=UTC),
        root_fingerprint="0" * 64,
        serial=bound_to,
    )


def test_the_pis_number_counts_before_the_systems(tmp_path: Path) -> None:
    assert serial(Paths(tmp_path)) is None
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/machine-id").write_text("4f1d\n")
    assert serial(Paths(tmp_path)) == "4f1d"
    assert serial(machine(tmp_path, "10000000abcd")) == "10000000abcd"


def test_the_card_is_refused_in_another_machine_and_taken_in_its_own(tmp_path: Path) -> None:
    paths = machine(tmp_path, "10000000abcd")
    write_unit(paths, record(serial(paths)))
    assert read_unit(paths) == record("10000000abcd")
    machine(tmp_path, "10000000ef01")
    with pytest.raises(Refused, match="another machine"):
        read_unit(paths)
    assert stored_unit(paths) == record("10000000abcd")


def test_a_unit_whose_machine_told_no_number_may_change_its_machine(tmp_path: Path) -> None:
    paths = machine(tmp_path, "10000000abcd")
    write_unit(paths, record(None))
    machine(tmp_path, "10000000ef01")
    assert read_unit(paths) == record(None)
