"""The lives of alerts over programmes as values: many examples, for the decisions alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

from bundle.alert import AlertSet, Identity
from bundle.policy import Policy, StopList
from bundle.trust import Target
from device.clock import ManualClock
from director.decision import FirstSight, Skipped, Utterance
from director.happened import Happened, fold
from director.moment import Moment
from director.programme import Cell, Programme
from evidence.records import AlertSeen, Outcome, Record, Sounded
from tests.director import village as v
from tests.director.lives import NAMES, Document, Lives, Place
from tests.director.oracle import COMMUNE, FEED, PROVINCE, Note
from tests.examples import share

CHANNELS = (v.PROVINCE, v.COMMUNE)


class Values:
    """A unit that is only values: its card forgets nothing and takes everything at once."""

    def __init__(self, start: datetime) -> None:
        self.clock = ManualClock.at(start, boot="boot-0+", mono=5.0)
        self.happened, self.journal = Happened(), list[Record]()
        self.documents: dict[Place, list[Document]] = {}
        self.newest: dict[Place, int] = {}
        self.earlier: dict[Place, dict[Identity, object]] = {}

    def release(self, place: Place, document: Document, at: datetime) -> int:
        self.documents.setdefault(place, []).append(document)
        return len(self.documents[place])

    def deliver(self, place: Place, number: int, fast: bool, cut: int | None) -> bool:
        before = self.present(place)
        if number > self.newest.get(place, 0):
            self.newest[place] = number
            if isinstance(before, AlertSet):
                self.earlier.setdefault(place, {}).update({alert.identity(): alert for alert in before.alerts})
        return True

    def present(self, place: Place) -> Document | None:
        return self.documents[place][self.newest[place] - 1] if place in self.newest else None

    def programme(self) -> Programme:
        return v.programme(*(self._cell(channel) for channel in CHANNELS))

    def _cell(self, channel: str) -> Cell:
        alerts, feed = (self.present((channel, target)) for target in (Target.ALERTS, Target.FEED))
        policy, stop = (self.present((channel, target)) for target in (Target.POLICY, Target.STOP))
        return Cell(
            channel,
            v.MADE,
            alerts=alerts if isinstance(alerts, AlertSet) else None,
            feed=feed if isinstance(feed, AlertSet) else None,
            policy=policy if isinstance(policy, Policy) else None,
            stop=stop if isinstance(stop, StopList) else None,
            earlier_alerts=tuple(self.earlier.get((channel, Target.ALERTS), {}).values()),
            earlier_feed=tuple(self.earlier.get((channel, Target.FEED), {}).values()),
        )

    def write(self, record: Record) -> None:
        self.journal.append(record)
        self.happened = fold(self.happened, [record])

    def see(self, new: tuple[FirstSight, ...]) -> None:
        for each in new:
            self.write(AlertSeen(n=0, at=self.clock.now().stamp(), **each._asdict()))

    def skip(self, skipped: tuple[Skipped, ...]) -> None:
        assert not skipped

    def said(self, what: Utterance, outcome: Outcome) -> None:
        self._said(what.key, what.item, what.channel, outcome, what.words)

    def _said(self, key: str, item: str, channel: str, outcome: Outcome, words: str) -> None:
        given = {"occurrence": key, "item": item, "channel": channel, "outcome": outcome, "words": words}
        self.write(Sounded(n=0, at=self.clock.now().stamp(), version=1, **given))

    def reboot(self, moment: Moment, torn: bool) -> None:
        self.clock.moment = moment
        self.happened = fold(Happened(), self.journal)
        for key, life in self.happened.utterances.items():
            if life.outcome is Outcome.STARTED:
                self._said(key, life.item, life.channel, Outcome.INTERRUPTED, life.words)


class ValueLives(Lives):
    def make(self) -> tuple[Values, datetime]:
        start = v.at("08:00")
        return Values(start), start + timedelta(minutes=1)


TestAlertLives = ValueLives.TestCase
TestAlertLives.settings = settings(share(0.35), stateful_step_count=15)


@pytest.mark.parametrize(("first", "author"), [(FEED, COMMUNE), (FEED, PROVINCE), (COMMUNE, PROVINCE)])
def test_a_life_whose_name_somebody_with_less_authority_took_first(first: str, author: str) -> None:
    """The story that chance tells too seldom."""
    machine = ValueLives()
    sent = datetime(1970, 1, 1, tzinfo=UTC)
    machine.begin(pool=[Note(name, author, "Alert", sent, forged=True) for name in NAMES])
    for where, copied in ((first, {"a"}), (author, set())):
        machine.a_new_list_comes(where=where, left_out=set(NAMES[1:]), copied=copied, order=list(NAMES), fast=False)
        machine.time_passes(seconds=20)
        machine.the_unit_holds_what_the_oracle_holds()
    machine.teardown()


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("level", [3, 4])
def test_a_life_whose_update_comes_at_night(whole: bool, level: int) -> None:
    """It wakes people if it is worse, or if what it replaces was cut off; chance tells that too seldom."""
    machine = ValueLives()
    sent = datetime(1970, 1, 1, tzinfo=UTC)
    others = [Note(name, PROVINCE, "Alert", sent) for name in NAMES[2:]]
    machine.begin(pool=[Note("a", COMMUNE, "Alert", sent), Note("b", COMMUNE, "Update", sent, ("a",), level=level), *others])
    for name, until in (("a", machine.night if whole else machine.true), ("b", machine.night + timedelta(minutes=2))):
        left_out = set(NAMES) - {"a", name}
        machine.a_new_list_comes(where=COMMUNE, left_out=left_out, copied=set(), order=list(NAMES), fast=False)
        while machine.true < until:
            machine.time_passes(seconds=4)
        if not whole and name == "a":
            machine.the_power_fails(seconds=120, clock=True, torn=False)
    assert ("b" in machine.begun) is (level > 3 or not whole)
    machine.teardown()
    assert "b" in machine.begun
