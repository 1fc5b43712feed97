"""The day as it would go, with the signed rules: for captions, for the picture of the day, and for whoever plans it."""

from datetime import time, timedelta

from bundle.base import BulletinClass
from bundle.policy import AreaCaps, Ceiling, Holiday
from director.day import COLLIDES, planned_day
from director.day_rules import day_rules
from director.explain import explain
from director.happened import Happened
from director.sound import direct_sound
from director.timeline import Kind, timeline
from tests.director import village as v

ITEMS = [v.announcement("dai", 300.0), v.announcement("ngan", 60.0)]


def day(*sessions, zones=(), **rules):
    return v.programme(v.cell(content=v.bundle(announcements=ITEMS, sessions=sessions), policy=v.policy(**rules)), zones=zones)


def told(programme):
    return {each.run.session.id: (each.start, each.refused) for each in planned_day(programme, v.DAY.date())}


def test_of_those_that_wait_priority_speaks_first_and_what_waits_beyond_its_window_collides():
    long, late = v.session("sang", "06:00", ["dai"]), v.session("muon", "06:02", ["ngan"], window=60.0)
    routine = v.session("thuong", "06:01", ["ngan"], window=900.0)
    priority = v.session("uu-tien", "06:02", ["ngan"], window=900.0, bulletin_class=BulletinClass.PRIORITY)
    assert told(day(long, late, routine, priority)) == {
        "sang": (v.at("06:00"), ""),
        "uu-tien": (v.at("06:05"), ""),
        "thuong": (v.at("06:06"), ""),
        "muon": (None, COLLIDES),
    }


def test_a_rebroadcast_goes_by_its_own_clock_and_one_whose_slot_has_passed_is_planned_as_refused():
    """What waits behind another session joins its rebroadcast where that is, or not at all."""
    live = [v.rebroadcast("dai", duration=400.0)]
    waits = v.session("tiep-am", "06:01", ["tin-dai", "dai", "ngan"], window=900.0)
    for before, begins, heard in [(300.0, "06:06", True), (600.0, "06:11", False)]:
        items = [v.announcement("truoc", before), v.announcement("tin-dai", 60.0), v.announcement("ngan", 60.0)]
        content = v.bundle(announcements=items, rebroadcasts=live, sessions=[v.session("sang", "06:00", ["truoc"]), waits])
        _, planned = planned_day(v.programme(content), v.DAY.date())
        turn, after = planned.turns[1:]
        assert (turn.start, not turn.refused) == (v.at(begins), heard)
        assert after.start == (v.at("06:02") + timedelta(seconds=400) if heard else v.at(begins))


def test_turns_that_would_reach_into_a_silence_are_planned_as_refused():
    programme = day(v.session("toi", "21:28", ["ngan", "dai", "ngan"]))
    (planned,) = planned_day(programme, v.DAY.date())
    assert [(turn.item.id, turn.start, bool(turn.refused)) for turn in planned.turns] == [
        ("ngan", v.at("21:28"), False),
        ("dai", v.at("21:29"), True),
        ("ngan", v.at("21:29"), False),
    ]
    assert planned.ends == v.at("21:30")


def test_a_session_whose_zones_are_all_silent_is_planned_as_refused():
    rule = Ceiling(start=time(6), end=time(7), zones=("truong",))
    found = told(day(v.session("sang", "06:00", ["ngan"], zones=("truong",)), zones=("truong", "cho"), ceilings=(rule,)))
    assert "silence" in found["sang"][1]


def test_the_picture_of_the_day_has_ceilings_with_their_zones_and_decibels():
    rules = (Ceiling(start=time(6), end=time(7), decibels=-6.0), Ceiling(start=time(8), end=time(9), zones=("truong",)))
    found = [each for each in timeline(day(zones=("truong",), ceilings=rules), v.DAY.date()) if v.at("05:30") < each.start < v.at("12:00")]
    assert [(each.kind, each.decibels, each.zones) for each in found] == [(Kind.CEILING, -6.0, ()), (Kind.SILENCE, None, ("truong",))]


def test_the_answer_says_how_much_lower_it_sounds_and_where():
    rules = (Ceiling(start=time(6), end=time(7), decibels=-6.0), Ceiling(start=time(6), end=time(7), zones=("truong",)))
    programme = day(v.session("sang", "06:00", ["ngan"]), zones=("truong", "cho"), ceilings=rules)
    sentence = explain(direct_sound(programme, v.moment("06:00"), Happened()), programme, v.moment("06:00"))
    assert sentence.count("[-6 dB] [cho]") == 2


def test_the_rules_of_a_day_are_told_with_their_author():
    (defaults,) = day_rules(v.programme(v.bundle()), v.DAY.date())
    assert "At most 4 sessions a day, 45 minutes a session, 7 days a week (our defaults)" in defaults
    town = (AreaCaps(areas=(v.PLACE,), sessions_per_day=2, minutes_per_session=15.0, days_per_week=5),)
    feast = (Holiday(day=v.DAY.date(), name="Tết"),)
    caps, closed = day_rules(day(caps_by_area=town, holidays=feast), v.DAY.date())
    assert caps[1] == f"At most 2 sessions a day, 15 minutes a session, 5 days a week (by {v.COMMUNE})"
    assert closed == ("Ngày lễ, không có buổi phát", "A holiday without sessions: Tết")
    _, like = day_rules(day(holidays=(Holiday(day=v.DAY.date(), name="Nghỉ bù", like=v.Weekday.SU),)), v.DAY.date())
    assert "by the rules of SU" in like[1]
