"""A rebroadcast in the director's hands, beyond what the scenarios say."""

from dataclasses import replace

from bundle.policy import Ceiling
from director.day import planned_day
from director.decision import Live, Speak
from director.sound import direct_sound
from evidence.override import Opened, Override
from evidence.records import Outcome, SourceState
from tests.director import village as v


def test_obplayer_153_a_new_bundle_in_the_middle_of_a_rebroadcast_brings_no_blip_of_its_fallback():
    live, fallback = v.rebroadcast("dai-tinh", ["du-phong"]), v.announcement("du-phong")
    session = v.session("sang", "06:00", ["dai-tinh"])
    before = v.bundle(announcements=[fallback], rebroadcasts=[live], sessions=[session])
    key = v.key("sang", "06:00", "dai-tinh")
    happened = v.after(v.received(key, SourceState.GOOD, "05:59:50"), v.sounded(key, Outcome.STARTED, "06:00"))
    longer = session.model_copy(update={"order": ("chao", "dai-tinh", "du-phong")})
    others = [v.announcement("chao"), v.announcement("moi"), fallback]
    after = v.bundle(version=2, made=v.at("06:05"), announcements=others, rebroadcasts=[live], sessions=[longer])
    for content in (before, after):
        decision = direct_sound(v.programme(content), v.moment("06:05:01"), happened)
        assert isinstance(decision.what, Speak)
        assert (decision.what.queue[0].key, type(decision.what.queue[0].source)) == (key, Live)
        assert not [each for each in decision.what.queue if "~" in each.key], "nothing stands in for what is received"
    gone = replace(v.programme(before), cells=v.programme(v.bundle(version=3, announcements=others)).cells)
    assert not isinstance(direct_sound(gone, v.moment("06:05:01"), happened).what, Speak), "what is planned no more ends"


def test_a_rule_that_silences_one_rebroadcast_takes_nothing_from_the_next_which_goes_by_its_own_clock():
    live = [v.rebroadcast("dai-tinh", duration=600.0), v.rebroadcast("dai-tw", duration=600.0)]
    session = v.session("sang", "06:00", ["chao", "dai-tinh", "dai-tw"])
    content = v.bundle(announcements=[v.announcement("chao", 300.0)], rebroadcasts=live, sessions=[session])
    rules = (Ceiling(start=v.time(6, 5), end=v.time(6, 10)),)
    programme = v.programme(v.cell(content=content, policy=v.policy(ceilings=rules)))
    assert queue(programme, "06:00", []) == ["chao", "dai-tw"]
    chao = v.key("sang", "06:00", "chao")
    lines = [v.sounded(chao, outcome, when) for outcome, when in ((Outcome.STARTED, "06:00"), (Outcome.COMPLETE, "06:05"))]
    lines.append(v.sounded(v.key("sang", "06:00", "dai-tinh"), Outcome.REFUSED_BY_RULE, "06:00"))
    assert queue(programme, "06:05:01", lines) == [], "no line is kept active for what is ten minutes away"
    assert queue(programme, "06:14:50", lines) == ["dai-tw"]
    (planned,) = planned_day(programme, v.DAY.date())
    assert [turn.item.id for turn in planned.turns if not turn.refused] == ["chao", "dai-tw"], "as it was planned"


def lost(**more):
    """A session of one rebroadcast with two stand-ins of 60 s, lost at 06:05."""
    announcements = [v.announcement("du-phong"), v.announcement("tin-xa"), v.announcement("ket")]
    live = v.rebroadcast("dai-tinh", ["du-phong"], **more)
    session = v.session("sang", "06:00", ["dai-tinh", "ket"])
    content = v.bundle(announcements=announcements, rebroadcasts=[live], sessions=[session], local_bulletin=["tin-xa"])
    key = v.key("sang", "06:00", "dai-tinh")
    lines = [v.received(key, SourceState.GOOD, "05:59:50"), v.sounded(key, Outcome.STARTED, "06:00")]
    lines += [v.received(key, SourceState.STALLED, "06:05"), v.sounded(key, Outcome.INTERRUPTED, "06:05")]
    return v.programme(content), key, lines


def queue(programme, when, lines):
    what = direct_sound(programme, v.moment(when), v.after(*lines)).what
    return [each.item for each in what.queue] if isinstance(what, Speak) else []


def test_what_stands_in_is_not_cut_when_what_follows_it_has_been_begun_behind_it():
    programme, key, lines = lost()
    lines += [v.sounded(v.stand_in(key, item), Outcome.STARTED, when) for item, when in (("du-phong", "06:05"), ("tin-xa", "06:05:58"))]
    assert queue(programme, "06:05:59", lines) == ["du-phong", "tin-xa"]


def test_what_does_not_fit_into_the_rest_of_the_slot_is_not_begun():
    programme, _, lines = lost(duration=400.0)
    assert queue(programme, "06:05:00", lines) == ["du-phong"]
    assert queue(programme, "06:05:41", lines) == []
    assert queue(programme, "06:06:30", lines) == ["ket"], "what comes after the slot is known in time for its warm-up"


def test_what_stands_in_is_due_when_the_loss_was_known_and_not_when_the_slot_began():
    programme, _, lines = lost()
    said = direct_sound(programme, v.moment("06:05:01"), v.after(*lines)).what.queue[0]
    assert said.due == v.at("06:05")


def test_an_emergency_in_the_place_of_a_lost_rebroadcast_lets_its_stand_in_go_on_two_seconds_earlier():
    programme, key, lines = lost()
    lines += [v.sounded(v.stand_in(key, "du-phong"), Outcome.INTERRUPTED, "06:05:30", 30.0)]
    said = direct_sound(programme, v.moment("06:05:40"), v.after(*lines)).what.queue[0]
    assert (said.item, said.resume) == ("du-phong", 28.0)


def test_a_program_that_died_while_it_rebroadcast_joins_the_present_again():
    programme, key, lines = lost()
    joined = [*lines[:2], v.sounded(key, Outcome.FAILED, "06:04", 240.0)]
    said = direct_sound(programme, v.moment("06:04:10"), v.after(*joined)).what.queue[0]
    assert (said.key, said.resume, said.attempt) == (key, 0.0, 2)


def test_a_stop_order_ends_it_for_good_and_nobody_listens_any_more():
    programme, key, lines = lost()
    killed = v.programme(v.cell(content=programme.cells[0].bundle, kills=[v.kill()]))
    decision = direct_sound(killed, v.moment("06:03"), v.after(*lines[:1], v.sounded(key, Outcome.INTERRUPTED, "06:02")))
    assert decision.listen == ()
    assert key in [skip.key for skip in decision.skipped if skip.rule]


def test_on_the_unit_itself_a_session_is_started_with_what_stands_in_for_its_rebroadcast():
    """Its hour is not now, and there may be no network."""
    announcements = [v.announcement("du-phong"), v.announcement("ket")]
    session = v.session("sang", "06:00", ["dai-tinh", "ket"], on_site=True)
    content = v.bundle(announcements=announcements, rebroadcasts=[v.rebroadcast("dai-tinh", ["du-phong"])], sessions=[session])
    opened = Override(n=1, holder="Lò Văn Mẫu", what=Opened.SESSION, item="sang", at=v.stamp("10:00"))
    programme = replace(v.programme(content), override=opened)
    assert queue(programme, "10:00:01", []) == ["du-phong", "ket"]
