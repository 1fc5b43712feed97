"""What a unit knows of itself, and what its programs tell each other."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bundle.errors import Refused
from device.clock import ManualClock
from device.paths import Paths
from device.settings import Amplifier, Settings, Sound
from device.status import fresh, read_status, write_status
from device.unit import Enrolment, UnitRecord, read_unit, site, write_unit
from evidence.report import ProgramStatus

RECORD = UnitRecord(
    unit="loa-01",
    registry="http://127.0.0.1:1",
    content="http://127.0.0.1:1/content/",
    place="vn.20.06001.ban-mau",
    place_name="Thôn Bản Mẫu",
    channels=("vn", "vn.20", "vn.20.06001"),
    languages=("tyz", "vi"),
    enrolled_at=datetime(2026, 11, 20, tzinfo=UTC),
    root_fingerprint="a" * 64,
)


def test_a_unit_that_was_never_enrolled_is_none(tmp_path: Path) -> None:
    assert read_unit(Paths(tmp_path)) is None
    assert not (tmp_path / "var").exists(), "a look leaves nothing behind"


def test_an_enrolment_comes_back_and_can_be_replaced(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    write_unit(paths, RECORD)
    assert read_unit(paths) == RECORD
    write_unit(paths, RECORD.model_copy(update={"place_name": "Thôn Khác"}))
    found = read_unit(paths)
    assert found is not None
    assert found.place_name == "Thôn Khác"


def test_a_damaged_enrolment_is_refused_with_what_to_do(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    write_unit(paths, RECORD)
    paths.unit_json.write_bytes(b"{")
    with pytest.raises(Refused, match="enrol"):
        read_unit(paths)


def test_a_damaged_enrolment_falls_back_to_the_one_before(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    write_unit(paths, RECORD)
    write_unit(paths, RECORD.model_copy(update={"place_name": "Thôn Khác"}))
    paths.unit_json.write_bytes(b"{")
    assert read_unit(paths) == RECORD


def test_an_enrolment_of_an_unknown_shape_names_its_fault(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    write_unit(paths, RECORD.model_copy(update={"unit": "Không Hợp Lệ"}))
    with pytest.raises(Refused, match=r"unit\.json\.unit"):
        read_unit(paths)


def test_the_site_knows_its_zones_and_its_lead_covers_the_slowest_amplifier_and_the_way_to_the_horn() -> None:
    slow = Settings(
        sound=Sound(latency_ms=250.0),
        amplifier=(
            Amplifier(line="horn", pin=17, active_high=False, warm_up=5.0),
            Amplifier(line="bell", pin=18, active_high=True, warm_up=1.0),
            Amplifier(line="school", zone="truong", pin=19, active_high=True, warm_up=1.0),
        ),
    )
    assert site(RECORD, slow).lead == 13.25
    assert site(RECORD, slow).zones == ("village", "truong"), "the director plans for the zones that have a line"
    assert site(RECORD, Settings()).languages == ("tyz", "vi")


def test_a_site_is_confirmed_when_a_technician_said_so_and_no_record_of_an_older_release_says_it() -> None:
    assert not site(RECORD, Settings()).confirmed
    assert site(RECORD.model_copy(update={"confirmed": RECORD.enrolled_at}), Settings()).confirmed


def test_whoever_made_something_of_an_enrolment_learns_that_it_was_replaced(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    first = Enrolment(paths)
    write_unit(paths, RECORD)
    assert first.changed
    second = Enrolment(paths)
    assert not second.changed
    write_unit(paths, RECORD.model_copy(update={"confirmed": RECORD.enrolled_at}))
    assert second.changed


def test_status_comes_back_and_ages_by_the_clock_that_nobody_sets(tmp_path: Path) -> None:
    paths, clock = Paths(tmp_path), ManualClock.at(datetime(2026, 11, 21, tzinfo=UTC))
    assert read_status(paths, "audio") is None
    write_status(paths, ProgramStatus(program="audio", at=clock.now().stamp(), ready=True, versions={"vn/bundle.json": 3}))
    found = read_status(paths, "audio")
    assert found is not None
    assert found.versions == {"vn/bundle.json": 3}
    assert fresh(found, clock.advance(5), 10)
    assert not fresh(found, clock.advance(6), 10)
    assert not fresh(None, clock.now(), 10)
    rebooted = ManualClock.at(clock.now().wall, boot="boot-2")
    assert not fresh(found, rebooted.now(), 1000)


def test_a_status_of_another_release_is_no_status(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    paths.status("audio").parent.mkdir(parents=True)
    paths.status("audio").write_bytes(b'{"format": 2}')
    assert read_status(paths, "audio") is None


def test_paths_lie_below_the_root_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANGTIN_ROOT", str(tmp_path))
    assert Paths.from_environment().unit_toml == tmp_path / "etc/bangtin/unit.toml"
    monkeypatch.delenv("BANGTIN_ROOT")
    assert Paths.from_environment().journal("audio") == Path("/var/lib/bangtin/journal/audio")
