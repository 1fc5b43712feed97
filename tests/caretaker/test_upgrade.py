"""A release on one unit, with real packages, a real dpkg and the real decisions: taken, kept, left, and never half of it."""

from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path

import pytest

from bundle.software import Build, Stage
from bundle.trust import Target
from caretaker.software.trial import read_trial
from device.journal import read
from evidence.records import ClockState, Fault
from tests.caretaker.village import ONE_STAGE, REGISTRY, STRANGER, Village
from tests.simulators.content import CHANNEL, release_of
from tests.simulators.debs import deb, install, named
from tests.simulators.upgrading import PowerCut, never


def test_a_good_release_is_kept_and_the_version_before_it_stays_beside(village: Village) -> None:
    village.offer()
    assert village.unit.upgrade() == "1.4.0: good"
    assert (village.unit.version, village.unit.good) == ("1.4.0", "1.4.0")
    assert village.unit.told == ["1.4.0 begun", "1.4.0 good"]
    assert {"bangtin-1.3.0", "bangtin-1.4.0", "bangtin-wheels-a"} <= village.installed
    assert read_trial(village.unit.paths) is None
    assert "settled" in village.unit.upgrade()


def test_versions_older_than_the_one_before_are_purged_with_their_libraries(village: Village) -> None:
    village.offer("1.6.0", names=("wheels-b",))
    village.unit.upgrade()
    village.debs = {**village.debs, "1.7.0": village.debs["1.6.0"]}
    assert {"bangtin-wheels-a", "bangtin-wheels-b"} <= village.installed, "the version before still needs its own"
    assert not (village.unit.paths.upgrades.parent / "staged").exists()


def test_of_three_versions_the_oldest_goes(village: Village) -> None:
    for n, number in enumerate(("1.4.0", "1.5.0"), 1):
        village.offer(number, n=n)
        village.unit.upgrade()
    assert village.unit.version == "1.5.0"
    assert {name for name in village.installed if name.startswith("bangtin-1")} == {"bangtin-1.4.0", "bangtin-1.5.0"}
    assert not (village.unit.paths.versions / "1.3.0").exists()


def test_a_release_whose_board_does_not_come_up_is_left_and_never_tried_again(village: Village) -> None:
    village.unit.well["1.4.0"] = never
    village.offer()
    assert village.unit.upgrade().startswith("1.4.0: reverted display")
    assert (village.unit.version, village.unit.good) == ("1.3.0", "1.3.0")
    assert village.unit.told == ["1.4.0 begun", "1.4.0 reverted"]
    assert "bangtin-1.4.0" not in village.installed
    village.unit.permit("1.4.0", n=9)
    assert "settled" in village.unit.upgrade()
    village.offer("1.5.0", n=10)
    assert village.unit.upgrade() == "1.5.0: good"


def test_a_service_that_dies_again_and_again_is_a_bad_sign(village: Village) -> None:
    village.unit.well["1.4.0"] = lambda program, since: (
        bool(village.unit.restarts.update({"bangtin-audio.service": int(since // 20)})) or True
    )
    village.offer()
    assert "bangtin-audio.service" in village.unit.upgrade()
    assert village.unit.version == "1.3.0"


def test_one_that_cannot_report_any_more_is_left_where_there_was_a_link(village: Village) -> None:
    village.unit.well["1.4.0"] = lambda program, since: not setattr(village.unit, "linked", False)
    village.offer()
    assert "no report reached the registry" in village.unit.upgrade()


def test_where_there_never_was_a_link_none_is_asked_for(village: Village) -> None:
    village.unit.linked = False
    village.offer()
    assert village.unit.upgrade() == "1.4.0: good"


def test_a_program_that_was_not_ready_before_need_not_be_now(village: Village) -> None:
    village.unit.well["1.3.0"] = village.unit.well["1.4.0"] = never
    village.offer()
    assert village.unit.upgrade() == "1.4.0: good"


def test_a_version_that_cannot_even_be_activated_is_left(village: Village) -> None:
    village.offer("1.6.2")
    assert "activate → 7" in village.unit.upgrade()
    assert village.unit.version == "1.3.0"


@pytest.mark.parametrize(
    ("number", "says"),
    [("1.6.1", "bangtin-wheels-nowhere"), ("1.6.3", "while processing: bangtin-1.6.3"), ("1.6.4", "arm64")],
    ids=["its libraries", "its script", "foreign"],
)
def test_what_cannot_be_installed_is_refused_and_nothing_was_changed(village: Village, number: str, says: str) -> None:
    before = village.installed
    village.offer(number)
    village.unit.upgrade()
    assert village.unit.told == [f"{number} refused"]
    assert says in village.unit.why
    assert (village.unit.version, village.installed) == ("1.3.0", before)
    assert (village.unit.paths.versions / "1.3.0/about").read_text() == "version 1.3.0\n"


def test_a_package_that_is_another_than_its_name_says_is_refused(village: Village) -> None:
    village.debs = {**village.debs, "1.4.0": village.debs["1.5.0"]}
    village.offer("1.4.0")
    assert "inside is bangtin-1.5.0" in village.unit.upgrade()
    assert "bangtin-1.5.0" not in village.installed


def test_a_damaged_package_waits_and_burns_nothing(village: Village) -> None:
    release = village.offer()
    village.unit.shelve_blob(b"rotten", release.builds[0].packages[0].sha256)
    assert "damaged" in village.unit.upgrade()
    assert village.unit.told == []
    village.unit.shelve_blob(village.debs["1.4.0"])
    assert village.unit.upgrade() == "1.4.0: good"


def test_debians_updates_travel_along_and_go_back_where_the_earlier_file_was_kept(village: Village) -> None:
    village.offer("1.4.0.1", software="1.4.0", names=("libdemo-2",))
    village.unit.upgrade()
    library = village.unit.paths.root / "usr/lib/libdemo"
    assert library.read_text() == "2"
    village.unit.well["1.5.0"] = never
    village.offer("1.5.0", n=2, names=("libdemo-3",))
    village.unit.upgrade()
    assert (village.unit.version, library.read_text()) == ("1.4.0", "2")


def test_debians_updates_alone_are_a_release_of_the_same_version(village: Village) -> None:
    village.publish("1.3.1", software="1.3.0", names=("libdemo-2",))
    village.unit.permit("1.3.1")
    assert village.unit.upgrade() == "1.3.1: good"
    assert (village.unit.version, (village.unit.paths.root / "usr/lib/libdemo").read_text()) == ("1.3.0", "2")


def by_hand(village: Village, folder: Path, version: str) -> Path:
    """Somebody else installs the library in another version; the file that says which is there."""
    install(village.unit.paths, folder, deb(folder, "libdemo", version, {"usr/lib/libdemo": version}))
    return village.unit.paths.root / "usr/lib/libdemo"


@pytest.mark.parametrize("version", ["1+rpt1", "3"])
def test_a_package_of_raspberry_pis_or_a_later_one_is_never_exchanged_for_debians(village: Village, tmp_path: Path, version: str) -> None:
    library = by_hand(village, tmp_path, version)
    village.offer("1.4.0", names=("libdemo-2",))
    assert village.unit.upgrade() == "1.4.0: good"
    assert library.read_text() == version


def test_a_package_of_debians_that_nobody_has_here_is_not_brought(village: Village) -> None:
    village.unit.machine().purge(["libdemo"])
    village.offer("1.4.0", names=("libdemo-2",))
    assert village.unit.upgrade() == "1.4.0: good"
    assert "libdemo" not in village.installed


def test_going_back_leaves_what_somebody_else_installed_meanwhile(village: Village, tmp_path: Path) -> None:
    village.offer("1.4.0", names=("libdemo-2",))
    village.unit.upgrade()
    library = by_hand(village, tmp_path, "9")
    village.unit.well["1.5.0"] = never
    village.offer("1.5.0", n=2, names=("libdemo-3",))
    village.unit.upgrade()
    assert (village.unit.version, library.read_text()) == ("1.4.0", "9")


@pytest.mark.parametrize(
    ("key", "release", "percent", "says"),
    [(STRANGER, "1.4.0", 100, "has not permitted"), (REGISTRY, "1.5.0", 100, "has not permitted"), (REGISTRY, "1.4.0", 0, "not this unit")],
)
def test_no_other_permit_counts(village: Village, key: bytes, release: str, percent: int, says: str) -> None:
    village.publish()
    village.unit.permit(release, percent, key=key)
    assert says in village.unit.upgrade()
    assert village.unit.version == "1.3.0"


def test_an_older_permit_does_not_undo_a_halt_that_was_seen(village: Village) -> None:
    village.publish()
    village.unit.permit("1.4.0", percent=0, n=8)
    village.unit.upgrade()
    village.unit.permit("1.4.0", percent=100, n=7)
    assert "has not permitted" in village.unit.upgrade()


def test_a_release_signed_by_one_person_alone_is_nothing(village: Village) -> None:
    release = release_of(village.publisher.now, named(village.debs["1.4.0"], "bangtin-1.4.0", "1.4.0"), stages=ONE_STAGE)
    village.publisher.force(village.publisher.signed(CHANNEL, Target.SOFTWARE, release.model_dump_json().encode(), "software-author"))
    village.unit.shelve(village.debs["1.4.0"])
    village.unit.permit("1.4.0")
    assert "no release" in village.unit.upgrade()


def test_an_older_document_is_not_believed_after_a_newer_one(village: Village) -> None:
    village.publish("1.4.0")
    old = village.publisher.pack(CHANNEL, Target.SOFTWARE)
    village.publish("1.5.0")
    village.unit.upgrade()
    (village.unit.paths.shelf / CHANNEL / "software.json.pack").write_bytes(old)
    village.unit.permit("1.4.0")
    assert "has not permitted release 1.5.0" in village.unit.upgrade()


def test_two_persons_cannot_lead_a_unit_back_either(village: Village) -> None:
    village.debs = {**village.debs, "1.2.0": village.debs["1.4.0"]}
    village.offer("1.2.0")
    assert "no step back" in village.unit.upgrade()


def test_a_release_for_other_machines_is_none_of_its_business(village: Village) -> None:
    arm = Build(architecture="arm64", suite="bookworm", packages=(named(village.debs["1.4.0"], "bangtin-1.4.0", "1.4.0"),))
    village.offer(builds=(arm,))
    assert "no release for amd64 bookworm" in village.unit.upgrade()


def test_a_card_without_room_is_a_fault_and_nothing_else(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    village.offer()
    machine = village.unit.machine()
    monkeypatch.setattr(machine, "free", lambda: 1_000_000)
    assert "not enough room" in village.unit.upgrade(machine)
    assert [line.active for line in read(village.unit.paths.journal("caretaker")) if isinstance(line, Fault)] == [True]
    assert village.unit.upgrade() == "1.4.0: good"
    assert [line.active for line in read(village.unit.paths.journal("caretaker")) if isinstance(line, Fault)] == [True, False]


def test_with_an_unknown_clock_the_first_stage_may_come_and_no_later_one(village: Village) -> None:
    village.offer(stages=(Stage(percent=1, hours=24), Stage(percent=100, hours=0)))
    village.unit.clock.moment = changed(village.unit.clock.moment, state=ClockState.UNKNOWN, wall=village.publisher.now + timedelta(days=9))
    assert "this stage opens" in village.unit.upgrade()


@pytest.mark.parametrize("name", ["trial.json", "upgrades.json"])
def test_notes_that_rotted_on_the_card_lead_back_to_the_last_good_version(
    village: Village, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.offer()
    machine = village.unit.machine()
    real = machine.activate

    def cut(version: str, on_trial: bool) -> None:
        real(version, on_trial)
        raise PowerCut

    monkeypatch.setattr(machine, "activate", cut)
    with pytest.raises(PowerCut):
        village.unit.upgrade(machine)
    assert (village.unit.version, village.unit.good) == ("1.4.0", "1.3.0")
    (village.unit.paths.upgrades.parent / name).write_bytes(b"\x00" * 40)
    village.unit.boot()
    seen = []
    village.unit.well["1.4.0"] = lambda *_: not seen.append(village.unit.version)
    village.unit.upgrade()
    assert village.unit.good == village.unit.version == "1.4.0", "it was tried anew, and is good"
    activations = (village.unit.paths.versions / "activations").read_text().split()
    assert activations == ["1.4.0", "1.3.0", "1.4.0"]


def test_going_back_comes_to_its_end_also_when_debians_list_cannot_be_read(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every look would have all services begin anew."""
    village.unit.well["1.4.0"] = never
    village.offer()
    machine = village.unit.machine()
    real = machine.activate

    def unreadable(version: str, on_trial: bool) -> None:
        real(version, on_trial)
        if version == "1.3.0":
            monkeypatch.setattr(machine, "debian", lambda: None)

    monkeypatch.setattr(machine, "activate", unreadable)
    assert village.unit.upgrade(machine).startswith("1.4.0: reverted")
    assert read_trial(village.unit.paths) is None
