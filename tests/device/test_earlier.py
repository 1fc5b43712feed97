"""Absence never cancels: what a newer list of alerts leaves out stays until it ends, over restarts, and as long as its signers count."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from agent.pull.sweep import sweep
from bundle.alert import Alert, MessageType
from bundle.asset import blob_path
from bundle.trust import Role, Target
from device.clock import ManualClock
from device.durable import replace
from device.earlier import place_of
from device.onlooker import looking_on
from device.shelf import Shelf
from director.alerts import Standing
from evidence.records import ClockState
from registry.trust.delegations import Duty, Seat, leave_seat, take_seat
from registry.trust.keys import make_key
from registry.trust.seating import Reseating
from registry.trust.state import Again
from tests.device.worker import SITE, SPEECH, Worker, alert
from tests.simulators.content import CHANNEL, clip_of, flood_alert
from tests.simulators.publisher import START

LISTS = (Target.ALERTS, Target.FEED)


def about(name: str, kind: MessageType, *others: Alert, **fields: object) -> Alert:
    return alert(name, message_type=kind, references=others, sent=START + timedelta(seconds=30), **fields)


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path)


@pytest.mark.parametrize("target", LISTS)
def test_what_a_newer_list_leaves_out_stays_over_restarts(worker: Worker, target: Target) -> None:
    worker.release(alert("lu"), alert("bao"), target=target)
    assert worker.earlier(target) == ()
    worker.release(alert("bao"), target=target)
    worker.release(target=target)
    assert worker.earlier(target) == ("bao", "lu")
    worker.restart()
    assert worker.earlier(target) == ("bao", "lu")
    (worker.paths.shelf / CHANNEL / f"{target}.pack").unlink()
    worker.restart()
    assert worker.earlier(target) == ("bao", "lu"), "of its own, whatever becomes of the agent's shelf"


def test_what_comes_back_is_no_earlier_one_and_its_newest_words_count(worker: Worker) -> None:
    worker.release(alert("lu"))
    worker.release()
    worker.release(alert("lu", event="Lũ quét"))
    assert worker.earlier() == ()
    assert worker.files() == []
    worker.release()
    assert [each.event for each in worker.programme().cells[0].earlier_alerts] == ["Lũ quét"]


def test_it_ends_by_its_own_hour_and_its_list_is_forgotten(worker: Worker) -> None:
    worker.release(alert("lu"))
    worker.release()
    assert worker.standing("lu") is Standing.IN_FORCE
    assert len(worker.files()) == 1
    worker.clock.advance(6 * 3600)
    worker.release(alert("khac"))
    assert worker.standing("lu") is None
    assert worker.files() == []


def test_without_a_clock_it_is_kept_until_a_newer_signed_date_says_that_it_is_over(worker: Worker) -> None:
    worker.clock = ManualClock.at(START - timedelta(days=400), ClockState.UNKNOWN)
    worker.clock.advance(20 * 3600)
    worker.release(alert("lu"))
    worker.release()
    assert worker.earlier() == ("lu",)
    worker.publisher.later(hours=6)
    worker.release(alert("moi"))
    assert worker.earlier() == ()


@pytest.mark.parametrize(("kind", "standing"), [(MessageType.CANCEL, Standing.CANCELLED), (MessageType.UPDATE, Standing.SUPERSEDED)])
def test_what_ended_it_is_remembered_as_long_as_it_would_last(worker: Worker, kind: MessageType, standing: Standing) -> None:
    """Left out itself, and over itself, it still holds what it named: nothing that was ended stands again."""
    old, ender = alert("lu"), about("het", kind, alert("lu"), expires=START + timedelta(minutes=5))
    worker.release(old)
    worker.release(ender)
    worker.release()
    worker.clock.advance(3600)
    for _ in range(2):
        assert worker.standing("lu") is standing
        worker.restart()
    worker.clock.advance(6 * 3600)
    worker.release(alert("khac"))
    assert worker.files() == []


def test_a_cancel_that_was_left_out_again_still_wins_over_an_alert_that_comes_late(worker: Worker) -> None:
    worker.release(about("het", MessageType.CANCEL, alert("lu")))
    worker.release()
    worker.restart()
    worker.release(alert("lu"))
    assert worker.standing("lu") is Standing.CANCELLED


def revoke_alerts_author(worker: Worker, left: Duty | None = None) -> None:
    """The thief's seat is given to another, who signs the present list again; the unit gets both. *left* is what the thief may still do."""
    publisher = worker.publisher
    publisher.keys["new"] = make_key(publisher.keys_folder, "new", "Lường Văn Mới")

    def edit(targets: object) -> None:
        leave_seat(targets, Role.ALERTS, publisher.keys["alerts-author"].keyid)
        if left is not None:
            take_seat(targets, Seat(Role.ALERTS, left, publisher.keys["alerts-author"].holder))
        take_seat(targets, Seat(Role.ALERTS, Duty.AUTHOR, publisher.keys["new"].holder))

    again = Again(keys=[publisher.keys[name] for name in ("new", "alerts-approver")])
    publisher.later(seconds=1)
    Reseating(publisher.tree, CHANNEL, edit, publisher.keys["targets"], publisher.online, again).carry_out(publisher.now)
    worker.put()


@pytest.mark.parametrize("restarted", [False, True])
def test_it_goes_when_a_key_that_signed_it_is_revoked(worker: Worker, restarted: bool) -> None:
    worker.release(alert("gia"))
    worker.release(alert("that"))
    assert worker.earlier() == ("gia",)
    revoke_alerts_author(worker)
    if restarted:
        worker.restart()
    assert worker.earlier() == ()
    assert worker.files() == []
    assert worker.standing("that") is Standing.IN_FORCE, "what was signed again stays"
    assert any("not verified" in str(complaint) for complaint in worker.shelf.new_refusals()), "and the journal says why"


def test_it_goes_when_both_that_signed_it_may_only_approve_now(worker: Worker) -> None:
    """Two valid signatures of keys that the role still has: without an author's the two-person rule is not kept."""
    worker.release(alert("gia"))
    worker.release(alert("that"))
    revoke_alerts_author(worker, Duty.APPROVER)
    assert worker.earlier() == ()
    assert worker.files() == []
    assert worker.standing("that") is Standing.IN_FORCE


def test_newer_delegations_that_seat_its_signers_as_before_change_nothing(worker: Worker) -> None:
    worker.release(alert("lu"))
    worker.release()
    worker.publisher.later(seconds=1)
    worker.publisher.sign_targets(CHANNEL, lambda targets: None)
    worker.put()
    assert worker.earlier() == ("lu",)
    worker.restart()
    assert worker.earlier() == ("lu",)


def test_a_new_online_key_changes_nothing_for_the_online_key_signs_no_alert(worker: Worker) -> None:
    worker.release(alert("lu"))
    worker.release()
    worker.publisher.later(seconds=1)
    worker.publisher.rotate_online()
    worker.put()
    assert worker.earlier() == ("lu",)
    worker.restart()
    assert worker.earlier() == ("lu",)


@pytest.mark.parametrize("cut", range(4))
def test_no_cut_between_the_writes_forgets_it(worker: Worker, monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    """It lies in a file of its own before the copy of the list that took its place is written, and that before the marks."""
    worker.release(alert("lu"))
    worker.release(alert("bao"), seen=False)
    written: list[Path] = []

    def write(path: Path, raw: bytes) -> None:
        if len(written) == cut:
            raise PowerCut
        written.append(path)
        replace(path, raw)

    monkeypatch.setattr("device.shelf.replace", write)
    if cut < 3:
        with pytest.raises(PowerCut):
            worker.programme()
    else:
        worker.programme()
    monkeypatch.undo()
    (worker.paths.shelf / CHANNEL / "alerts.json.pack").unlink()
    worker.restart()
    assert worker.standing("lu") is Standing.IN_FORCE
    worker.put()
    assert (worker.standing("lu"), worker.standing("bao")) == (Standing.IN_FORCE, Standing.IN_FORCE)


class PowerCut(Exception):
    """The unit is dead from here on."""


def test_a_card_that_takes_nothing_forgets_it_only_at_a_restart(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.release(alert("lu"))
    worker.release(seen=False)

    def full(path: Path, raw: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("device.shelf.replace", full)
    assert worker.earlier() == ("lu",)
    assert any("No space left" in str(complaint) for complaint in worker.shelf.new_refusals())


@pytest.mark.parametrize("harm", ["torn", "empty", "a pipe", "somebody else's"])
def test_a_file_that_proves_nothing_is_told_and_thrown_away_and_the_others_stay(worker: Worker, harm: str) -> None:
    worker.release(alert("lu"))
    worker.release(alert("bao"))
    worker.release()
    assert worker.earlier() == ("bao", "lu")
    oldest = worker.paths.kept("display") / worker.files()[0]
    raw = oldest.read_bytes()
    oldest.unlink()
    match harm:
        case "torn":
            oldest.write_bytes(raw[:-40])
        case "empty":
            oldest.write_bytes(b"")
        case "a pipe":
            os.mkfifo(oldest)
        case "somebody else's":
            oldest.write_bytes(raw.replace(b"L\xc5\xa9", b"L\xe1\xbb\x97"))
    worker.restart()
    assert worker.earlier() == ("bao",)
    assert worker.shelf.new_refusals()
    assert oldest.name not in worker.files()


@pytest.mark.parametrize(("target", "most"), [(Target.ALERTS, 16), (Target.FEED, 3)])
def test_there_is_an_end_to_what_is_kept_and_it_is_told(worker: Worker, target: Target, most: int) -> None:
    """Of the feed, which no hand signs, only a few: 16 lists of megabytes would fill the memory of each worker."""
    for n in range(most + 2):
        worker.release(alert(f"lu-{n}"), target=target)
    assert worker.earlier(target) == tuple(f"lu-{n}" for n in reversed(range(1, most + 1))), "the oldest went"
    assert len(worker.files()) == most
    assert any("more than" in str(complaint) for complaint in worker.shelf.new_refusals())


def test_its_speech_stays_on_the_card(worker: Worker) -> None:
    path = worker.paths.shelf / blob_path(clip_of(SPEECH).sha256)
    replace(path, SPEECH)
    worker.release(flood_alert(START, speech=SPEECH).alerts[0])
    worker.release()
    assert sweep(worker.paths.shelf, [worker.paths.kept("display")]) == ()
    assert path.exists()


def test_who_only_looks_on_sees_it_and_changes_nothing(worker: Worker) -> None:
    worker.release(alert("lu"))
    worker.release()
    worker.clock.advance(7 * 3600)
    with looking_on(worker.paths.root, "display") as onlooker:
        shelf = Shelf(onlooker, "display", worker.publisher.root_bytes)
        early = ManualClock.at(START + timedelta(minutes=2)).now()
        assert [each.identifier for each in shelf.programme(SITE, early).cells[0].earlier_alerts] == ["lu"]
        shelf.programme(SITE, worker.clock.now())
    assert len(worker.files()) == 1


@pytest.mark.parametrize(
    "name", ["vn.20.bundle.json.1-2.earlier", "vn.20.alerts.json.pack", ".vn.alerts.json.1-2.earlier.new", "x.earlier"]
)
def test_other_files_in_the_folder_are_none_of_these(name: str) -> None:
    assert place_of(Path(name)) is None
    assert place_of(Path("vn.20.alerts.json.1-2.earlier")) == ("vn.20", Target.ALERTS)
