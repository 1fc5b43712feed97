"""The round of notices, captions by evidence, marks, the day's timeline and sentences."""

from collections import Counter
from datetime import timedelta

from director.decision import BuiltInPage, CaptionPage, NoticePage, Silence, Speak, Why
from director.explain import explain
from director.happened import Happened
from director.loudness import QUIET
from director.screen import direct_screen
from director.sound import direct_sound
from director.timeline import Kind, timeline
from evidence.records import ClockState, Outcome
from evidence.report import Sounding
from tests.director import village as v

NOW = v.moment("09:00")


def round_of(world, records=(), steps=4):
    """The notices as a board shows them one after the other."""
    happened, names = v.after(*records), []
    for _ in range(steps):
        page = direct_screen(world, NOW, happened).main
        names.append(page.notice.id)
        happened = v.fold(happened, [v.shown(page.notice.id, channel=page.channel)])
    return names


def test_a_session_that_reaches_over_midnight_stands_in_both_days():
    content = v.bundle(
        announcements=[v.announcement("dem", 1200.0), v.announcement("sang", 60.0)],
        sessions=[v.session("khuya", "23:50", ["dem"], rule="FREQ=WEEKLY;BYDAY=TU"), v.session("som", "06:00", ["sang"])],
    )
    programme = v.programme(v.cell(content=content, policy=v.policy(quiet_hours=())))
    days = {
        day: [each for each in timeline(programme, v.DAY.date() + timedelta(days=day)) if each.kind is Kind.SESSION] for day in (0, 1, 2)
    }
    assert [(each.title, each.start, each.end) for each in days[0]] == [
        ("som", v.at("06:00"), v.at("06:01")),
        ("khuya", v.at("23:50"), v.at("00:10", 1)),
    ]
    assert [(each.title, each.start, each.end) for each in days[1]] == [
        ("khuya", v.at("23:50"), v.at("00:10", 1)),
        ("som", v.at("06:00", 1), v.at("06:01", 1)),
    ]
    assert [each.title for each in days[2]] == ["som"]


def test_what_ends_on_the_stroke_of_midnight_or_does_not_sound_stays_in_its_own_day():
    content = v.bundle(
        announcements=[v.announcement("dem", 600.0)], sessions=[v.session("khuya", "23:50", ["dem"], rule="FREQ=WEEKLY;BYDAY=TU")]
    )
    for hush in ((), (v.QuietHours(start=v.time(23, 0), end=v.time(5, 0)),)):
        programme = v.programme(v.cell(content=content, policy=v.policy(quiet_hours=hush)))
        next_day = timeline(programme, v.DAY.date() + timedelta(days=1))
        assert [each.title for each in next_day if each.kind is Kind.SESSION] == []


def test_the_round_is_priority_first_then_the_nearest_channel_in_order():
    province = v.bundle(v.PROVINCE, notices=[v.notice("tinh"), v.notice("tinh-gap", bulletin_class=v.BulletinClass.PRIORITY)])
    world = v.programme(v.bundle(notices=[v.notice("mot"), v.notice("hai")]), province)
    assert round_of(world, steps=5) == ["tinh-gap", "mot", "hai", "tinh", "tinh-gap"]


def test_an_interrupted_notice_is_shown_again_and_a_broken_one_is_passed_over():
    world = v.programme(v.bundle(notices=[v.notice("mot"), v.notice("hai"), v.notice("ba")]))
    assert round_of(world, [v.shown("mot"), v.shown("hai", outcome=Outcome.INTERRUPTED)], 1) == ["hai"]
    assert round_of(world, [v.shown("mot"), v.shown("hai", outcome=Outcome.FAILED)], 1) == ["ba"]


def test_after_an_emergency_or_a_caption_the_round_goes_on_where_it_was():
    world = v.programme(v.bundle(notices=[v.notice("mot"), v.notice("hai"), v.notice("ba")]))
    assert round_of(world, [v.shown("mot"), v.shown("hai"), v.shown("pctt@tinh.example,lu,2026")], 1) == ["ba"]


def test_sponsors_get_their_share_of_the_slots_and_the_rest_stays_free():
    world = v.programme(v.bundle(notices=[v.notice("tin")], sponsors=[v.sponsor("nua", 0.5), v.sponsor("it", 0.2)]))
    slots = [direct_screen(world, NOW.later(30 * n), Happened()).sponsor for n in range(20)]
    assert Counter(mark.id if mark else "" for mark in slots) == {"nua": 10, "it": 4, "": 6}
    oversold = v.programme(v.bundle(sponsors=[v.sponsor("mot", 1.0), v.sponsor("hai", 1.0)]))
    slots = [direct_screen(oversold, NOW.later(30 * n), Happened()).sponsor.id for n in range(20)]
    assert Counter(slots) == {"mot": 10, "hai": 10}


def test_captions_follow_what_really_sounds_and_linger():
    content = v.bundle(notices=[v.notice("tin")], announcements=[v.announcement("loi", 30.0)])
    world, speaking = v.programme(content), Sounding(occurrence="x", item="loi", channel=v.COMMUNE, language="vi", since=v.stamp("09:00"))
    sounding = Happened().sounding_now(speaking)
    assert isinstance(direct_screen(world, NOW.later(300), sounding).main, CaptionPage)
    silent = sounding.sounding_now(None).sounding_now(None)
    decision = direct_screen(world, NOW.later(49), silent)
    assert isinstance(decision.main, CaptionPage)
    assert decision.until == NOW.later(50).wall
    assert isinstance(direct_screen(world, NOW.later(50), silent).main, NoticePage)


def test_the_caption_of_a_withdrawn_item_goes():
    content = v.bundle(announcements=[v.announcement("loi")])
    speaking = Sounding(occurrence="x", item="loi", channel=v.COMMUNE, language="vi", since=v.stamp("09:00"))
    world = v.programme(v.cell(content=content, withdrawn=[v.withdrawal("loi")]))
    assert direct_screen(world, NOW, Happened().sounding_now(speaking)).main == BuiltInPage(Why.NO_CONTENT)


def test_a_withdrawal_reaches_only_the_versions_up_to_its_own():
    for version, why in [(1, BuiltInPage), (2, NoticePage)]:
        world = v.programme(v.cell(content=v.bundle(version=version, notices=[v.notice("tin")]), withdrawn=[v.withdrawal("tin", 1)]))
        assert isinstance(direct_screen(world, NOW, Happened()).main, why)


def test_the_day_shows_quiet_hours_sessions_and_why_some_will_not_sound():
    content = v.bundle(
        announcements=[v.announcement("dai", 300.0), v.announcement("ngan", 30.0)],
        sessions=[v.session("sang", "06:00", ["dai"]), v.session("trung", "06:01", ["ngan"]), v.session("dem", "22:00", ["ngan"])],
    )
    weekdays = tuple(v.Weekday)
    rules = v.policy(quiet_hours=(v.QuietHours(start=v.time(21, 30), end=v.time(5), weekdays=weekdays[:2]),), weekdays=weekdays[1:])
    world = v.programme(v.cell(content=content, policy=rules))
    day = timeline(world, v.DAY.date())
    assert [(each.kind, each.title, bool(each.refused)) for each in day] == [
        (Kind.SILENCE, QUIET, False),
        (Kind.SESSION, "sang", False),
        (Kind.SESSION, "trung", True),
        (Kind.SILENCE, QUIET, False),
        (Kind.SESSION, "dem", True),
    ]
    assert (day[0].start, day[0].end) == (v.at("00:00"), v.at("05:00")), "of the night before"
    assert day[1].end - day[1].start == timedelta(minutes=5)
    assert all(each.refused for each in timeline(world, v.DAY.date() - timedelta(days=1)) if each.kind is Kind.SESSION)
    morning = [each for each in timeline(world, v.DAY.date() + timedelta(days=1)) if each.kind is Kind.SILENCE]
    assert [each.end for each in morning] == [v.at("05:00", 1)]


def test_a_session_of_which_nothing_sounds_here_says_why_and_takes_no_time():
    content = v.bundle(
        announcements=[v.announcement("loi", 30.0), v.announcement("xa", 30.0, areas=(f"{v.PLACE}x",))],
        sessions=[v.session("rut", "06:00", ["loi"]), v.session("noi-khac", "06:00", ["xa"])],
    )
    whole = timeline(v.programme(v.cell(content=content, withdrawn=[v.withdrawal("loi", 1)])), v.DAY.date())
    day = [each for each in whole if each.kind is Kind.SESSION]
    assert [(each.title, each.start == each.end) for each in day] == [("noi-khac", True), ("rut", True)]
    assert "nothing in it is for this village" in day[0].refused
    assert "withdrawn" in day[1].refused


def test_what_sounds_is_cut_off_when_quiet_hours_begin():
    content = v.bundle(announcements=[v.announcement("tin", 60.0)], sessions=[v.session("toi", "21:28", ["tin"])])
    begun = v.after(v.sounded(v.key("toi", "21:28", "tin"), Outcome.STARTED, "21:29:30"))
    assert isinstance(direct_sound(v.programme(content), v.moment("21:29:59"), begun).what, Speak)
    assert direct_sound(v.programme(content), v.moment("21:30"), begun).what == Silence(Why.QUIET_HOURS)


def test_a_session_that_would_reach_into_quiet_hours_speaks_only_what_fits():
    content = v.bundle(
        announcements=[v.announcement("dai", 90.0), v.announcement("ngan", 30.0)],
        sessions=[v.session("toi", "21:29", ["ngan", "dai", "ngan"])],
    )
    decision = direct_sound(v.programme(content), v.moment("21:29"), Happened())
    assert [each.key.rpartition("/")[2] for each in decision.what.queue] == ["0:ngan", "1:ngan"]
    assert [skip.item for skip in decision.skipped if skip.rule and skip.key == v.key("toi", "21:29", "dai")] == ["dai"]


def test_sentences_are_vietnamese_first_and_say_exercise_and_gaps():
    content = v.bundle(
        notices=[v.notice("tin")], announcements=[v.announcement("loi")], sessions=[v.session("sang", "06:00", ["loi", "loi"])]
    )
    world = v.programme(content, languages=("hmn",))
    said = explain(direct_screen(world, NOW, Happened()), world, NOW)
    assert said.splitlines()[0].startswith("Bảng hiện tin “tin (vi)” (1/1, vi, vn.20.06001); tin thiếu bản tiếng hmn")
    assert "lacks its hmn version" in said.splitlines()[1]
    morning = v.moment("06:00")
    assert "Loa phát “loi (vi)” lúc 06:00:00 (+1)" in explain(direct_sound(world, morning, Happened()), world, morning)
    drill = v.programme(v.cell(alerts=[v.alert("tap", "08:00", status=v.Status.EXERCISE)]))
    for ask in (direct_screen, direct_sound):
        said = explain(ask(drill, NOW, Happened()), drill, NOW)
        assert "DIỄN TẬP" in said
        assert "EXERCISE" in said


def test_a_decision_that_holds_for_ever_names_no_hour():
    world = v.programme(v.cell(kills=[v.kill()]))
    unknown = v.moment("09:00", ClockState.UNKNOWN)
    assert explain(direct_sound(world, unknown, Happened()), world, unknown).splitlines() == [
        "Loa im vì thiết bị bị lệnh dừng.",
        "The loudspeaker is silent because the unit is under a stop order.",
    ]


def test_a_unit_that_follows_no_channel_still_has_a_page_and_silence():
    world = v.programme(channels=())
    assert direct_screen(world, NOW, Happened()).main == BuiltInPage(Why.NO_CONTENT)
    assert direct_sound(world, NOW, Happened()).what == Silence(Why.NO_CONTENT)
