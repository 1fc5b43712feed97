"""What orders do to sound: quieter, silent, a tone once, an officer live; and an emergency passes every one of them."""

from dataclasses import replace

import pytest

from bundle.base import BulletinClass
from director.decision import Attention, Live, Silence, Speak, Tone, Why
from director.explain import explain
from director.happened import Happened, fold
from director.ordered import TOO_LONG, tone_key
from director.orders import given
from director.sound import direct_sound
from evidence.override import Opened, Override
from evidence.records import ClockState, Outcome, SourceHeard, SourceState
from tests.director import village as v

LOI = v.announcement("loi", 60.0)
SANG = v.session("sang", "06:00", ["loi"])


def village(*orders, content=None, **parts):
    content = content or v.bundle(announcements=[LOI], sessions=[SANG])
    return v.programme(v.cell(content=content, orders=orders, **parts))


def said(world, when, happened=None, **clock):
    what = direct_sound(world, v.moment(when, **clock), happened or Happened()).what
    return what.queue if isinstance(what, Speak) else ()


def skipped(world, when, happened=None):
    return {skip.key: (skip.rule, skip.reason) for skip in direct_sound(world, v.moment(when), happened or Happened()).skipped}


# Volume


def test_everything_below_an_emergency_sounds_at_most_as_loud_as_ordered():
    (utterance,) = said(village(v.volume(-12.0)), "06:00:01")
    assert utterance.gain == -12.0
    (utterance,) = said(village(v.volume(-12.0), v.volume(-20.0, id="other")), "06:00:01")
    assert utterance.gain == -20.0, "the strictest"
    (utterance,) = said(village(v.volume(-12.0, "06:00:30", "07:00")), "06:00:01")
    assert utterance.gain == 0.0, "not yet"


def test_a_volume_that_comes_while_something_sounds_holds_from_then_on():
    sounding = v.after(v.sounded(v.key("sang", "06:00", "loi"), Outcome.STARTED, "06:00"))
    world = village(v.volume(-12.0, "06:00:20"))
    assert [said(world, when, sounding)[0].gain for when in ("06:00:10", "06:00:20")] == [0.0, -12.0]
    assert direct_sound(world, v.moment("06:00:10"), sounding).until == v.at("06:00:20")


@pytest.mark.parametrize("order", [v.volume(-30.0), v.mute()])
@pytest.mark.parametrize("state", list(ClockState))
def test_an_emergency_ignores_volume_and_mute(order, state):
    lu = v.alert("lu", sent="06:30")
    world = village(order, alerts=[lu])
    (airing, *_) = said(world, "06:30", v.after(v.order_seen(order, "06:00")), state=state)
    assert (airing.bulletin_class, airing.gain) == (BulletinClass.EMERGENCY, 0.0)


# Mute


def test_sessions_due_while_it_is_muted_are_refused_with_the_reason_and_told_once():
    world = village(v.mute("05:00", "08:00", reason="tang lễ cụ Hoa"))
    key = v.key("sang", "06:00", "loi")
    decision = direct_sound(world, v.moment("06:00"), Happened())
    assert decision.what == Silence(Why.MUTED)
    assert skipped(world, "06:00")[key] == (True, "im tiếng theo lệnh / muted by order: tang lễ cụ Hoa")
    told = v.after(v.sounded(key, Outcome.REFUSED_BY_RULE, "06:00"))
    assert skipped(world, "06:01", told) == {}
    assert said(world, "08:00", told) == (), "what was silenced stays silent"


def test_explain_says_that_it_is_muted():
    world, moment = village(v.mute("05:00", "08:00", reason="tang lễ")), v.moment("06:00")
    vietnamese, english = explain(direct_sound(world, moment, Happened()), world, moment).split("\n")
    assert "im tiếng theo lệnh" in vietnamese
    assert "muted by order" in english


def test_amplipi_683_what_a_mute_cut_off_does_not_start_again_after_it():
    key = v.key("sang", "06:00", "loi")
    world = village(v.mute("06:00:20", "06:00:40"))
    sounding = v.after(v.sounded(key, Outcome.STARTED, "06:00"))
    assert said(world, "06:00:19", sounding)
    assert said(world, "06:00:20", sounding) == ()
    cut = v.after(v.sounded(key, Outcome.STARTED, "06:00"), v.sounded(key, Outcome.INTERRUPTED, "06:00:20", 20.0))
    assert skipped(world, "06:00:20", cut)[key][0]
    over = v.after(*[v.sounded(key, outcome, "06:00:21") for outcome in (Outcome.STARTED, Outcome.INTERRUPTED, Outcome.REFUSED_BY_RULE)])
    assert said(world, "06:00:41", over) == ()


def test_speech_that_would_reach_into_a_mute_does_not_begin():
    world = village(v.mute("06:00:30", "08:00"))
    assert said(world, "06:00:01") == ()


def test_a_rebroadcast_is_muted_too():
    content = v.bundle(rebroadcasts=[v.rebroadcast("dai-tinh")], sessions=[v.session("tiep-song", "06:00", ["dai-tinh"])])
    assert said(village(content=content), "06:00:01")
    assert said(village(v.mute(), content=content), "06:00:01") == ()


@pytest.mark.parametrize("state", [ClockState.TRUSTED, ClockState.UNKNOWN])
@pytest.mark.parametrize(("urgent", "speaks"), [(False, False), (True, True)])
def test_on_site_only_who_answers_for_urgency_speaks_into_a_mute(urgent, speaks, state):
    order = v.mute("05:00", "08:00")
    opened = Override(n=1, what=Opened.MICROPHONE, item=None, holder="Lò Văn Trưởng", urgent=urgent, at=v.stamp("06:30", state))
    world = replace(village(order, issued=v.at("05:00")), override=opened)
    assert bool(said(world, "06:30", v.after(v.order_seen(order, "05:00")), state=state)) is speaks


# Test tone


def test_a_tone_sounds_once_at_its_time_and_its_receipt_is_the_answer():
    order = v.tone("09:00", "09:10", 5.0)
    world = village(order)
    (utterance,) = said(world, "09:00")
    assert utterance.source == Tone(5.0)
    assert (utterance.due, utterance.attention, utterance.holder) == (v.at("09:00"), Attention.NONE, v.ORDERS)
    assert (utterance.item, utterance.channel, utterance.version) == ("tone", v.COMMUNE, 3)
    begun = v.after(v.sounded(utterance.key, Outcome.STARTED, "09:00"))
    assert said(world, "09:00:04", begun), "it goes on"
    for outcome in (Outcome.COMPLETE, Outcome.INTERRUPTED, Outcome.FAILED):
        over = v.after(v.sounded(utterance.key, Outcome.STARTED, "09:00"), v.sounded(utterance.key, outcome, "09:00:05"))
        assert said(world, "09:00:06", over) == ()
        assert said(world, "09:05", over, boot="boot-2", mono=5.0) == (), "never again, also after a reboot"
        assert utterance.key not in skipped(world, "09:20", over)


def test_a_tone_keeps_quiet_hours_and_mutes_and_never_comes_late():
    def refused(when, *orders):
        (told,) = (each for key, each in skipped(village(*orders), when).items() if key.startswith("order:"))
        return told

    assert refused("22:00", v.tone("22:00", "22:10")) == (True, "giờ yên tĩnh / quiet hours")
    assert refused("07:00", v.mute(), v.tone("07:00", "07:10"))[0], "by rule"
    late = v.tone("09:00", "09:10")
    assert said(village(late), "09:10") == ()
    assert not refused("09:10", late)[0], "missed"
    held = v.after(v.order_seen(late, "09:00"))
    assert said(village(late), "09:01", held, state=ClockState.UNKNOWN) == (), "by its age it stands, and nobody knows whether it is night"


@pytest.mark.parametrize(("allowed", "sounds"), [(30.0, True), (5.0, True), (4.9, False), (0.0, False)])
def test_a_tone_longer_than_the_signed_rules_allow_is_refused_by_rule(allowed, sounds):
    order = v.tone("09:00", "09:10", 5.0)
    world = village(order, policy=v.policy(tone_seconds=allowed))
    assert bool(said(world, "09:00")) is sounds
    key = tone_key(given(world, v.moment("09:00"), Happened())[0])
    assert skipped(world, "09:00").get(key) == (None if sounds else (True, TOO_LONG))
    sounding = v.after(v.sounded(key, Outcome.STARTED, "09:00"))
    assert bool(said(world, "09:00:03", sounding)) is sounds, "new rules end also what sounds"


def test_a_tone_gives_way_to_a_session_and_to_an_emergency():
    world = village(v.tone("06:00", "06:10"))
    assert [each.item for each in said(world, "06:00:01")] == ["loi"]
    world = village(v.tone("09:00", "09:10"), alerts=[v.alert("lu", "08:59")])
    assert said(world, "09:00")[0].bulletin_class is BulletinClass.EMERGENCY


# An officer live


def live_village(order=None, grant=None, policy=None, **parts):
    content = v.bundle(announcements=[LOI], sessions=[SANG], live_grants=[grant or v.grant(zones=("cho",))])
    orders = [order or v.live("09:00", "09:05")]
    site = {"zones": ("cho", "dinh")}
    return v.programme(v.cell(content=content, orders=[*orders, *parts.pop("more", ())], policy=policy, **parts), **site)


LIVE_KEY = f"{v.COMMUNE}/live@{v.at('09:00').isoformat()}/0:noi-truc-tiep"


def received(*records):
    good = SourceHeard(n=0, at=v.stamp("09:00:05"), occurrence=LIVE_KEY, state=SourceState.GOOD)
    return v.after(good, *records)


def test_a_live_start_is_a_rebroadcast_from_the_registry_for_the_zones_and_minutes_of_its_grant():
    world = live_village()
    decision = direct_sound(world, v.moment("09:00:01"), Happened())
    (listen,) = decision.listen
    url = f"https://so.example/live/{v.COMMUNE}/noi-truc-tiep/live"
    assert (listen.key, listen.source) == (LIVE_KEY, Live(url, v.at("09:05")))
    (utterance,) = said(world, "09:00:06", received())
    assert (utterance.key, utterance.source, utterance.zones) == (LIVE_KEY, listen.source, ("cho",))
    assert (utterance.bulletin_class, utterance.attention, utterance.holder) == (BulletinClass.PRIORITY, Attention.PRIORITY, v.ORDERS)
    assert v.ORDERS in utterance.text


def test_a_grant_for_one_village_or_one_unit_is_no_grant_for_another():
    for elsewhere in ({"areas": ("vn.20.06001.ban-khac",)}, {"units": ("loa-2",)}):
        decision = direct_sound(live_village(grant=v.grant(**elsewhere)), v.moment("09:00:06"), received())
        assert (decision.what, decision.listen) == (Silence(Why.NOTHING_DUE), ())
        assert not [each for each in decision.skipped if "/live@" in each.key], "it was never meant for this unit"
    for here in ({"areas": (v.PLACE,)}, {"units": ("loa-1",)}):
        assert said(live_village(grant=v.grant(**here)), "09:00:06", received())


def test_an_order_over_the_maximum_ends_with_the_grant():
    world = live_village(v.live("09:00", "10:00"), v.grant(minutes=10.0))
    assert said(world, "09:00:06", received())[0].source.ends == v.at("09:10")
    started = received(v.sounded(LIVE_KEY, Outcome.STARTED, "09:00:06"))
    assert said(world, "09:09:59", started)
    assert said(world, "09:10:04", started) == ()


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"grant": v.grant(person="Người Khác")}, "another person's"),
        ({"order": v.live("09:00", "09:05", person="Người Khác")}, "another person's"),
        ({"ordered_by": ("Người Khác",)}, "another person's"),
        ({"order": v.live("09:00", "09:05", grant="khong-co")}, "no such live grant"),
        ({"grant": v.grant(valid_until=v.at("09:00"))}, "not valid then"),
        ({"withdrawn": [v.withdrawal("noi-truc-tiep")]}, "withdrawn"),
        ({"more": [v.mute("08:00", "10:00")]}, "muted by order"),
        ({"policy": v.policy(sessions_per_day=0)}, "more sessions"),
        ({"policy": v.policy(quiet_hours=(v.QuietHours(start=v.time(8, 0), end=v.time(10, 0)),))}, "quiet hours"),
    ],
)
def test_a_live_start_that_no_two_persons_allowed_or_a_rule_forbids_is_refused_and_told(parts, why):
    world = live_village(**parts)
    assert said(world, "09:00:06", received()) == ()
    assert direct_sound(world, v.moment("09:00:06"), received()).listen == ()
    ((rule, reason),) = [each for key, each in skipped(world, "09:00:06").items() if "/live@" in key]
    assert rule
    assert why in reason


def test_the_voice_of_an_officer_comes_before_a_session_which_goes_on_afterwards():
    key = f"{v.COMMUNE}/live@{v.at('06:00').isoformat()}/0:noi-truc-tiep"
    world = live_village(v.live("06:00", "06:01"))
    good = SourceHeard(n=0, at=v.stamp("06:00:02"), occurrence=key, state=SourceState.GOOD)
    loi = v.key("sang", "06:00", "loi")
    speaks = v.after(v.sounded(loi, Outcome.STARTED, "06:00"), good)
    assert said(world, "06:00:10", speaks)[0].item == "noi-truc-tiep"
    cut = v.after(good, v.sounded(loi, Outcome.STARTED, "06:00"), v.sounded(loi, Outcome.INTERRUPTED, "06:00:10", 10.0))
    (resumed,) = said(world, "06:01:05", cut)
    assert (resumed.item, resumed.resume) == ("loi", 8.0)


def test_an_emergency_comes_before_it_and_it_is_rejoined_now():
    world = live_village(alerts=[v.alert("lu", "09:01")])
    started = received(v.sounded(LIVE_KEY, Outcome.STARTED, "09:00:06"))
    assert said(world, "09:01", started)[0].bulletin_class is BulletinClass.EMERGENCY
    quiet = live_village()
    cut = received(v.sounded(LIVE_KEY, Outcome.STARTED, "09:00:06"), v.sounded(LIVE_KEY, Outcome.INTERRUPTED, "09:01", 54.0))
    (again,) = said(quiet, "09:02", cut)
    assert (again.resume, again.attention, again.attempt) == (0.0, Attention.NONE, 2)


def test_nothing_stands_in_for_an_officer_who_is_not_heard():
    content = v.bundle(announcements=[LOI], live_grants=[v.grant()], local_bulletin=["loi"])
    world = v.programme(v.cell(content=content, orders=[v.live("09:00", "09:05")]))
    lost = v.after(SourceHeard(n=0, at=v.stamp("09:00:20"), occurrence=LIVE_KEY, state=SourceState.UNREACHABLE))
    assert said(world, "09:01", lost) == ()


def test_a_live_voice_counts_as_a_session_of_its_day():
    world = live_village(policy=v.policy(sessions_per_day=1))
    spoken = v.after(v.sounded(v.key("sang", "06:00", "loi"), Outcome.COMPLETE, "06:00"))
    assert (
        said(world, "09:00:06", fold(spoken, [SourceHeard(n=0, at=v.stamp("09:00:05"), occurrence=LIVE_KEY, state=SourceState.GOOD)])) == ()
    )


def test_a_kill_ends_it_for_good():
    world = live_village(kills=[v.kill()])
    assert said(world, "09:01", received(v.sounded(LIVE_KEY, Outcome.STARTED, "09:00:06"))) == ()
