"""The local override: a village head speaks with no network and an unknown clock, within signed limits, and is named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.base import BulletinClass
from director.decision import ENDING, MICROPHONE, Attention, CaptionPage, Live, Silence, Speak, Tone, Why
from director.explain import explain
from director.happened import Happened, fold
from director.moment import Moment
from director.override import CLOSED, GAVE_WAY, TONE_SECONDS, opened, refusal
from director.screen import direct_screen
from director.sound import direct_sound
from evidence.override import Opened, Override
from evidence.records import ClockState, Outcome
from evidence.report import Sounding
from tests.director import village as v
from tests.director.worlds import worlds

HEAD = "Lò Văn Păn"
CONTENT = v.bundle(
    announcements=[v.announcement("mot", 30.0), v.announcement("hai", 40.0)],
    phrases=[
        v.phrase("chay", bulletin_class=BulletinClass.EMERGENCY),
        v.phrase("hop", languages=("vi", "hmn")),
        v.phrase("khac", areas=("vn.99",)),
        v.phrase("cu", valid_until=v.at("05:00", -1)),
    ],
    sessions=[v.session("tai-cho", "17:00", ["mot", "hai"], on_site=True), v.session("rieng", "18:00", ["mot"])],
)


def village(**rules):
    return v.programme(v.cell(content=CONTENT, policy=v.policy(**rules)))


def override(what=Opened.MICROPHONE, item=None, when="10:00", n=1, **fields):
    return Override(n=n, holder=HEAD, what=what, item=item, at=v.stamp(when, fields.pop("state", ClockState.TRUSTED)), **fields)


def phrase(item="hop", **fields):
    return override(Opened.PHRASE, item, **fields)


def session(item="tai-cho", **fields):
    return override(Opened.SESSION, item, **fields)


def decide(given, when="10:00:02", programme=None, happened=None, state=ClockState.TRUSTED, **clock):
    programme = replace(programme or village(), override=given)
    return direct_sound(programme, v.moment(when, state, **clock), happened or Happened())


def said(decision):
    return decision.what.queue if isinstance(decision.what, Speak) else ()


def reasons(decision):
    """Why what was opened will not sound; what the plan missed is another matter."""
    return {skip.item: skip.reason for skip in decision.skipped if skip.key.startswith("override:")}


def sounded(given, outcome, when, part="", offset=0.0, state=ClockState.TRUSTED):
    return v.sounded(given.name + part, outcome, when, offset, state=state)


def test_the_microphone_opens_names_its_holder_and_ends_at_the_signed_maximum():
    """FIELD: a personal PIN or key, a fixed maximum time."""
    mine = override()
    (live,) = said(decide(mine, programme=village(override_minutes=2.0)))
    assert live.source == Live(MICROPHONE, v.at("10:02"))
    assert (live.holder, live.bulletin_class, live.attention) == (HEAD, BulletinClass.PRIORITY, Attention.PRIORITY)
    sounds = v.after(sounded(mine, Outcome.STARTED, "10:00:05"))
    short = village(override_minutes=2.0)
    assert said(decide(mine, "10:01:59", short, sounds))
    assert said(decide(mine, "10:02:01", short, sounds)), "what captures it ends by itself: that is no loss"
    assert not said(decide(mine, "10:02:04", short, sounds))
    assert not said(decide(mine, "10:02:01", short)), "nothing begins after the maximum"
    assert HEAD in explain(decide(mine), village(), v.moment("10:00:02"))


@pytest.mark.parametrize("given", [override(state=ClockState.UNKNOWN), phrase(state=ClockState.UNKNOWN), session(state=ClockState.UNKNOWN)])
def test_with_an_unknown_clock_and_no_network_it_sounds_at_any_hour_that_the_clock_shows(given):
    """FIELD: unknown clock → no routine sound; the village head may start an approved stored session once."""
    given = given.model_copy(update={"at": v.stamp("23:00", ClockState.UNKNOWN)})
    assert said(decide(given, "23:00:02", state=ClockState.UNKNOWN))


def test_with_an_unknown_clock_a_session_is_started_once_in_a_boot_and_again_when_the_clock_is_known():
    first, again = session(n=1, state=ClockState.UNKNOWN), session(n=2, when="10:10", state=ClockState.UNKNOWN)
    heard = v.after(*(sounded(first, Outcome.COMPLETE, "10:01", f"/0:{item}") for item in ("mot", "hai")))
    decision = decide(again, "10:10:02", happened=heard, state=ClockState.UNKNOWN)
    assert not said(decision)
    assert "once" in reasons(decision)["mot"]
    assert said(decide(again, "10:10:02", happened=heard)), "a clock that is known again"
    other_boot = again.model_copy(update={"at": v.stamp("10:10", ClockState.UNKNOWN, boot="boot-2", mono=5.0)})
    assert said(decide(other_boot, "10:10:02", happened=heard, state=ClockState.UNKNOWN, boot="boot-2", mono=7.0))


def test_a_session_that_goes_on_is_not_called_a_second_one():
    mine = session(state=ClockState.UNKNOWN)
    heard = v.after(sounded(mine, Outcome.COMPLETE, "10:00:40", "/0:mot"))
    assert [each.item for each in said(decide(mine, "10:00:41", happened=heard, state=ClockState.UNKNOWN))] == ["hai"]


def test_an_opening_of_another_boot_is_worth_nothing():
    assert decide(override(), boot="boot-2", mono=7.0).what == Silence(Why.NOTHING_DUE)


@pytest.mark.parametrize("ahead", [0.001, 60.0, 86_400.0])
def test_an_opening_from_the_future_is_worth_nothing_however_its_boot_is_named(ahead):
    """Seconds since boot begin again at each: a file of an earlier one would hold until they come round, and then its maximum."""
    now, at = v.moment("10:00:02"), v.stamp("10:00:02")
    future = override().model_copy(update={"at": at.model_copy(update={"mono": at.mono + ahead})})
    for mine in (future, session().model_copy(update={"at": future.at})):
        begun = v.after(sounded(mine, Outcome.STARTED, "10:00:01", "/0:mot" if mine.item else ""))
        for happened in (Happened(), begun):
            assert opened(replace(village(), override=mine), now, happened).queue == ()
    assert said(decide(override(when="10:00:02"))), "but at its own instant it holds"


@given(st.floats(0.0, 1e7))
def test_an_opening_holds_from_the_very_moment_at_which_it_was_stamped(seconds):
    """A stamp is rounded, and may lie a little ahead of its own moment."""
    now = v.moment("10:00", mono=seconds)
    assert opened(replace(village(), override=override().model_copy(update={"at": now.stamp()})), now, Happened()).queue


def test_a_session_sounds_in_its_order_after_one_signal_and_a_phrase_in_the_villages_language():
    mot, hai = said(decide(session()))
    assert [(mot.item, mot.attention), (hai.item, hai.attention)] == [("mot", Attention.PRIORITY), ("hai", Attention.NONE)]
    assert {mot.holder, hai.holder} == {HEAD}
    hmong = replace(village(), site=v.site(languages=("hmn", "vi")))
    (words,) = said(decide(phrase(), programme=hmong))
    assert (words.item, words.language, words.holder) == ("hop", "hmn", HEAD)


@pytest.mark.parametrize("given", [phrase("khac"), phrase("cu"), phrase("la"), session("rieng"), session("hop"), phrase("tai-cho")])
def test_only_what_was_approved_for_this_village_and_for_on_site_use_can_be_started(given):
    moment = v.moment("10:00:02")
    assert "nothing approved" in refusal(village(), moment, Happened(), given)
    assert not said(decide(given))


def test_a_withdrawn_phrase_cannot_be_started_and_one_that_sounds_ends():
    withdrawn = v.programme(v.cell(content=CONTENT, withdrawn=[v.withdrawal("hop")]))
    assert not said(decide(phrase(), programme=withdrawn))
    assert not said(decide(phrase(), programme=withdrawn, happened=v.after(sounded(phrase(), Outcome.STARTED, "10:00:01", "/0:hop"))))


def night(given, **fields):
    return decide(given.model_copy(update={"at": v.stamp("22:00"), **fields}), "22:00:02")


def test_quiet_hours_hold_unless_the_holder_answers_for_urgency_and_then_only_for_a_voice_and_emergency_words():
    """FIELD: quiet hours are enforced on the device; only emergency passes."""
    for each in (override(), phrase("chay"), phrase("hop"), session()):
        calm = night(each)
        assert calm.what == Silence(Why.QUIET_HOURS)
        assert all("quiet hours" in reason for reason in reasons(calm).values())
    assert [bool(said(night(each, urgent=True))) for each in (override(), phrase("chay"), phrase("hop"), session())] == [
        True,
        True,
        False,
        False,
    ]


def test_a_voice_that_is_on_when_quiet_hours_begin_ends_there():
    mine = override(when="21:29")
    sounds = v.after(sounded(mine, Outcome.STARTED, "21:29:05"))
    assert said(decide(mine, "21:29:59", happened=sounds))
    assert decide(mine, "21:30", happened=sounds).what == Silence(Why.QUIET_HOURS)


@pytest.mark.parametrize("given", [override(urgent=True), phrase("chay", urgent=True), session()])
def test_a_stop_order_and_the_stop_switch_hold_and_what_they_stopped_stays_stopped(given):
    """FIELD: what was stopped stays stopped."""
    killed = v.programme(v.cell(content=CONTENT, kills=[v.kill()]))
    new = replace(village(), site=replace(village().site, confirmed=False))
    for programme, why in (
        (killed, Why.KILLED),
        (replace(village(), stopped_on_site=True), Why.STOPPED_ON_SITE),
        (new, Why.UNCONFIRMED),
    ):
        decision = decide(given, programme=programme)
        assert decision.what == Silence(why)
        told = fold(Happened(), [v.sounded(skip.key, Outcome.REFUSED_BY_RULE, "10:00:02") for skip in decision.skipped])
        assert decide(given, "10:00:30", happened=told).what == Silence(Why.NOTHING_DUE), "lifted half a minute later"


FLOOD = v.alert("lu", sent="10:00")


def flooded():
    return v.programme(v.cell(content=CONTENT, policy=v.policy(), alerts=[FLOOD]))


def test_an_emergency_cuts_in_and_the_microphone_does_not_come_back_by_itself():
    mine = override()
    sounds = v.after(sounded(mine, Outcome.STARTED, "10:00:02"))
    assert said(decide(mine, "10:00:10", flooded(), sounds))[0].item == str(FLOOD.identity())
    cut = fold(sounds, [sounded(mine, Outcome.INTERRUPTED, "10:00:11", offset=9.0)])
    both = [v.sounded(v.alert_key(FLOOD, n), Outcome.COMPLETE, "10:00:40") for n in (0, 1)]
    assert said(decide(mine, "10:00:41", flooded(), fold(cut, both))) == ()


def test_a_microphone_that_waited_behind_an_emergency_is_not_opened_minutes_later_on_people_who_do_not_expect_it():
    mine = override()
    waiting = decide(mine, "10:00:10", flooded())
    assert reasons(waiting)["microphone"] == GAVE_WAY
    told = fold(Happened(), [sounded(mine, Outcome.MISSED, "10:00:10")])
    assert said(decide(mine, "10:00:41", happened=told)) == ()


def test_stored_words_that_gave_way_go_on_a_little_before_where_they_were():
    mine = session()
    cut = v.after(sounded(mine, Outcome.INTERRUPTED, "10:00:20", "/0:mot", offset=15.0))
    mot, hai = said(decide(mine, "10:01", happened=cut))
    assert (mot.item, mot.resume, hai.item) == ("mot", 13.0, "hai")
    (words,) = said(decide(phrase(), "10:01", happened=v.after(sounded(phrase(), Outcome.INTERRUPTED, "10:00:20", "/0:hop", offset=5.0))))
    assert (words.resume, words.attempt) == (3.0, 1)


def test_it_comes_before_the_planned_session_which_goes_on_afterwards():
    planned = v.bundle(announcements=CONTENT.announcements, sessions=[v.session("sang", "10:00", ["mot"])])
    programme, begun = v.programme(planned), v.after(v.sounded(v.key("sang", "10:00", "mot"), Outcome.INTERRUPTED, "10:00:12", 12.0))
    mine = override(when="10:00:11")
    assert [each.holder for each in said(decide(mine, "10:00:12", programme, begun))] == [HEAD]
    over = fold(begun, [sounded(mine, Outcome.COMPLETE, "10:00:40")])
    assert [(each.item, each.resume) for each in said(decide(mine, "10:00:40", programme, over))] == [("mot", 10.0)]


def test_what_its_holder_closed_ends_and_does_not_open_again():
    mine = override(closed=v.stamp("10:00:30"))
    sounds = v.after(sounded(mine, Outcome.STARTED, "10:00:05"))
    assert said(decide(mine, "10:00:31", happened=sounds)), "what captures it ends by itself: that is no loss"
    assert not said(decide(mine, "10:00:34", happened=sounds)), "and if it does not, the voice ends it"
    assert not said(decide(mine, "10:00:31"))
    words = session(closed=v.stamp("10:00:30"))
    sounds = v.after(sounded(words, Outcome.STARTED, "10:00:05", "/0:mot"))
    assert not said(decide(words, "10:00:31", happened=sounds)), "stored words end at once"
    assert reasons(decide(words, "10:00:31", happened=sounds)) == {"hai": CLOSED}


def test_a_commune_may_forbid_it_and_caps_a_session():
    none = village(override_minutes=0.0)
    for each in (override(), phrase(), session()):
        assert "no override" in refusal(none, v.moment("10:00:02"), Happened(), each)
        assert not said(decide(each, programme=none))
    assert [each.item for each in said(decide(session(), programme=village(minutes_per_session=0.6)))] == ["mot"]


def test_the_board_says_who_speaks_for_as_long_as_they_do_and_shows_the_words_of_a_phrase():
    """FIELD: what is said is also shown."""
    mine = override()
    speaking = Sounding(occurrence=mine.name, item="microphone", channel=v.COMMUNE, language="vi", since=v.stamp("10:00:05"))
    programme, during = replace(village(), override=mine), Happened().sounding_now(speaking)
    page = direct_screen(programme, v.moment("10:00:06"), during).main
    assert isinstance(page, CaptionPage)
    assert HEAD in page.wording.body
    assert not isinstance(direct_screen(programme, v.moment("10:00:08"), during.sounding_now(None)).main, CaptionPage)
    words = speaking.model_copy(update={"occurrence": f"{phrase().name}/0:hop", "item": "hop"})
    page = direct_screen(replace(village(), override=phrase()), v.moment("10:00:06"), Happened().sounding_now(words)).main
    assert isinstance(page, CaptionPage)
    assert page.item == "hop"


def test_a_technicians_test_tone_sounds_after_its_signal_by_the_same_rules():
    tone = override(Opened.TONE)
    (heard,) = said(decide(tone))
    assert (heard.source, heard.holder, heard.attention) == (Tone(TONE_SECONDS), HEAD, Attention.PRIORITY)
    assert heard.due == v.at("10:00:06")
    assert decide(tone.model_copy(update={"at": v.stamp("22:00"), "urgent": True}), "22:00:02").what == Silence(Why.QUIET_HOURS)
    assert not said(decide(tone, programme=village(override_minutes=0.0)))


def test_before_the_site_is_confirmed_a_technicians_tone_alone_sounds_and_no_stop_is_passed():
    new = replace(village(override_minutes=0.0), site=replace(village().site, confirmed=False))
    tone = override(Opened.TONE)
    assert [each.item for each in said(decide(tone, programme=new))] == ["test-tone"]
    assert not said(decide(tone, "10:03:01", programme=new)), "who did not hear it begin in time asks again"
    for held, why in (
        (v.programme(v.cell(content=CONTENT, kills=[v.kill()])), Why.KILLED),
        (replace(new, stopped_on_site=True), Why.STOPPED_ON_SITE),
    ):
        assert decide(tone, programme=replace(held, site=new.site)).what == Silence(why)


def test_a_tone_may_be_for_one_amplifier_alone_and_is_an_occurrence_of_its_own():
    tone = override(Opened.TONE, line="horn-1")
    (heard,) = said(decide(tone))
    assert (heard.lines, heard.zones) == (("horn-1",), ())
    assert heard.key.endswith(":horn-1")
    with pytest.raises(ValueError, match="one line"):
        override(Opened.MICROPHONE, line="horn-1")


def test_a_phrase_names_its_item_and_a_microphone_has_none():
    for wrong in ({"what": Opened.MICROPHONE, "item": "hop"}, {"what": Opened.PHRASE, "item": None}):
        with pytest.raises(ValueError, match="names its item"):
            override(**wrong)


overrides = st.builds(
    override,
    st.sampled_from([Opened.MICROPHONE]),
    when=st.sampled_from(["11:58", "12:00", "23:58"]),
    urgent=st.booleans(),
    closed=st.none() | st.just(v.stamp("12:00:30")),
) | st.builds(session, st.sampled_from(["buoi-0", "buoi-1"]), when=st.sampled_from(["11:58", "12:00"]))


@given(worlds(), overrides, st.sampled_from([None, *Outcome]))
def test_whatever_was_opened_it_is_first_but_for_emergencies_once_each_and_never_beyond_a_stop(world, given, outcome):
    programme, moment, happened = world
    happened = happened if outcome is None else fold(happened, [sounded(given, outcome, moment.wall)])
    programme = replace(programme, override=given)
    decision = direct_sound(programme, moment, happened)
    mine = [each for each in said(decision) if each.holder]
    stopped = isinstance(decision.what, Silence) and decision.what.why in (Why.KILLED, Why.STOPPED_ON_SITE)
    assert not mine or not stopped
    assert len({each.key for each in mine}) == len(mine)
    assert not {each.key for each in mine} & {skip.key for skip in decision.skipped}
    if mine:
        assert len(mine) == len(said(decision)), "nothing planned is mixed into it"
        assert moment.boot == given.at.boot
        assert given.at.mono <= moment.mono, "nor before it was opened"
        assert moment.mono - given.at.mono < max(opened(programme, moment, happened).seconds, 0) + ENDING.total_seconds()
    assert not any(each.bulletin_class is BulletinClass.EMERGENCY for each in mine), "never raised"


@pytest.mark.parametrize("given", [override(when="21:25"), phrase("chay", when="21:25", urgent=True), session(when="21:25")])
@pytest.mark.parametrize("begun", [False, True])
def test_the_answer_changes_by_time_alone_only_when_it_said_it_might(given, begun):
    programme, start = replace(village(), override=given), v.moment("21:25")
    first = {"microphone": "", "phrase": "/0:chay", "session": "/0:mot"}[given.what.value]
    happened = v.after(sounded(given, Outcome.STARTED, "21:25", first)) if begun else Happened()
    before = direct_sound(programme, start, happened)
    for second in range(1, 600):
        moment: Moment = start.later(second)
        after = direct_sound(programme, moment, happened)
        if (after.what, after.skipped) != (before.what, before.skipped):
            assert before.until is not None
            assert before.until <= moment.wall
        before = after
