"""Ceilings by class, weekday, hour and zone: what sounds where and how loud, and that an emergency passes them all."""

from datetime import time

import pytest
from pydantic import ValidationError

from bundle.base import BulletinClass
from bundle.policy import Ceiling, Holiday, Weekday
from director.decision import Silence, Speak, Why
from director.happened import Happened
from director.sound import direct_sound
from evidence.records import Outcome
from tests.director import village as v

SCHOOL, MARKET = "truong", "cho"


def ceiling(start, end, decibels=None, **fields):
    return Ceiling(start=time.fromisoformat(start), end=time.fromisoformat(end), decibels=decibels, **fields)


def village(*ceilings, session_zones=(), zones=(SCHOOL, MARKET), seconds=60.0, rules=None, **session):
    content = v.bundle(
        announcements=[v.announcement("tin", seconds), v.announcement("sau", seconds)],
        sessions=[v.session("sang", "06:00", ["tin", "sau"], zones=session_zones, **session)],
    )
    return v.programme(v.cell(content=content, policy=v.policy(ceilings=ceilings, **(rules or {}))), zones=zones)


def said(programme, when, happened=None):
    decision = direct_sound(programme, v.moment(when), happened or Happened())
    return decision.what.queue if isinstance(decision.what, Speak) else decision


def test_a_ceiling_lowers_what_its_class_says_in_its_hours_and_on_its_weekdays():
    for rule, gain in [
        (ceiling("05:30", "06:30", -6.0), -6.0),
        (ceiling("05:30", "06:30", -6.0, classes=(BulletinClass.PRIORITY,)), 0.0),
        (ceiling("05:30", "06:30", -6.0, weekdays=(Weekday.WE,)), 0.0),  # the village's day is a Tuesday
        (ceiling("07:00", "08:00", -6.0), 0.0),
    ]:
        assert [each.gain for each in said(village(rule), "05:59:55")] == [gain, gain]


def test_of_several_ceilings_the_strictest_of_the_zones_that_sound_holds():
    rules = [ceiling("05:00", "07:00", -3.0), ceiling("05:00", "07:00", -9.0, zones=(SCHOOL,)), ceiling("05:00", "07:00", zones=(SCHOOL,))]
    assert said(village(*rules[:2]), "06:00")[0].gain == -9.0
    silent_school = said(village(*rules), "06:00")[0]
    assert (silent_school.gain, silent_school.zones) == (-3.0, (MARKET,))


def test_a_ceiling_that_begins_while_it_sounds_is_announced_as_the_edge_of_the_answer():
    programme = village(ceiling("06:00:30", "07:00", -6.0))
    happened = v.after(v.sounded(v.key("sang", "06:00", "tin"), Outcome.STARTED, "06:00"))
    decision = direct_sound(programme, v.moment("06:00:10"), happened)
    assert decision.what.queue[0].gain == 0.0
    assert decision.until <= v.at("06:00:30")
    assert direct_sound(programme, v.moment("06:00:30"), happened).what.queue[0].gain == -6.0


def test_a_zone_hears_the_whole_of_it_or_nothing():
    programme = village(ceiling("06:00:30", "07:00", zones=(SCHOOL,)))
    assert [each.zones for each in said(programme, "06:00")] == [(MARKET,), (MARKET,)]
    begun = v.sounded(v.key("sang", "06:00", "tin"), Outcome.STARTED, "06:00").model_copy(update={"zones": (MARKET,)})
    assert said(programme, "06:00:10", v.after(begun))[0].zones == (MARKET,), "no zone is joined in the middle of a word"
    silence_ends = village(ceiling("05:00", "06:00:30", zones=(SCHOOL,)))
    assert said(silence_ends, "06:00:40", v.after(begun))[0].zones == (MARKET,)
    assert said(silence_ends, "06:00:40", v.after(begun))[1].zones == (), "what comes next sounds everywhere again"


def test_when_every_zone_of_it_is_silent_it_is_refused_by_rule():
    programme = village(ceiling("05:00", "07:00", zones=(SCHOOL,)), session_zones=(SCHOOL,))
    decision = direct_sound(programme, v.moment("06:00"), Happened())
    assert isinstance(decision.what, Silence)
    assert [(skip.item, skip.rule) for skip in decision.skipped[:2]] == [("tin", True), ("sau", True)]
    assert "silence" in decision.skipped[0].reason


def test_what_would_reach_into_a_silence_does_not_begin():
    programme = village(ceiling("06:01:30", "07:00"))
    decision = direct_sound(programme, v.moment("06:00"), Happened())
    assert [each.item for each in decision.what.queue] == ["tin"]
    assert [skip.item for skip in decision.skipped] == ["sau"]


def test_an_emergency_passes_every_limit_and_the_rules_hold_again_after_it():
    rule = ceiling("00:00", "00:00")
    lu = v.alert("lu", "06:00", count=1)
    content = v.bundle(announcements=[v.announcement("tin")], sessions=[v.session("sang", "06:00", ["tin"])])
    programme = v.programme(v.cell(content=content, alerts=[lu], policy=v.policy(ceilings=(rule,))), zones=(SCHOOL,))
    heard = v.after(v.seen(lu, "06:00"))
    (emergency,) = said(programme, "06:00:01", heard)
    assert (emergency.bulletin_class, emergency.gain, emergency.zones) == (BulletinClass.EMERGENCY, 0.0, ())
    after = v.after(v.seen(lu, "06:00"), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "06:00:30"))
    assert isinstance(direct_sound(programme, v.moment("06:00:31"), after).what, Silence)


def test_no_ceiling_may_name_the_class_emergency():
    with pytest.raises(ValidationError, match="an emergency passes"):
        ceiling("00:00", "05:00", -20.0, classes=(BulletinClass.EMERGENCY,))


def test_a_session_for_zones_that_are_not_here_means_another_unit():
    decision = direct_sound(village(session_zones=("nha-van-hoa",)), v.moment("06:00"), Happened())
    assert decision.what == Silence(Why.NOTHING_DUE)
    assert not decision.skipped, "it is no loss of this unit"
    assert said(village(session_zones=("nha-van-hoa",), zones=()), "06:00"), "a board without loudspeakers shows its words"


def test_a_holiday_is_a_day_without_sessions_or_like_another_weekday():
    tuesday = v.DAY.date()
    for like, weekdays, refused in [
        (None, tuple(Weekday), "holiday without sessions"),
        (Weekday.SU, (Weekday.MO, Weekday.TU), "no sessions on this weekday"),
        (Weekday.MO, (Weekday.MO,), ""),
    ]:
        rules = {"holidays": (Holiday(day=tuesday, name="Giỗ Tổ Hùng Vương", like=like),), "weekdays": weekdays}
        decision = direct_sound(village(rules=rules), v.moment("06:00"), Happened())
        assert isinstance(decision.what, Silence if refused else Speak)
        assert all(refused in skip.reason for skip in decision.skipped if "@2026-03-09T23" in skip.key)


def test_the_quiet_hours_of_a_holiday_are_those_of_the_weekday_that_it_is_like():
    late = v.QuietHours(start=time(5), end=time(7), weekdays=(Weekday.SU,))
    holiday = Holiday(day=v.DAY.date(), name="Tết", like=Weekday.SU)
    assert isinstance(
        direct_sound(village(rules={"quiet_hours": (late,), "holidays": (holiday,)}), v.moment("06:00"), Happened()).what, Silence
    )
    assert said(village(rules={"quiet_hours": (late,)}), "06:00")


def test_a_holiday_stands_once():
    days = [Holiday(day=v.DAY.date(), name=name) for name in ("Tết", "Xuân")]
    with pytest.raises(ValidationError, match="stands twice"):
        v.policy(holidays=tuple(days))
