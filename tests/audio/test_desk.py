"""The voice's desk: what it asks the director is written down once, however often it asks."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from audio.desk import Desk
from audio.ledger import Ledger
from bundle.alert import AlertSet
from bundle.asset import blob_path
from bundle.items import Announcement, Session, Spoken
from bundle.policy import FeedRules, Policy
from bundle.schedule import Schedule
from bundle.trust import Target
from device.clock import ManualClock
from device.journal import read
from device.paths import Paths
from device.shelf import Shelf
from director.moment import Moment
from director.programme import Site
from evidence.records import AlertSeen, Fault, FaultCode, Gap
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, flood_alert, small_bundle
from tests.simulators.publisher import START, Publisher

SITE = Site("loa-1", f"{CHANNEL}.01", "Bản Mẫu", (CHANNEL,), ("km", "vi"))


class Village:
    """A publisher and the desk of one unit; `gaps` is what its journal says is missing, of languages unless told otherwise."""

    def __init__(self, folder):
        self.publisher, self.paths = Publisher(folder / "publisher"), Paths(folder / "unit")
        self.clock, self.ledger = ManualClock.at(START + timedelta(hours=2)), None
        self.restart()

    def restart(self, zones=()):
        if self.ledger:
            self.ledger.close()
        self.ledger = Ledger(self.paths, self.clock, simulated=True)
        self.desk = Desk(Shelf(self.paths, "audio", self.publisher.root_bytes), replace(SITE, zones=zones), self.ledger)

    def publish(self, version, languages, zones=()):
        """Three announcements, spoken in *languages* each, due in a quarter of a minute."""
        speech = b"speech"
        path = self.paths.shelf / blob_path(self.publisher.add_blob(speech))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(speech)
        spoken = tuple(
            Spoken(language=language, title="Bài", body="Lời.", clip=clip_of(speech), voice="may", reviewer="Lò Thị Mây")
            for language in languages
        )
        items = tuple(Announcement(id=f"bai-{n}", provenance=PROVENANCE, versions=spoken) for n in range(3))
        start = (self.clock.now().wall + timedelta(hours=7, seconds=15)).replace(tzinfo=None, microsecond=0)
        schedule, order = Schedule(start=start), tuple(item.id for item in items)
        session = Session(id="buoi", provenance=PROVENANCE, title="Buổi", schedule=schedule, order=order, maximum=600.0, zones=zones)
        session = session.model_copy(update={"units": ("loa-1",)} if zones else {})
        bundle = small_bundle(self.clock.now().wall)
        bundle = bundle.model_copy(update={"version": version, "announcements": items, "sessions": (session,)})
        self.publisher.release_bundle(CHANNEL, bundle, at=self.clock.now().wall)
        self.put(Target.BUNDLE)

    def alert(self, alerts):
        self.publisher.release_alerts(CHANNEL, alerts, at=self.clock.now().wall)
        self.put(Target.ALERTS)

    def put(self, target):
        path = self.paths.shelf / CHANNEL / f"{target}.pack"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.publisher.pack(CHANNEL, target))

    def ask(self, seconds=10):
        for _ in range(seconds):
            self.desk.queue(self.clock.advance(1.0))

    def gaps(self, code=FaultCode.LANGUAGE_MISSING):
        return [line for line in read(self.paths.journal("audio")) if isinstance(line, Fault) and line.code is code]


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path)
    yield made
    made.ledger.close()


def test_what_three_announcements_lack_is_one_line_however_often_and_however_long_the_desk_asks(village):
    village.publish(1, ["vi"])
    village.ask(20)
    (told,) = village.gaps()
    assert told.active
    assert all(f"bai-{n}" in told.detail for n in range(3))
    village.alert(flood_alert(village.clock.now().wall))
    village.ask(20)
    village.restart()
    village.ask(20)
    assert len(village.gaps()) == 1, "a card is worn out by a line for every question, every alert and every start"


@pytest.mark.parametrize("restarts", [False, True])
def test_the_next_bundle_makes_it_right_also_when_it_came_while_the_program_was_down(village, restarts):
    village.publish(1, ["vi"])
    village.ask()
    village.publish(2, ["vi", "km"])
    if restarts:
        village.restart()
    village.ask()
    assert [gap.active for gap in village.gaps()] == [True, False]


def test_a_zone_that_is_not_here_is_told_once_until_a_bundle_names_one_that_is(village):
    village.restart(zones=("cho", "truong"))
    village.publish(1, ["vi"], zones=("ch0",))
    village.ask(20)
    (told,) = village.gaps(FaultCode.ZONE_UNKNOWN)
    assert told.detail.endswith("names no zone that is here: buoi (ch0); ở đây có / here are: cho, truong")
    village.publish(2, ["vi"], zones=("cho",))
    village.ask()
    assert [gap.active for gap in village.gaps(FaultCode.ZONE_UNKNOWN)] == [True, False]


def test_what_the_feed_may_not_do_here_is_told_once_until_the_policy_allows_it(village):
    village.publisher.release_feed(CHANNEL, flood_alert(village.clock.now().wall), at=village.clock.now().wall)
    village.put(Target.FEED)
    village.ask(20)
    (told,) = village.gaps(FaultCode.FEED_HELD_BACK)
    assert told.detail.endswith("the policy here allows none")
    assert village.desk.queue(village.clock.now()) == ()
    rules = Policy(format=1, channel=CHANNEL, feed=FeedRules(areas=(CHANNEL,)))
    village.publisher.release_policy(CHANNEL, rules, at=village.clock.now().wall)
    village.put(Target.POLICY)
    village.ask()
    assert [gap.active for gap in village.gaps(FaultCode.FEED_HELD_BACK)] == [True, False]
    seen = [line for line in read(village.paths.journal("audio")) if isinstance(line, AlertSeen)]
    assert [line.feed for line in seen] == [True]


def test_a_storm_of_alerts_is_written_down_by_a_few_syncs_whatever_their_number(village, monkeypatch):
    """Each sync may take a card 30 ms: 200 of them would outlast the lease of an amplifier that is already on."""
    synced = []

    def storm(most):
        alerts = tuple(flood_alert(START, identifier=f"lu-{n}").alerts[0] for n in range(most))
        village.alert(AlertSet(format=1, channel=CHANNEL, alerts=alerts))
        village.desk.queue(village.clock.advance(1.0))
        synced.clear()
        village.desk.settle(village.clock.now())
        return len(synced)

    sync, full = os.fdatasync, os.fsync
    monkeypatch.setattr("os.fdatasync", lambda file: (synced.append(file), sync(file)))
    monkeypatch.setattr("os.fsync", lambda file: (synced.append(file), full(file)))
    storm(1)
    few = storm(3)
    # No more than 256 lines ever wait for their sync, and none of these alerts can be spoken, which is a line each as well.
    assert storm(199) <= few + 2
    seen = [line.identity for line in read(village.paths.journal("audio")) if isinstance(line, AlertSeen)]
    assert len(seen) == len(set(seen)) == 199


def test_a_storm_of_alerts_is_there_after_a_power_cut_or_its_loss_is_admitted(village):
    now = village.clock.now().wall
    village.alert(AlertSet(format=1, channel=CHANNEL, alerts=tuple(flood_alert(now, identifier=f"{n}").alerts[0] for n in range(199))))
    village.ask(2)
    village.clock.moment = Moment(now, village.clock.now().state, "another boot", 5.0)
    village.restart()
    assert len(village.ledger.happened.alerts_seen) == 199
    assert not [line for line in read(village.paths.journal("audio")) if isinstance(line, Gap)], "no line of it waited for a sync"
