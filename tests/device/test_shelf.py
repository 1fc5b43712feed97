"""A worker believes nobody: it verifies each pack itself and keeps the last good in force, whatever the agent does."""

import os
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bundle.asset import blob_path
from bundle.policy import Policy, StopList
from bundle.trust import Target
from device.clock import ManualClock
from device.durable import replace
from device.paths import Paths
from device.shelf import Shelf
from director.programme import Cell, Programme, Site
from evidence.records import ClockState
from tests.simulators.content import CHANNEL, flood_alert, picture_of, small_bundle
from tests.simulators.publisher import START, Publisher

PICTURE = b"a picture of the bridge"
SITE = Site("loa-01", f"{CHANNEL}.ban-mau", "Thôn Bản Mẫu", ("vn.20", CHANNEL), ("vi",))
CLOCK = ManualClock.at(START + timedelta(hours=1))


class Unit:
    """A unit whose shelf is filled by hand, as an agent would, or as a hijacked one would."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "unit")
        self.publisher = Publisher(folder, ("vn.20", CHANNEL))

    def shelf(self) -> Shelf:
        return Shelf(self.paths, "display", self.publisher.root_bytes)

    def release(self, title: str, *pictures: bytes, at: datetime | None = None) -> bytes:
        self.publisher.release_bundle(CHANNEL, small_bundle(START, title=title, pictures=pictures), pictures, at)
        return self.publisher.pack(CHANNEL, Target.BUNDLE)

    def put(self, raw: bytes, target: Target = Target.BUNDLE, fast: bool = False) -> Path:
        path = (self.paths.fast if fast else self.paths.shelf) / CHANNEL / f"{target}.pack"
        replace(path, raw)
        return path

    def put_blob(self, blob: bytes, content: bytes | None = None) -> Path:
        path = self.paths.shelf / blob_path(picture_of(blob).sha256)
        replace(path, blob if content is None else content)
        return path


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    return Unit(tmp_path)


def cell(programme: Programme) -> Cell:
    found = programme.cell(CHANNEL)
    assert found is not None
    return found


def title(shelf: Shelf) -> str | None:
    found = shelf.programme(SITE, CLOCK.now()).cell(CHANNEL)
    return found.bundle.notices[0].versions[0].title if found and found.bundle else None


def test_an_empty_shelf_is_an_empty_programme(unit: Unit) -> None:
    shelf = unit.shelf()
    assert shelf.changed()
    assert shelf.programme(SITE, CLOCK.now()).cells == ()
    assert shelf.refusals == ()
    assert not shelf.changed()


def test_what_is_signed_is_in_force_and_a_newer_pack_replaces_it(unit: Unit) -> None:
    shelf = unit.shelf()
    unit.put(unit.release("một"))
    assert title(shelf) == "một"
    assert shelf.versions == {f"{CHANNEL}/bundle.json": 1}
    assert not shelf.changed()
    unit.put(unit.release("hai"))
    assert shelf.changed()
    assert title(shelf) == "hai"
    assert shelf.versions == {f"{CHANNEL}/bundle.json": 2}


def test_an_unchanged_pack_is_not_read_again(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = unit.shelf()
    unit.put(unit.release("một"))
    assert title(shelf) == "một"
    monkeypatch.setattr("device.shelf.read_pack", lambda path: pytest.fail("read again"))
    assert title(shelf) == "một"


@pytest.mark.parametrize("where", ["memory", "restart"])
def test_a_bad_pack_takes_nothing_off_the_air(unit: Unit, where: str) -> None:
    """A hijacked agent owns the shelf: the worker keeps its own copy, also over a restart."""
    good = unit.release("tốt")
    shelf = unit.shelf()
    unit.put(good)
    assert title(shelf) == "tốt"
    for bad in (b"", b"{}", good[:-20], good.replace("tốt".encode(), "xấu".encode())):
        path = unit.put(bad)
        shelf = unit.shelf() if where == "restart" else shelf
        assert title(shelf) == "tốt"
        assert len(shelf.refusals) == 1
        assert CHANNEL in str(shelf.refusals[0])
    path.unlink()
    shelf = unit.shelf() if where == "restart" else shelf
    assert title(shelf) == "tốt"
    assert shelf.refusals == ()


def test_each_refusal_is_told_once(unit: Unit) -> None:
    shelf = unit.shelf()
    unit.put(b"{}")
    assert title(shelf) is None
    assert len(shelf.new_refusals()) == 1
    assert title(shelf) is None
    assert shelf.new_refusals() == ()
    assert len(shelf.refusals) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_an_older_generation_offered_to_a_worker_is_refused(unit: Unit, restart: bool) -> None:
    old, new = unit.release("cũ"), unit.release("mới")
    shelf = unit.shelf()
    unit.put(new)
    assert title(shelf) == "mới"
    shelf = unit.shelf() if restart else shelf
    unit.put(old)
    assert title(shelf) == "mới"
    assert "older than what was accepted" in str(shelf.refusals[0])


def test_a_worker_without_its_marks_gets_them_back_from_its_own_copy(unit: Unit) -> None:
    old, new = unit.release("cũ"), unit.release("mới")
    unit.put(new)
    assert title(unit.shelf()) == "mới"
    unit.paths.marks("display").write_bytes(b"{rotten")
    unit.put(old)
    shelf = unit.shelf()
    assert title(shelf) == "mới"
    assert any("rebuilt" in str(complaint) for complaint in shelf.new_refusals())


def test_the_fast_pack_counts_until_the_shelf_has_it(unit: Unit) -> None:
    shelf = unit.shelf()
    unit.publisher.release_alerts(CHANNEL, flood_alert(START))
    raw = unit.publisher.pack(CHANNEL, Target.ALERTS)
    unit.put(raw, Target.ALERTS, fast=True)
    alerts = cell(shelf.programme(SITE, CLOCK.now())).alerts
    assert alerts is not None
    assert alerts.alerts[0].event == "Lũ"
    unit.put(raw, Target.ALERTS)
    shutil.rmtree(unit.paths.fast)
    assert cell(shelf.programme(SITE, CLOCK.now())).alerts == alerts
    assert shelf.refusals == ()


def test_the_newer_of_fast_and_shelf_is_in_force(unit: Unit) -> None:
    old, new = unit.release("cũ"), unit.release("mới")
    unit.put(old)
    unit.put(new, fast=True)
    assert title(unit.shelf()) == "mới"


def test_absence_never_ends_anything(unit: Unit) -> None:
    shelf = unit.shelf()
    unit.put(unit.release("một"))
    assert title(shelf) == "một"
    shutil.rmtree(unit.paths.shelf)
    assert title(shelf) == "một"
    assert title(unit.shelf()) == "một", "its own copy is elsewhere"


def test_a_bundle_waits_for_its_blobs_and_the_last_good_stays(unit: Unit) -> None:
    shelf = unit.shelf()
    unit.put(unit.release("một"))
    assert title(shelf) == "một"
    unit.put(unit.release("hai", PICTURE))
    assert title(shelf) == "một"
    assert "blobs are missing" in str(shelf.refusals[0])
    unit.put_blob(PICTURE, PICTURE[:5])
    assert title(shelf) == "một", "half a blob is none"
    unit.put_blob(PICTURE)
    assert shelf.changed()
    assert title(shelf) == "hai"
    assert shelf.refusals == ()


def test_an_alert_does_not_wait_for_its_recording(unit: Unit) -> None:
    unit.publisher.release_alerts(CHANNEL, flood_alert(START, speech=b"opus"), [b"opus"])
    unit.put(unit.publisher.pack(CHANNEL, Target.ALERTS), Target.ALERTS)
    assert cell(unit.shelf().programme(SITE, CLOCK.now())).alerts is not None


def test_a_blob_with_other_bytes_is_no_blob(unit: Unit) -> None:
    """The agent could put other speech under a signed name: the worker hashes what it is going to play."""
    shelf, picture = unit.shelf(), picture_of(PICTURE)
    assert shelf.blob(picture) is None
    path = unit.put_blob(PICTURE)
    assert shelf.blob(picture) == path
    unit.put_blob(PICTURE, PICTURE.swapcase())
    assert shelf.blob(picture) is None


def test_a_pack_in_the_wrong_place_is_refused(unit: Unit) -> None:
    unit.publisher.release_stop("vn.20", StopList(format=1, channel="vn.20"))
    unit.put(unit.publisher.pack("vn.20", Target.STOP), Target.STOP)
    shelf = unit.shelf()
    assert shelf.programme(SITE, CLOCK.now()).cells == ()
    assert "vn.20/stop.json" in str(shelf.refusals[0])


def test_expired_metadata_keeps_playing_and_is_stale(unit: Unit) -> None:
    """info-beamer blanks after 7 offline days; SkywarnPlus never notices that the link is gone."""
    unit.put(unit.release("một"))
    shelf = unit.shelf()
    assert not cell(shelf.programme(SITE, CLOCK.now())).stale
    later = ManualClock.at(START + timedelta(days=400)).now()
    assert cell(shelf.programme(SITE, later)).stale
    assert cell(unit.shelf().programme(SITE, later)).bundle is not None


def test_one_part_that_is_renewed_speaks_for_the_channel(unit: Unit) -> None:
    unit.put(unit.release("một"))
    later = START + timedelta(days=6)
    unit.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL), at=later)
    unit.put(unit.publisher.pack(CHANNEL, Target.STOP), Target.STOP)
    found = cell(unit.shelf().programme(SITE, ManualClock.at(later).now()))
    assert found.issued == later
    assert not found.stale


def test_a_date_far_in_the_future_is_refused_by_a_trusted_clock_only(unit: Unit) -> None:
    unit.put(unit.release("mai sau", at=START + timedelta(days=30)))
    shelf = unit.shelf()
    assert shelf.programme(SITE, CLOCK.now()).cells == ()
    assert "future" in str(shelf.refusals[0])
    unsure = ManualClock.at(START, ClockState.UNKNOWN).now()
    assert unit.shelf().programme(SITE, unsure).cells != ()
    assert unit.shelf().programme(SITE, CLOCK.now()).cells != (), "what was accepted once is not taken off the air by a clock"


def test_what_is_no_file_does_not_hang_or_kill_the_worker(unit: Unit) -> None:
    path = unit.put(b"{}")
    path.unlink()
    os.mkfifo(path)
    shelf = unit.shelf()
    assert title(shelf) is None
    assert len(shelf.refusals) == 1
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert title(shelf) is None
    path.unlink()
    path.mkdir()
    assert title(shelf) is None
    assert len(shelf.refusals) == 1


def test_a_renewed_snapshot_is_taken_without_writing_the_copy_again(unit: Unit) -> None:
    unit.put(unit.release("một"))
    shelf = unit.shelf()
    assert title(shelf) == "một"
    copy = unit.paths.kept("display") / f"{CHANNEL}.bundle.json.pack"
    before = copy.stat().st_mtime_ns
    unit.publisher.renew(CHANNEL, at=START + timedelta(hours=2))
    unit.put(unit.publisher.pack(CHANNEL, Target.BUNDLE))
    assert cell(shelf.programme(SITE, CLOCK.now())).issued == START + timedelta(hours=2)
    assert copy.stat().st_mtime_ns == before
    assert title(unit.shelf()) == "một"


def test_a_bad_copy_is_no_complaint_once_the_shelf_is_good(unit: Unit) -> None:
    unit.put(unit.release("một"))
    assert title(unit.shelf()) == "một"
    copy = unit.paths.kept("display") / f"{CHANNEL}.bundle.json.pack"
    copy.write_bytes(b"rotten")
    shelf = unit.shelf()
    assert title(shelf) == "một"
    assert len(shelf.new_refusals()) == 1
    assert shelf.refusals == ()
    assert title(unit.shelf()) == "một"
    assert copy.read_bytes() != b"rotten", "and it is made anew"


def test_a_full_card_takes_nothing_off_the_air(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """dotnet #177 loops when the disk is full. An alert that cannot be kept is shown all the same."""

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    shelf, old = unit.shelf(), unit.release("một")
    unit.put(unit.release("hai"))
    monkeypatch.setattr("device.shelf.replace", full)
    assert title(shelf) == "hai"
    assert "No space left" in str(shelf.new_refusals()[0])
    unit.put(old)
    assert title(shelf) == "hai", "the marks hold in memory"


def test_rules_of_a_later_software_are_refused_whole_and_those_understood_stay(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Policy(format=1, channel=CHANNEL, sessions_per_day=2)
    unit.publisher.release_policy(CHANNEL, known)
    shelf = unit.shelf()
    unit.put(unit.publisher.pack(CHANNEL, Target.POLICY), Target.POLICY)
    assert cell(shelf.programme(SITE, CLOCK.now())).policy == known
    for module in ("proposal", "release"):  # a later publisher knows the word
        monkeypatch.setattr(sys.modules[f"registry.trust.{module}"], "parse_document", lambda *_: known)
    unit.publisher.release(CHANNEL, Target.POLICY, b'{"format":1,"channel":"%s","sessions_per_day":9,"of_tomorrow":[]}' % CHANNEL.encode())
    unit.put(unit.publisher.pack(CHANNEL, Target.POLICY), Target.POLICY)
    assert cell(shelf.programme(SITE, CLOCK.now())).policy == known, "a rule that is not understood must not become one that is not kept"
    assert any("of_tomorrow" in str(complaint) for complaint in shelf.refusals)
