"""Sessions that an officer moves, orders, adds and drops: a change of the bundle, which says no more than was done."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.policy import Weekday
from bundle.schedule import Schedule, occurrences
from registry.desk.change import applied
from registry.desk.planning import Edit, Often, Plan, Rule, moved, planned, scheduled, told, without
from tests.director import village as v

BY = v.PROVENANCE.model_copy(update={"author": "Cầm Thị Nương"})
SESSIONS = [v.session("sang", "06:00", ["tin"]), v.session("toi", "18:00", ["tin", "dai-tinh"])]
BUNDLE = v.bundle(announcements=[v.announcement("tin", 90.0)], rebroadcasts=[v.rebroadcast("dai-tinh")], sessions=SESSIONS)
DAYS = (v.at("00:00", -3), v.at("00:00", 60))
DAILY = Rule(first=v.DAY.date(), often=Often.DAILY)


def change(*edits, removed=()):
    return planned(Plan(format=1, channel=v.COMMUNE, edits=edits, removed=removed), BUNDLE, BY, v.MADE)


def local(clock, day=0):
    return v.at(clock, day).astimezone(v.ZONE).replace(tzinfo=None)


def starts(session):
    return [at.astimezone(v.ZONE).replace(tzinfo=None) for at in occurrences(session.schedule, *DAYS)]


def test_a_session_that_is_moved_keeps_its_days_and_everything_else():
    found = change(Edit(session="sang", clock=time(6, 45)))
    (session,), before = found.sessions, SESSIONS[0]
    assert [at - timedelta(minutes=45) for at in starts(session)] == starts(before)
    kept = {"schedule": before.schedule, "provenance": before.provenance, "maximum": before.maximum}
    assert session.model_copy(update=kept) == before
    assert session.provenance == BY, "who changed it answers for it"
    assert found.removed == ()


RULES = st.sampled_from(
    [None, "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260401T060000", "FREQ=WEEKLY;BYDAY=TU,SA;UNTIL=20260401", "FREQ=MONTHLY;BYMONTHDAY=10"]
)
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(RULES, CLOCKS, CLOCKS, st.integers(0, 20))
def test_a_moved_rule_comes_on_the_same_days(rule, before, after, skipped):
    first = datetime.combine(v.DAY.date(), before)
    schedule = Schedule(start=first, rule=rule, except_on=(first + timedelta(days=skipped),))
    there = moved(schedule, after, "x")
    window = v.at("00:00", -1), v.at("00:00", 120)
    days = [[at.astimezone(v.ZONE).date() for at in occurrences(each, *window)] for each in (schedule, there)]
    assert days[0] == days[1]
    assert {at.astimezone(v.ZONE).time() for at in occurrences(there, *window)} <= {after}


@given(
    st.builds(
        lambda often, days, lasts: Rule(
            first=v.DAY.date(),
            often=often,
            days=tuple(each for each in Weekday if each in days) if often is Often.DAYS else (),
            until=None if lasts is None or often is Often.ONCE else v.DAY.date() + timedelta(days=lasts),
        ),
        st.sampled_from(list(Often)),
        st.sets(st.sampled_from(list(Weekday)), min_size=1),
        st.one_of(st.none(), st.integers(0, 50)),
    ),
    CLOCKS,
)
def test_a_rule_of_the_page_is_read_back_as_it_was_said_and_holds_its_last_day(rule, clock):
    schedule = scheduled(rule, clock)
    assert told(schedule) == rule
    days = [at.astimezone(v.ZONE).date() for at in occurrences(schedule, *DAYS)]
    wanted = [v.DAY.date() + timedelta(days=n) for n in range(60)]
    until = rule.first if rule.often is Often.ONCE else rule.until or date.max
    assert days == [day for day in wanted if day <= until and (not rule.days or tuple(Weekday)[day.weekday()] in rule.days)]


def test_a_rule_that_the_page_cannot_say_is_told_as_none_and_one_with_hours_of_its_own_is_not_moved():
    own = Schedule(start=local("06:00"), rule="FREQ=DAILY;BYHOUR=6,17")
    assert told(own) is None
    assert told(Schedule(start=local("06:00"), rule="FREQ=DAILY;INTERVAL=2")) is None
    assert told(Schedule(start=local("06:00"), rule="FREQ=WEEKLY")).days == (Weekday.TU,)
    with pytest.raises(Refused, match="hours of its own"):
        moved(own, time(7), "x")


def test_a_new_session_has_room_for_its_items_and_ends_with_its_last_day():
    once = Rule(first=v.DAY.date(), often=Often.ONCE)
    (session,) = change(Edit(session="moi", title="Buổi mới", clock=time(17), rule=once, order=("tin", "dai-tinh"))).sessions
    assert starts(session) == [local("17:00")]
    assert session.maximum >= 90.0 + 900.0
    assert session.valid_until == v.at("00:00", 1)
    (daily,) = change(Edit(session="moi", title="Mới", clock=time(17), rule=DAILY, order=("tin",), skipped=(v.DAY.date(),))).sessions
    assert starts(daily)[0] == local("17:00", 1)


def test_items_are_ordered_and_the_session_grows_with_them_but_never_shrinks():
    (session,) = change(Edit(session="sang", order=("dai-tinh", "tin", "tin", "dai-tinh"))).sessions
    assert (session.order, session.maximum >= 1980.0) == (("dai-tinh", "tin", "tin", "dai-tinh"), True)
    assert change(Edit(session="toi", order=("tin",))).sessions[0].maximum == SESSIONS[1].maximum


def test_a_day_is_left_out_and_a_session_dropped():
    days = (v.DAY.date(), v.DAY.date() + timedelta(days=2))
    found = change(Edit(session="sang", clock=time(7), skipped=days), removed=("toi",))
    assert {local("07:00"), local("07:00", 2)}.isdisjoint(starts(found.sessions[0]))
    assert local("07:00", 1) in starts(found.sessions[0])
    after = applied(found, BUNDLE, None, None, v.MADE)
    assert [session.id for session in after.sessions] == ["sang"]


def test_a_day_is_left_out_with_each_of_its_hours():
    hourly = Schedule(start=local("06:00"), rule="FREQ=HOURLY")
    left = [at.astimezone(v.ZONE).date() for at in occurrences(without(hourly, [v.DAY.date()]), v.at("00:00", 0), v.at("00:00", 2))]
    assert left == [v.DAY.date() + timedelta(days=1)] * 24


@pytest.mark.parametrize("ended", [timedelta(hours=12), timedelta(days=5)], ids=["before it moved", "long after"])
def test_what_a_moved_session_says_lasts_as_long_as_it_does(ended):
    ends = v.at("00:00") + ended
    bundle = BUNDLE.model_copy(update={"announcements": (v.announcement("tin", 90.0, valid_until=ends),)})
    later = Rule(first=v.DAY.date() + timedelta(days=3), often=Often.ONCE)
    found = planned(Plan(format=1, channel=v.COMMUNE, edits=(Edit(session="sang", rule=later),)), bundle, BY, v.MADE)
    assert found.sessions[0].valid_until == v.at("00:00", 4)
    lengthened = [(each.id, each.valid_until, each.provenance) for each in found.announcements]
    assert lengthened == ([("tin", v.at("00:00", 4), BY)] if ended < timedelta(days=3) else []), "what sounds anyway keeps its end"


@pytest.mark.parametrize(
    ("edit", "told_as"),
    [
        (Edit(session="moi"), "needs a title"),
        (Edit(session="moi", title="Mới", clock=time(6), rule=DAILY), "needs a title, a time, a rule and items"),
        (Edit(session="sang", order=("khong-co",)), "items are gone"),
        (Edit(session="sang", order=("dai-tinh",) * 30), "maximum"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(edit, told_as):
    with pytest.raises(Refused, match=told_as):
        change(edit)


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(Refused) as caught:
        change(Edit(session="moi"), Edit(session="sang", order=("khong-co",)), removed=("la",))
    assert len(caught.value.complaints) == 3
