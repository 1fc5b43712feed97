"""Caps and the plan of a day, as properties: no plan exceeds them, and what is planned is what a voice without mishap speaks."""

from datetime import time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bundle.base import BulletinClass
from bundle.policy import Ceiling, Weekday
from director.day import planned_day
from director.decision import Speak
from director.plan import runs_of_day
from director.sound import direct_sound
from director.turns import turns
from evidence.records import Outcome
from tests.director import village as v
from tests.director.test_life import Voice
from tests.director.worlds import programmes
from tests.examples import share

MONDAY = v.DAY.date() - timedelta(days=1)
WEEK = [MONDAY + timedelta(days=days) for days in range(7)]


@share(0.5)
@given(programmes())
def test_no_plan_has_more_sessions_a_day_minutes_a_session_or_days_a_week_than_the_signed_caps(programme):
    """Rules of sound: sessions per day, minutes per session, days per week, enforced on the device."""
    caps, policy = programme.caps(), programme.policy()
    used = 0
    for day in WEEK:
        found = [run for run in runs_of_day(programme, day) if not run.refused]
        assert len(found) <= caps.sessions_per_day
        assert not found or list(Weekday)[day.weekday()] in policy.weekdays or day in {holiday.day for holiday in policy.holidays}
        # A bundle that was made in the middle of the week did not plan the days before it.
        used += any(run.due >= run.bundle.made for run in found)
        for run in found:
            spoken = sum((turn.length for turn in turns(programme, run) if not turn.refused), timedelta())
            assert spoken <= timedelta(minutes=caps.minutes_per_session)
    assert used <= caps.days_per_week


def test_days_that_sounded_count_for_the_week_also_when_a_newer_bundle_no_longer_plans_them():
    content = v.bundle(
        made=v.at("05:00"),
        announcements=[v.announcement("tin")],
        sessions=[v.session("moi", "06:00", ["tin"], rule="FREQ=WEEKLY;BYDAY=TU")],
    )
    programme = v.programme(v.cell(content=content, policy=v.policy(days_per_week=1)))
    monday = v.sounded(v.key("cu", v.at("06:00", -1), "tin"), Outcome.COMPLETE, v.at("06:01", -1))
    assert isinstance(direct_sound(programme, v.moment("06:00"), v.after()).what, Speak)
    decision = direct_sound(programme, v.moment("06:00"), v.after(monday))
    assert not isinstance(decision.what, Speak)
    assert "more days with sessions than a week may have" in decision.skipped[0].reason
    sunday = v.sounded(v.key("cu", v.at("06:00", -2), "tin"), Outcome.COMPLETE, v.at("06:01", -2))
    assert isinstance(direct_sound(programme, v.moment("06:00"), v.after(sunday)).what, Speak), "the week begins on Monday"


class Exact(Voice):
    """Speaks without the pauses of a real one: what ends within a second makes way within that second."""

    def __init__(self, programme, start):
        super().__init__(lambda _: programme, start)
        self.started = []

    def step(self, wall):
        before = None
        while before != (len(self.log), self.on is None):
            before = (len(self.log), self.on is None)
            super().step(wall)

    def write(self, wall, utterance, outcome, offset=0.0):
        super().write(wall, utterance, outcome, offset)
        if outcome == "started":
            self.started.append((utterance.key, wall, utterance.gain, utterance.zones))


START = st.integers(0, 20).map(lambda steps: f"06:00:{steps * 3 % 60:02d}")
EDGES = st.sampled_from([time(6, 0, 0), time(6, 0, 12), time(6, 0, 36), time(6, 1, 12)])
SILENCES = st.lists(st.builds(Ceiling, start=EDGES, end=EDGES, zones=st.sampled_from([(), ("cho",)])), max_size=1)


@st.composite
def mornings(draw):
    """A few sessions within a minute, that wait for one another, collide, and meet silences."""
    items = [v.announcement(f"bai-{n}", draw(st.sampled_from([3.0, 9.0, 18.0]))) for n in range(4)]
    sessions = [
        v.session(
            f"buoi-{n}",
            draw(START),
            draw(st.lists(st.sampled_from([item.id for item in items]), min_size=1, max_size=3, unique=True)),
            window=draw(st.sampled_from([5.0, 20.0, 80.0])),
            zones=draw(st.sampled_from([(), ("cho",), ("truong",)])),
            bulletin_class=draw(st.sampled_from([BulletinClass.ROUTINE, BulletinClass.PRIORITY])),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    silences = [each for each in draw(SILENCES) if each.start < each.end]
    rules = v.policy(ceilings=tuple(silences), sessions_per_day=draw(st.sampled_from([4, 2])))
    content = v.bundle(announcements=items, sessions=sessions)
    return v.programme(v.cell(content=content, policy=rules), zones=("cho", "truong"), lead=0.0)


@share(0.2)
@given(mornings())
def test_what_is_planned_is_what_a_voice_without_mishap_speaks(programme):
    planned = [
        (turn.key, turn.start)
        for each in planned_day(programme, v.DAY.date())
        if each.start is not None
        for turn in each.turns
        if not turn.refused
    ]
    voice = Exact(programme, v.at("05:59:59")).run(330)
    assert [(key, wall) for key, wall, *_ in voice.started] == sorted(planned, key=lambda each: each[1])
