"""Which alerts stand, in the stories that the scenario files do not tell."""

from datetime import timedelta

import pytest

from director.alerts import Standing, held_alerts
from director.decision import AlertPage, Attention, CaptionPage, FirstSight, Speak
from director.happened import Happened
from director.screen import direct_screen
from director.sound import direct_sound
from evidence.records import ClockState, Outcome
from evidence.report import Sounding
from tests.director import village as v

NOW = v.moment("09:00")


def standings(*alerts, moment=NOW, **cell):
    held = held_alerts(v.programme(v.cell(alerts=alerts, **cell)), moment, Happened())
    return {each.alert.identifier: each.standing for each in held}


def refer(*names, sent="08:00"):
    return tuple(v.reference(name, sent) for name in names)


def test_cancelled_superseded_expired_and_not_meant_are_kept_distinct():
    found = standings(
        v.alert("con-lai", "08:00"),
        v.alert("bi-huy", "08:00"),
        v.alert("bi-thay", "08:00"),
        v.alert("het-han", "08:00", expires=v.at("08:59")),
        v.alert("nhap", "08:00", status=v.Status.DRAFT),
        v.update("moi", refer("bi-thay"), sent="08:30"),
        v.cancel("huy", refer("bi-huy"), sent="08:30"),
    )
    assert found == {
        "con-lai": Standing.IN_FORCE,
        "moi": Standing.IN_FORCE,
        "bi-huy": Standing.CANCELLED,
        "bi-thay": Standing.SUPERSEDED,
        "het-han": Standing.EXPIRED,
        "nhap": Standing.NOT_MEANT,
        "huy": Standing.NOT_MEANT,
    }


def test_a_cancel_ends_the_whole_story_that_was_told_before_it():
    chain = [v.alert("a", "08:00"), v.update("b", refer("a"), sent="08:10"), v.update("c", refer("b", sent="08:10"), sent="08:20")]
    late = v.update("d", refer("a"), sent="08:40")
    found = standings(*chain, late, v.cancel("huy", refer("a"), sent="08:30"))
    assert [found[name] for name in "abcd"] == [Standing.CANCELLED] * 3 + [Standing.IN_FORCE]


def test_two_updates_naming_each_other_do_not_both_vanish():
    found = standings(v.update("a", refer("b"), sent="08:00"), v.update("b", refer("a"), sent="08:00"))
    assert sorted(found.values()) == [Standing.IN_FORCE, Standing.SUPERSEDED]


def test_an_alert_that_names_itself_stands():
    assert standings(v.update("a", refer("a"), sent="08:00")) == {"a": Standing.IN_FORCE}


def test_an_exercise_and_a_draft_end_nothing_real():
    real = v.alert("that", "08:00")
    for status in (v.Status.EXERCISE, v.Status.DRAFT):
        messages = (v.cancel("huy", refer("that"), status=status), v.update("moi", refer("that"), status=status, sent="08:30"))
        assert standings(real, *messages)["that"] is Standing.IN_FORCE


def test_absence_never_cancels():
    assert standings(earlier=(v.alert("cu", "08:00"),)) == {"cu": Standing.IN_FORCE}


def test_the_wider_channel_wins_an_identity():
    """A commune cannot replace a province's words, nor pass off its own, under the same identity."""
    above, below = v.alert("bao", "08:00", level=5), v.alert("bao", "08:00", level=1)
    held = held_alerts(v.programme(v.cell(v.PROVINCE, alerts=[above]), v.cell(alerts=[below])), NOW, Happened())
    assert [(each.channel, each.alert.level) for each in held] == [(v.PROVINCE, 5)]


def test_the_same_identity_through_another_channel_does_not_air_again():
    lu = v.alert("lu", "08:00", count=1)
    world = v.programme(v.cell(v.PROVINCE, alerts=[lu]), v.cell(alerts=[lu]))
    heard = v.after(v.seen(lu, "08:00"), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "08:01", words=lu))
    assert not isinstance(direct_sound(world, NOW, heard).what, Speak)


def test_what_sounds_goes_on_when_the_same_identity_comes_by_a_wider_channel():
    lu = v.alert("lu", "08:00", count=1)
    on_air = v.after(v.seen(lu, "08:00"), v.sounded(v.alert_key(lu), Outcome.STARTED, "09:00", words=lu))
    for cells in ([v.cell(alerts=[lu])], [v.cell(v.PROVINCE, alerts=[lu]), v.cell(alerts=[lu])]):
        (sounding,) = direct_sound(v.programme(*cells), NOW, on_air).what.queue
        assert (sounding.key, sounding.attempt) == (v.alert_key(lu), 1), "the same airing, and not cut off to begin again"


def test_what_had_ended_while_the_clock_was_known_does_not_come_back_without_one():
    lu = v.alert("lu", "02:00", expires=v.at("08:00"))
    before = [v.seen(lu, "02:05"), v.sounded(v.alert_key(lu), Outcome.INTERRUPTED, "02:06", words=lu)]
    after_a_cut = v.moment("03:00", ClockState.UNKNOWN, "boot-2", 30.0)
    for hour, sounds in (("07:00", True), ("07:59:40", False), ("08:30", False)):
        decision = direct_sound(v.programme(v.cell(alerts=[lu])), after_a_cut, v.after(*before, v.shown("tin", hour)))
        assert isinstance(decision.what, Speak) is sounds
    unsure = v.sounded("khac", Outcome.COMPLETE, "08:30", state=ClockState.UNKNOWN)
    assert isinstance(direct_sound(v.programme(v.cell(alerts=[lu])), after_a_cut, v.after(*before, unsure)).what, Speak)


def test_a_clock_that_was_wrong_by_years_once_ends_nothing_that_comes_when_the_clock_is_unknown():
    lu = v.alert("lu", "02:00")
    unknown = v.moment("03:00", ClockState.UNKNOWN, "boot-2", 30.0)
    for days, sounds in ((5 * 365, True), (1, False)):
        wrong = v.shown("tin", v.at("08:00", days))
        assert isinstance(direct_sound(v.programme(v.cell(alerts=[lu])), unknown, v.after(wrong)).what, Speak) is sounds


def test_a_newer_signed_date_ends_an_alert_without_a_clock():
    lu = v.alert("lu", "08:00", expires=v.at("10:00"))
    unknown = v.moment("03:00", ClockState.UNKNOWN, "boot-2", 5.0)
    for issued, standing in [("09:59", Standing.IN_FORCE), ("10:00", Standing.EXPIRED)]:
        assert standings(lu, moment=unknown, issued=v.at(issued))["lu"] is standing


def test_what_this_place_has_not_seen_is_named_once_and_foreign_things_are_not():
    ours, known, theirs = v.alert("ta", "08:00"), v.alert("biet", "08:00"), v.alert("ho", "08:00", areas=("vn.99",))
    world = v.programme(v.cell(alerts=[ours, known, theirs]))
    for ask in (direct_screen, direct_sound):
        assert ask(world, NOW, v.after(v.seen(known, "08:00"))).unseen == (FirstSight(str(ours.identity()), v.COMMUNE),)


def test_an_alert_without_any_speech_is_shown_and_told_once():
    lu = v.alert("lu", "08:00", recorded=())
    world = v.programme(v.cell(alerts=[lu]))
    assert isinstance(direct_screen(world, NOW, Happened()).main, AlertPage)
    (skip,) = direct_sound(world, NOW, Happened()).skipped
    assert (skip.key, skip.rule) == (v.alert_key(lu), False)
    told = v.after(v.seen(lu, "08:00"), v.sounded(skip.key, Outcome.MISSED, "08:00"))
    assert direct_sound(world, NOW, told).skipped == ()


def test_an_alert_speaks_the_first_recorded_language_of_the_village_and_shows_them_all():
    lu = v.alert("lu", "08:00", languages=("vi", "hmn", "km"), recorded=("vi", "km"))
    world = v.programme(v.cell(alerts=[lu]), languages=("hmn", "km", "vi"))
    sound = direct_sound(world, NOW, Happened())
    assert sound.what.queue[0].language == "km"
    assert sound.missing_languages == ((str(lu.identity()), "hmn"),)
    assert [text.language for text in direct_screen(world, NOW, Happened()).main.texts] == ["hmn", "km", "vi"]
    foreign = v.programme(v.cell(alerts=[lu]), languages=("tay",))
    assert [text.language for text in direct_screen(foreign, NOW, Happened()).main.texts] == ["vi"]


def test_airings_without_a_first_sight_keep_their_distance():
    """The journal's oldest lines can be lost: then the distance to the last airing counts."""
    lu = v.alert("lu", "08:00", every=600.0)
    world, heard = v.programme(v.cell(alerts=[lu])), v.after(v.sounded(v.alert_key(lu), Outcome.COMPLETE, "08:55"))
    decision = direct_sound(world, NOW, heard)
    assert decision.until == v.at("09:05")
    assert isinstance(direct_sound(world, v.moment("09:05"), heard).what, Speak)


def test_an_emergency_does_not_wait_for_a_clock_that_was_set_back():
    lu = v.alert("lu", "08:00")
    heard = v.after(v.seen(lu, "11:00", boot="boot-0"))
    assert direct_sound(v.programme(v.cell(alerts=[lu])), NOW, heard).what.queue[0].due == NOW.wall


@pytest.mark.parametrize(("language", "shown"), [("vi", True), ("km", False)])
def test_the_words_of_an_all_clear_stand_on_the_board_while_it_sounds(language, shown):
    lu, huy = v.alert("lu", "08:00"), v.cancel("huy", refer("lu"), sent="08:30")
    world = v.programme(v.cell(alerts=[lu, huy]))
    speaking = Sounding(occurrence=v.alert_key(huy), item=str(huy.identity()), channel=v.COMMUNE, language=language, since=v.stamp("09:00"))
    main = direct_screen(world, NOW, Happened().sounding_now(speaking)).main
    assert isinstance(main, CaptionPage) is shown


def test_a_cancelled_alert_does_not_linger_as_a_caption():
    lu, huy = v.alert("lu", "08:00"), v.cancel("huy", refer("lu"), sent="08:30")
    speaking = Sounding(occurrence=v.alert_key(lu), item=str(lu.identity()), channel=v.COMMUNE, language="vi", since=v.stamp("09:00"))
    happened = Happened().sounding_now(speaking)
    for each in (happened, happened.sounding_now(None)):
        assert not isinstance(direct_screen(v.programme(v.cell(alerts=[lu, huy])), NOW, each).main, CaptionPage)


def test_all_clears_and_drills_keep_the_night_unless_they_wake():
    lu = v.alert("lu", "21:00")
    heard = v.after(v.seen(lu, "21:00"), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "21:01"))
    night = v.moment("23:00")
    for wake in (False, True):
        world = v.programme(v.cell(alerts=[lu, v.cancel("huy", refer("lu", sent="21:00"), sent="22:00", wake=wake)]))
        what = direct_sound(world, night, heard).what
        assert isinstance(what, Speak) is wake
        drill = v.programme(v.cell(alerts=[v.alert("tap", "22:00", status=v.Status.EXERCISE, wake=wake)]))
        what = direct_sound(drill, night, Happened()).what
        assert (isinstance(what, Speak) and what.queue[0].attention is Attention.EXERCISE) is wake


def test_an_update_sounds_at_night_when_nobody_heard_what_it_replaces():
    world = v.programme(v.cell(alerts=[v.alert("lu", "22:00"), v.update("lu-2", refer("lu", sent="22:00"), sent="22:05")]))
    assert isinstance(direct_sound(world, v.moment("22:06"), Happened()).what, Speak)


def test_a_default_end_is_24_hours_after_it_was_sent():
    held = held_alerts(v.programme(v.cell(alerts=[v.alert("lu", "08:00")])), NOW, Happened())
    assert held[0].ends == v.at("08:00") + timedelta(hours=24)


@pytest.mark.parametrize("back", [1, 400])
def test_octoprint_3266_time_that_runs_backwards_after_a_power_cut_neither_revives_an_alert_nor_repeats_it(back):
    """Rebooted without a clock, the wall stands days ago; only the newest signed date and the seconds since boot count."""
    lu = v.alert("lu", "08:00", expires=v.at("10:00"), count=2, every=600.0)
    heard = v.after(v.seen(lu, "08:00"), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "08:01"))
    rebooted = v.moment(v.at("08:30", -back), ClockState.UNKNOWN, "boot-2", 60.0)
    for issued, standing in (("08:05", Standing.IN_FORCE), ("10:00", Standing.EXPIRED)):
        programme = v.programme(v.cell(alerts=[lu], issued=v.at(issued)))
        (held,) = held_alerts(programme, rebooted, heard)
        assert held.standing is standing
        assert held.ends - rebooted.wall <= v.at("10:00") - v.at(issued), "it lasts no longer than by the newest signed date"
        assert not isinstance(direct_sound(programme, rebooted, heard).what, Speak)
    later = rebooted.later(2 * 3600.0)
    assert held_alerts(v.programme(v.cell(alerts=[lu], issued=v.at("08:05"))), later, heard)[0].standing is Standing.EXPIRED


def test_an_alert_with_an_hour_in_the_future_by_mistake_is_ended_by_whoever_names_it():
    wrong = v.alert("lu", v.at("08:00", 365), level=4)
    named = [v.reference("lu", wrong.sent)]
    for right in (v.update("dung", named, sent="08:30", level=2), v.cancel("thoi", named, sent="08:30")):
        held = held_alerts(v.programme(v.cell(alerts=[wrong, right])), NOW, Happened())
        found = {each.alert.identifier: each.standing for each in held}
        assert found["lu"] in (Standing.SUPERSEDED, Standing.CANCELLED)
    wrong_update = v.update("lu-2", [v.reference("lu", "08:00")], sent=v.at("08:00", 365))
    mended = v.update("lu-3", [v.reference("lu-2", wrong_update.sent)], sent="08:30")
    assert _standing(v.alert("lu", "08:00"), wrong_update, mended) == ["lu-3"]
    below = v.programme(v.cell(v.PROVINCE, alerts=[wrong]), v.cell(alerts=[v.update("dung", named, sent="08:30")]))
    assert [each.alert.identifier for each in held_alerts(below, NOW, Happened()) if each.standing is Standing.IN_FORCE] == ["lu", "dung"]


def test_of_updates_that_name_each_other_in_a_ring_the_newest_stays():
    hours = {"a": "08:00", "b": "08:10", "c": "08:20"}
    for ring in ("ab", "abc", "acb"):
        updates = [
            v.update(one, [v.reference(other, hours[other])], sent=hours[one]) for one, other in zip(ring, ring[1:] + ring[0], strict=True)
        ]
        assert max(ring) in _standing(*updates)


def _standing(*alerts):
    held = held_alerts(v.programme(v.cell(alerts=alerts)), NOW, Happened())
    return [each.alert.identifier for each in held if each.standing is Standing.IN_FORCE]
