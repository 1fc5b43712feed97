"""A voice that does what the director says, over hours of driven clock, with power cuts: what was heard in the end."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from director.decision import Speak
from director.happened import Happened, fold
from director.moment import Moment
from director.sound import direct_sound
from evidence.records import AlertSeen, ClockState, Outcome, Sounded
from tests.director import village as v
from tests.examples import share


class Voice:
    """Speaks the first of the queue second by second; *cuts* are the seconds after which the power fails for a minute."""

    def __init__(self, programme_at, start, cuts=(), state=ClockState.TRUSTED):
        self.programme_at, self.start, self.cuts, self.state = programme_at, start, set(cuts), state
        self.happened, self.boot, self.on = Happened(), 0, None
        self.heard, self.log, self.up_since = Counter(), [], start

    def moment(self, wall):
        return Moment(wall, self.state, f"boot-{self.boot}", (wall - self.up_since).total_seconds())

    def write(self, wall, utterance, outcome, offset=0.0):
        line = Sounded(
            n=0,
            at=self.moment(wall).stamp(),
            occurrence=utterance.key,
            item=utterance.item,
            channel=utterance.channel,
            version=utterance.version,
            outcome=outcome,
            offset=offset,
        )
        self.happened = fold(self.happened, [line])

    def run(self, seconds):
        second = 0
        while second < seconds:
            wall = self.start + timedelta(seconds=second)
            if second in self.cuts:
                second += 60
                self.power_returns(self.start + timedelta(seconds=second))
                continue
            self.step(wall)
            second += 1
        return self

    def power_returns(self, wall):
        self.boot, self.up_since = self.boot + 1, wall
        if self.on:
            utterance, _ = self.on
            # An announcement is said at most once, an emergency again and whole.
            self.write(wall, utterance, Outcome.INTERRUPTED if utterance.key.startswith("alert:") else Outcome.FAILED)
            self.on = None

    def step(self, wall):
        decision = direct_sound(self.programme_at(wall), self.moment(wall), self.happened)
        for new in decision.unseen:
            self.happened = fold(self.happened, [AlertSeen(n=0, at=self.moment(wall).stamp(), **new._asdict())])
        for skip in decision.skipped:
            line = {"occurrence": skip.key, "item": skip.item, "channel": skip.channel, "version": skip.version}
            outcome = Outcome.REFUSED_BY_RULE if skip.rule else Outcome.MISSED
            self.happened = fold(self.happened, [Sounded(n=0, at=self.moment(wall).stamp(), outcome=outcome, **line)])
        queue = decision.what.queue if isinstance(decision.what, Speak) else ()
        if self.on:
            utterance, position = self.on
            if utterance.key not in [each.key for each in queue[:1]]:
                self.write(wall, utterance, Outcome.INTERRUPTED, position)
                self.on = None
            elif position >= utterance.source.duration:
                self.write(wall, utterance, Outcome.COMPLETE, position)
                self.heard[utterance.item] += 1
                self.log.append((utterance.item, wall))
                self.on = None
            else:
                self.on = (utterance, position + 1)
        elif queue and queue[0].due <= wall:
            self.on = (queue[0], queue[0].resume)
            self.write(wall, queue[0], Outcome.STARTED)


def name_of(voice, item):
    return voice.heard[str(item.identity())]


quick = share(0.08)


@quick
@given(st.lists(st.integers(0, 1500), max_size=4), st.integers(1, 3))
def test_every_airing_is_heard_whole_once_whatever_the_power_does(cuts, count):
    """FIELD: every due airing sounds completely at least once; again only when interrupted; never beyond its count."""
    lu = v.alert("lu", "08:00", count=count, every=300.0)
    voice = Voice(lambda _: v.programme(v.cell(alerts=[lu])), v.at("08:00"), cuts).run(3600)
    assert name_of(voice, lu) == count


@quick
@given(st.lists(st.integers(0, 500), max_size=3))
def test_announcements_are_heard_at_most_once_and_each_is_accounted_for(cuts):
    names = ["chao", "tin", "ket"]
    content = v.bundle(announcements=[v.announcement(name, 20.0) for name in names], sessions=[v.session("sang", "06:00", names)])
    voice = Voice(lambda _: v.programme(content), v.at("05:59"), cuts).run(1200)
    assert all(voice.heard[name] <= 1 for name in names)
    last = [voice.happened.utterances[v.key("sang", "06:00", name)].outcome for name in names]
    assert set(last) <= {Outcome.COMPLETE, Outcome.FAILED, Outcome.MISSED}
    assert [outcome is Outcome.COMPLETE for outcome in last] == [voice.heard[name] == 1 for name in names]


@quick
@given(st.integers(0, 900), st.integers(0, 600))
def test_nothing_of_an_alert_is_heard_after_its_cancel_arrived(arrives, sent_after):
    lu = v.alert("lu", "08:00", count=3, every=120.0)
    huy = v.cancel("huy", [v.reference("lu", "08:00")], sent=v.at("08:00") + timedelta(seconds=sent_after), seconds=10.0)
    start = v.at("08:00")

    def programme_at(wall):
        return v.programme(v.cell(alerts=[lu, huy] if wall >= start + timedelta(seconds=arrives) else [lu]))

    voice = Voice(programme_at, start).run(1500)
    assert all(wall < start + timedelta(seconds=arrives) for item, wall in voice.log if item == str(lu.identity()))
    # Announced once, and only to people who had heard the alert begin.
    assert name_of(voice, huy) == (1 if arrives > 0 else 0)


def test_an_emergency_interrupts_and_the_session_is_heard_whole_afterwards():
    content = v.bundle(announcements=[v.announcement("tin", 60.0)], sessions=[v.session("sang", "06:00", ["tin"])])
    lu = v.alert("lu", v.at("06:00:30"), count=1)

    def programme_at(wall):
        return v.programme(v.cell(content=content, alerts=[lu] if wall >= v.at("06:00:30") else []))

    voice = Voice(programme_at, v.at("05:59")).run(600)
    assert [item for item, _ in voice.log] == [str(lu.identity()), "tin"]


def test_a_higher_emergency_waits_for_the_airing_that_sounds_then_comes_before_the_next():
    low, high = v.alert("thap", "08:00", level=1, count=2, every=60.0), v.alert("cao", v.at("08:00:05"), level=5, count=1)

    def programme_at(wall):
        return v.programme(v.cell(alerts=[low, high] if wall >= v.at("08:00:05") else [low]))

    voice = Voice(programme_at, v.at("08:00")).run(300)
    assert [item for item, _ in voice.log] == [str(each.identity()) for each in (low, high, low)]


@pytest.mark.parametrize("state", [ClockState.TRUSTED, ClockState.UNKNOWN])
def test_airings_keep_their_distance_and_do_not_pile_up_after_a_power_cut(state):
    lu = v.alert("lu", "08:00", count=3, every=120.0, expires=v.at("12:00"))
    voice = Voice(lambda _: v.programme(v.cell(alerts=[lu])), v.at("08:00"), state=state).run(600)
    times = [(wall - v.at("08:00")).total_seconds() for _, wall in voice.log]
    assert times == pytest.approx([22, 142, 262], abs=3)


def test_two_sessions_at_one_hour_are_heard_one_after_the_other_priority_first():
    content = v.bundle(
        announcements=[v.announcement(name, 30.0) for name in ("thuong", "uu-tien")],
        sessions=[v.session("mot", "06:00", ["thuong"]), v.session("hai", "06:00", ["uu-tien"], bulletin_class=v.BulletinClass.PRIORITY)],
    )
    voice = Voice(lambda _: v.programme(content), v.at("05:59")).run(300)
    assert [item for item, _ in voice.log] == ["uu-tien", "thuong"]


def test_a_newer_bundle_in_the_middle_of_a_session_repeats_nothing():
    def content(version, names):
        return v.bundle(
            version=version, announcements=[v.announcement(name, 30.0) for name in names], sessions=[v.session("sang", "06:00", names)]
        )

    old, new = content(1, ["mot", "hai"]), content(2, ["khong", "mot", "hai"])
    voice = Voice(lambda wall: v.programme(old if wall < v.at("06:00:45") else new), v.at("05:59")).run(400)
    assert voice.heard == {"khong": 1, "mot": 1, "hai": 1}
