"""A release waits for a moment in which nothing sounds or will, and so does the way back from it."""

from dataclasses import replace as changed
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bundle.items import Announcement, Session, Spoken
from bundle.schedule import Schedule
from bundle.trust import Target
from caretaker.software.trial import Phase, read_trial
from device.upgrades import read_history
from evidence.records import ClockState
from evidence.report import Sounding
from tests.caretaker.village import Village
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, flood_alert, small_bundle
from tests.simulators.upgrading import never


def test_an_announcement_is_not_interrupted(village: Village) -> None:
    village.offer()
    at = village.unit.clock.now().stamp()
    village.unit.sounding = Sounding(occurrence="x/sang@1/0:tin", item="tin", channel=CHANNEL, language="vi", since=at)
    assert "speaks" in village.unit.upgrade()
    assert (village.unit.told, village.installed & {"bangtin-1.4.0"}) == ([], set())
    village.unit.sounding = None
    assert village.unit.upgrade() == "1.4.0: good"


def test_an_alert_in_force_is_waited_for(village: Village) -> None:
    village.offer()
    village.publisher.release_alerts(CHANNEL, flood_alert(village.publisher.now))
    village.unit.shelve(target=Target.ALERTS)
    assert "alert is in force" in village.unit.upgrade()
    village.unit.clock.advance(7 * 3600)
    village.unit.permit("1.4.0", n=2)
    assert village.unit.upgrade() == "1.4.0: good"


def test_what_begins_to_sound_during_a_trial_is_not_interrupted_by_going_back(village: Village) -> None:
    village.unit.well["1.4.0"] = never
    village.offer()
    began, heard = village.unit.clock.now(), list[str | None]()
    sounding = Sounding(occurrence="x/sang@1/0:tin", item="tin", channel=CHANNEL, language="vi", since=began.stamp())
    village.unit.meanwhile = {
        began.mono + 40: lambda: setattr(village.unit, "sounding", sounding),
        began.mono + 400: lambda: heard.append(village.unit.version),
        began.mono + 401: lambda: setattr(village.unit, "sounding", None),
    }
    village.unit.upgrade()
    assert heard == ["1.4.0"]
    assert village.unit.version == "1.3.0"
    assert village.unit.clock.now().mono - began.mono > 401


def test_a_halt_between_installing_and_the_exchange_is_obeyed(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    village.offer()
    machine = village.unit.machine()
    real = machine.install

    def halted(files, patience):
        real(files, patience)
        village.unit.permit("1.4.0", percent=0, n=2)

    monkeypatch.setattr(machine, "install", halted)
    assert "not this unit's turn" in village.unit.upgrade(machine)
    assert (village.unit.version, village.unit.told) == ("1.3.0", [])
    assert "bangtin-1.4.0" not in village.installed
    assert read_history(village.unit.paths).failed == ()
    village.unit.permit("1.4.0", n=3)
    assert village.unit.upgrade() == "1.4.0: good"


def test_what_is_installed_waits_for_the_quiet_moment_without_counting_as_cut_off(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.offer()
    machine = village.unit.machine()
    real, at = machine.install, village.unit.clock.now().stamp()

    def disturbed(files, patience):
        real(files, patience)
        village.unit.sounding = Sounding(occurrence="x/sang@1/0:tin", item="tin", channel=CHANNEL, language="vi", since=at)
        village.unit.say()

    monkeypatch.setattr(machine, "install", disturbed)
    village.unit.upgrade(machine)
    for _ in range(3):
        village.unit.upgrade()
    trial = read_trial(village.unit.paths)
    assert trial is not None
    assert (trial.phase, trial.cut_offs) == (Phase.INSTALLED, 0)
    village.unit.sounding = None
    assert village.unit.upgrade() == "1.4.0: good"


def test_a_session_is_waited_for_also_where_only_the_voice_believes_the_clock(village: Village) -> None:
    village.offer()
    unit = village.unit
    session_in(village, 40)
    assert "is about to" in unit.upgrade()
    unit.say()
    lost = changed(unit.clock.moment, state=ClockState.UNKNOWN)
    status = unit.paths.status("audio").read_text()
    unit.clock.moment = lost
    unit.say = lambda: unit.paths.status("audio").write_text(status)  # type: ignore[method-assign]
    assert "is about to" in unit.upgrade()
    unit.say = lambda: unit.paths.status("audio").write_text(status.replace("trusted", "unknown"))  # type: ignore[method-assign]
    assert "is about to" not in unit.upgrade(), "where nobody believes the clock, no session begins either"


def session_in(village: Village, seconds: float) -> None:
    """A session that begins so many seconds from now."""
    now = village.publisher.now
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    schedule = Schedule(
        start=(now - timedelta(days=1)).astimezone(zone).replace(tzinfo=None) + timedelta(seconds=seconds), rule="FREQ=DAILY"
    )
    session = Session(id="sang", provenance=PROVENANCE, title="Buổi sáng", schedule=schedule, order=("tin",), maximum=600.0)
    spoken = Spoken(language="vi", title="Tin", body="Lời.", clip=clip_of(b"speech"), voice="giọng máy", reviewer="Lò Thị Mây")
    said = Announcement(id="tin", provenance=PROVENANCE, versions=(spoken,))
    bundle = small_bundle(now).model_copy(update={"announcements": (said,), "sessions": (session,)})
    village.publisher.release_bundle(CHANNEL, bundle, [b"speech"])
    village.unit.shelve(b"speech", target=Target.BUNDLE)


def test_going_back_waits_for_a_session_that_is_about_to_begin_and_for_no_dead_voice(village: Village) -> None:
    for dead, waits in ((False, True), (True, False)):
        unit = village.unit
        session_in(village, 25)
        unit.say()
        if dead:
            said = unit.paths.status("audio")
            said.write_text(said.read_text().replace('"ready":true', '"ready":false'))
        assert (unit.surroundings().interrupts(20.0), unit.surroundings().interrupts(1.0)) == (waits, False)


def test_an_alert_in_force_does_not_keep_a_version_that_is_left(village: Village) -> None:
    village.unit.well["1.4.0"] = never
    village.offer()
    began = village.unit.clock.now().mono

    def alert() -> None:
        village.publisher.release_alerts(CHANNEL, flood_alert(village.publisher.now))
        village.unit.shelve(target=Target.ALERTS)

    village.unit.meanwhile = {began + 20: alert}
    assert village.unit.upgrade().startswith("1.4.0: reverted display")
    assert village.unit.clock.now().mono - began < 3600


def test_what_begins_to_sound_during_the_exchange_itself_is_waited_for(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    village.offer()
    machine, tries = village.unit.machine(), list[str]()
    whole = machine.activate

    def busy(version: str, on_trial: bool) -> None:
        tries.append(version)
        if len(tries) < 3:
            command = village.unit.paths.versions / version / "bin/activate"
            kept = command.read_text()
            command.write_text("#!/bin/sh\nexit 75\n")
            try:
                return whole(version, on_trial)
            finally:
                command.write_text(kept)
        return whole(version, on_trial)

    monkeypatch.setattr(machine, "activate", busy)
    assert village.unit.upgrade(machine) == "1.4.0: good"
    assert tries == ["1.4.0"] * 3
    assert village.unit.told == ["1.4.0 begun", "1.4.0 good"]
