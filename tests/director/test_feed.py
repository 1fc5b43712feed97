"""What the unit takes from the feed, which no person signs: the signed policy says how much, and a flood starves nobody."""

import sys
from datetime import timedelta

import pytest

from bundle.alert import MOST_REFERENCES
from bundle.policy import MOST_AN_HOUR, StopList
from device.arrivals import Arrivals
from director.alerts import Standing, held_alerts
from director.decision import AlertPage, FirstSight, Limit, Speak
from director.explain import explain
from director.gaps import kept_back
from director.happened import Happened
from director.messages import MOST_EARLIER_FEED, Message, lasting, messages, superseded_by
from director.screen import direct_screen
from director.sound import direct_sound
from evidence.records import ClockState, Outcome
from tests.director import village as v

NOW = v.moment("09:00")


def world(*feed, rules=None, persons=(), **cell):
    """A commune with a feed, and rules for it unless *rules* is False."""
    policy = None if rules is False else v.feed_rules(**(rules or {}))
    return v.programme(v.cell(feed=feed, policy=policy, alerts=persons, **cell))


def standings(programme, happened=None, moment=NOW):
    return {each.alert.identifier: (each.standing, each.limit) for each in held_alerts(programme, moment, happened or Happened())}


def storm(count, **fields):
    """So many alerts of one minute, the last the newest."""
    return [v.alert(f"bao-{n:02}", f"08:{n:02}", **fields) for n in range(count)]


def taken(found):
    return [name for name, (standing, _) in found.items() if standing is Standing.IN_FORCE]


def quiet(programme, moment=NOW, happened=None):
    """Whether neither board nor loudspeaker takes notice of any alert."""
    screen, sound = (ask(programme, moment, happened or Happened()) for ask in (direct_screen, direct_sound))
    return not isinstance(screen.main, AlertPage) and not isinstance(sound.what, Speak)


def test_an_alert_of_the_feed_shows_and_sounds_where_the_policy_lets_it():
    programme = world(v.alert("mua", "08:50"))
    assert direct_screen(programme, NOW, Happened()).main.alert.identifier == "mua"
    assert direct_sound(programme, NOW, Happened()).what.queue[0].version == 5, "that of the role which released it"
    assert direct_sound(programme, NOW, Happened()).unseen == (FirstSight(str(v.alert("mua", "08:50").identity()), v.COMMUNE, True),)


@pytest.mark.parametrize(
    ("rules", "limit"),
    [
        (False, Limit.NO_RULES),
        ({"areas": ("vn.20.06002",)}, Limit.AREA),
        ({"areas": (f"{v.PLACE}-khac",)}, Limit.AREA),
        ({"level": 2}, Limit.LEVEL),
    ],
)
def test_what_the_policy_does_not_allow_is_held_back_and_told(rules, limit):
    programme = world(v.alert("mua", "08:50", level=3), rules=rules)
    assert standings(programme) == {"mua": (Standing.HELD_BACK, limit)}
    assert quiet(programme)
    for ask in (direct_screen, direct_sound):
        decision = ask(programme, NOW, Happened())
        assert [each.limit for each in decision.held_back] == [limit]
        assert decision.unseen == (), "what is not taken fills no journal"
        vietnamese, english = explain(decision, programme, NOW).split("\n")
        assert "không nhận cảnh báo tự động “Lũ”" in vietnamese
        assert "is held back" in english
        assert kept_back(decision.held_back).startswith("cảnh báo tự động bị giữ lại / automatic alerts are held back: ")


def test_a_policy_that_has_not_come_yet_allows_nothing():
    """Not even what a wider channel signed before helps: the nearest signed policy decides alone."""
    above = v.cell(v.PROVINCE, policy=v.feed_rules())
    silent = v.programme(above, v.cell(feed=[v.alert("mua", "08:50")], policy=v.policy()))
    assert standings(silent)["mua"] == (Standing.HELD_BACK, Limit.NO_RULES)
    assert standings(v.programme(above, v.cell(feed=[v.alert("mua", "08:50")])))["mua"][0] is Standing.IN_FORCE


def test_nothing_is_told_when_nothing_is_held_back():
    for programme in (world(), world(rules=False), world(v.alert("cu", "08:00", expires=v.at("08:30")), rules=False)):
        assert direct_screen(programme, NOW, Happened()).held_back == ()
    assert kept_back(()) == ""


def test_of_a_storm_the_newest_stay_and_the_oldest_come_back_when_those_end():
    found = standings(world(*storm(5), rules={"at_once": 2}))
    assert taken(found) == ["bao-04", "bao-03"]
    assert {limit for standing, limit in found.values() if standing is Standing.HELD_BACK} == {Limit.AT_ONCE}
    short = [*storm(3), v.alert("moi", "08:30", expires=v.at("08:59"))]
    assert taken(standings(world(*short, rules={"at_once": 2}))) == ["bao-02", "bao-01"]


def test_an_exercise_takes_no_place_of_something_real():
    drills = [v.alert(f"tap-{n}", "08:55", status=v.Status.EXERCISE) for n in range(3)]
    assert taken(standings(world(v.alert("that", "08:00"), *drills, rules={"at_once": 1}))) == ["that"]
    assert taken(standings(world(v.alert("that", "08:00"), *drills, rules={"per_hour": 1}))) == ["that"]


def test_an_hour_lets_in_so_many_new_ones_and_the_rest_wait_for_room():
    programme, rules = world(*storm(4), rules={"per_hour": 2}), {"per_hour": 2}
    found = standings(programme)
    assert taken(found) == ["bao-03", "bao-02"], "the newest first"
    seen = v.after(*(v.seen(each, "08:30", feed=True) for each in storm(4)[2:]))
    assert standings(programme, seen) == found, "what was taken stays taken"
    decision = direct_screen(programme, NOW, seen)
    assert decision.until == v.at("09:30"), "an hour after the first of those that fill it"
    assert taken(standings(programme, seen, v.moment("09:30"))) == ["bao-03", "bao-02", "bao-01", "bao-00"]
    ended = v.after(*(v.seen(v.alert(f"qua-{n}", "07:00"), "08:30", feed=True) for n in range(2)))
    assert taken(standings(world(v.alert("moi", "08:59"), rules=rules), ended)) == [], "also those that are over count for their hour"
    by_hand = v.after(*(v.seen(v.alert(f"qua-{n}", "07:00"), "08:30") for n in range(2)))
    assert taken(standings(world(v.alert("moi", "08:59"), rules=rules), by_hand)) == ["moi"], "what persons sign does not"


def test_the_hour_is_counted_by_the_seconds_since_the_start_when_the_clock_is_unknown():
    programme = world(v.alert("moi", "08:59"), rules={"per_hour": 1})
    before = v.after(v.seen(v.alert("cu", "08:00"), "08:00", boot="boot-0", feed=True))
    for mono, limit in ((3599.0, Limit.RATE), (3600.0, None)):
        moment = v.moment("03:00", ClockState.UNKNOWN, mono=mono)
        assert standings(programme, before, moment)["moi"][1] is limit


def test_of_updates_that_come_together_only_the_last_needs_room():
    chain = [v.alert("bao-0", "08:00")]
    for n in range(1, 30):
        chain.append(v.update(f"bao-{n}", [v.reference(f"bao-{n - 1}", chain[-1].sent)], sent=v.at(f"08:{n:02}")))
    found = standings(world(*chain, rules={"per_hour": 1}))
    assert taken(found) == ["bao-29"]
    assert {standing for standing, _ in found.values()} == {Standing.IN_FORCE, Standing.SUPERSEDED}


def test_an_update_that_is_held_back_replaces_nothing():
    old, new = v.alert("cu", "08:00", level=2), v.update("moi", [v.reference("cu", "08:00")], sent="08:30", level=5)
    found = standings(world(old, new, rules={"level": 3}))
    assert found == {"cu": (Standing.IN_FORCE, None), "moi": (Standing.HELD_BACK, Limit.LEVEL)}


def test_a_flood_in_the_feed_neither_starves_nor_delays_what_two_persons_signed():
    persons = v.alert("lu", "08:59", level=1)
    flood = [v.alert(f"gia-{n:03}", f"08:{n % 60:02}", level=5, count=48, every=60.0) for n in range(150)]
    programme = world(*flood, persons=[persons], rules={"at_once": 20, "per_hour": 60})
    assert held_alerts(programme, NOW, Happened())[0].alert.identifier == "lu"
    assert direct_sound(programme, NOW, Happened()).what.queue[0].item == str(persons.identity())
    assert direct_screen(programme, NOW, Happened()).main.alert == persons
    assert len(direct_sound(programme, NOW, Happened()).unseen) == 61, "the journal takes no more of it than the policy lets in"


def test_the_feed_ends_only_what_the_feed_began():
    real, fed = v.alert("lu", "08:00"), v.alert("mua", "08:00")
    both = [v.reference("lu", "08:00"), v.reference("mua", "08:00")]
    for ending in (v.cancel("het", both, sent="08:30"), v.update("moi", both, sent="08:30")):
        found = standings(world(fed, ending, persons=[real]))
        assert found["lu"][0] is Standing.IN_FORCE
        assert found["mua"][0] in (Standing.CANCELLED, Standing.SUPERSEDED)


def test_two_persons_or_one_who_stops_end_what_the_feed_began():
    fed, named = v.alert("mua", "08:00"), [v.reference("mua", "08:00")]
    assert standings(world(fed, persons=[v.cancel("het", named, sent="08:30")]))["mua"][0] is Standing.CANCELLED
    assert standings(world(fed, persons=[v.update("moi", named, sent="08:30")]))["mua"][0] is Standing.SUPERSEDED
    assert standings(world(fed, cancelled=named))["mua"][0] is Standing.CANCELLED
    above = v.cell(v.PROVINCE, cancelled=named)
    assert isinstance(above.stop, StopList)
    below = v.cell(feed=[fed], policy=v.feed_rules())
    assert standings(v.programme(above, below))["mua"][0] is Standing.CANCELLED


def test_one_alert_by_both_roads_is_one_and_counts_as_signed():
    lu = v.alert("lu", "08:00", count=1)
    forged = v.alert("lu", "08:00", count=1, level=5)
    held = held_alerts(world(forged, persons=[lu]), NOW, Happened())
    assert [(each.feed, each.alert.level, each.version) for each in held] == [(False, 3, 7)]
    heard = v.after(v.seen(lu, "08:00", feed=True), v.sounded(v.alert_key(lu, feed=True), Outcome.COMPLETE, "08:01", words=lu))
    assert not isinstance(direct_sound(world(persons=[lu]), NOW, heard).what, Speak), "confirmed after it sounded, it does not sound again"


@pytest.mark.parametrize("silent", [True, False])
def test_the_feed_cannot_put_to_silence_what_persons_sign_by_being_first_with_its_identity(silent):
    first = v.alert("lu", "08:50", level=1, recorded=() if silent else ("vi",), count=48, every=60.0)
    before = direct_sound(world(first), NOW, Happened())
    squatted = v.sounded(
        v.alert_key(first, feed=True), Outcome.MISSED if silent else Outcome.COMPLETE, "08:51", words="" if silent else first
    )
    happened = v.after(v.seen(first, "08:50", feed=True), squatted)
    assert [each.key for each in before.skipped] == ([v.alert_key(first, feed=True)] if silent else []), "kept as the feed's own"
    signed = v.alert("lu", "08:50", level=5, count=1)
    both = world(first, persons=[signed])
    (sounding,) = direct_sound(both, NOW, happened).what.queue
    assert (sounding.key, sounding.attempt) == (v.alert_key(signed), 1)
    assert direct_sound(both, NOW, happened).unseen == (FirstSight(str(signed.identity()), v.COMMUNE),), "first sight is told again"
    done = v.after(v.seen(first, "08:50", feed=True), v.sounded(v.alert_key(signed), Outcome.COMPLETE, "08:51", words=signed))
    assert not isinstance(direct_sound(both, NOW, done).what, Speak), "and once it has sounded, the feed brings nothing back"


def test_nor_can_a_commune_for_its_province():
    own, above = v.alert("lu", "08:50", level=1, count=1), v.alert("lu", "08:50", level=5, count=1)
    heard = v.after(v.seen(own, "08:50"), v.sounded(v.alert_key(own), Outcome.COMPLETE, "08:51", words=own))
    both = v.programme(v.cell(v.PROVINCE, alerts=[above]), v.cell(alerts=[own]))
    assert [each.key for each in direct_sound(both, NOW, heard).what.queue] == [v.alert_key(above, channel=v.PROVINCE)]


def test_new_words_of_the_same_authority_under_one_identity_sound_no_further_time():
    """Else the feed could say anything as often as it likes, with one first sight."""
    old, new = v.alert("lu", "08:50", count=1), v.alert("lu", "08:50", level=5, count=1)
    for feed in (True, False):
        heard = v.after(v.seen(old, "08:50", feed=feed), v.sounded(v.alert_key(old, feed=feed), Outcome.COMPLETE, "08:51", words=old))
        programme = world(new) if feed else world(persons=[new])
        assert not isinstance(direct_sound(programme, NOW, heard).what, Speak)


def test_that_it_is_over_is_told_to_whoever_heard_any_words_under_an_identity():
    first, signed = v.alert("lu", "08:40", level=1, count=1), v.alert("lu", "08:40", level=5, recorded=(), count=1)
    heard = v.after(v.seen(first, "08:40", feed=True), v.sounded(v.alert_key(first, feed=True), Outcome.COMPLETE, "08:41", words=first))
    over = v.cancel("het", [v.reference("lu", "08:40")], sent="08:50")
    assert [each.item for each in direct_sound(world(first, persons=[signed, over]), NOW, heard).what.queue] == [str(over.identity())]


def test_the_feed_of_a_wider_channel_replaces_no_words_that_persons_of_a_narrower_signed():
    fed, signed = v.alert("lu", "08:00", level=5), v.alert("lu", "08:00", level=1)
    programme = v.programme(v.cell(v.PROVINCE, feed=[fed], policy=v.feed_rules()), v.cell(alerts=[signed]))
    assert [(each.channel, each.alert.level) for each in held_alerts(programme, NOW, Happened())] == [(v.COMMUNE, 1)]


def test_absence_never_cancels_what_came_by_the_feed():
    assert taken(standings(world(earlier_feed=[v.alert("mua", "08:00")]))) == ["mua"]


def test_a_drill_of_the_feed_says_so_and_waits_behind_anything_real():
    drill = v.alert("tap", "08:50", status=v.Status.EXERCISE)
    assert direct_sound(world(drill), NOW, Happened()).what.queue[0].attention.value == "exercise"
    assert direct_screen(world(drill, persons=[v.alert("lu", "08:00")]), NOW, Happened()).main.alert.identifier == "lu"


def test_several_cancels_of_one_alert_are_announced_once():
    lu = v.alert("lu", "08:00", count=1)
    cancels = [v.cancel(f"het-{n}", [v.reference("lu", "08:00")], sent=f"08:3{n}") for n in range(3)]
    heard = v.after(v.seen(lu, "08:00"), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "08:01"))
    for programme in (world(lu, *cancels), world(persons=[lu, *cancels])):
        assert [each.item for each in direct_sound(programme, NOW, heard).what.queue] == [str(cancels[0].identity())]
    later = v.after(v.seen(lu, "08:00"), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "08:01"), v.seen(cancels[1], "08:40"))
    assert [each.item for each in direct_sound(world(persons=[lu, *cancels]), NOW, later).what.queue] == [str(cancels[1].identity())]


def weighed(programme, monkeypatch):
    """How often it was asked who may end whom, while *programme* was weighed and what of it lasts."""
    asked = []
    plain = Message.may_end
    monkeypatch.setattr(Message, "may_end", lambda self, other: asked.append(other) or plain(self, other))
    direct_sound(programme, NOW, Happened())
    lasting(programme, NOW)
    return len(asked)


def test_what_a_flood_costs_grows_with_its_size_and_not_with_its_square(monkeypatch):
    cancels = [v.cancel(f"het-{n}", [v.reference(f"bao-{n:02}", f"08:{n:02}")], sent="08:59") for n in range(40)]
    assert weighed(world(persons=[*storm(40), *cancels]), monkeypatch) <= 3 * 80


def lines_run(work):
    """How many lines of Python *work* runs: what it costs, on any machine."""
    count, before = 0, sys.gettrace()

    def trace(frame, event, arg):
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def replacing(number):
    """*Number* updates, each of which names as many later ones as one may: all are asked whether these lead back to it."""
    sent = [v.at("08:00") + timedelta(seconds=n) for n in range(number)]
    names = [v.reference(f"lu-{n}", sent[n]) for n in range(number)]
    last = [v.reference("cu", "07:00")]
    return [v.update(f"lu-{n}", names[n + 1 : n + 1 + MOST_REFERENCES] or last, sent=sent[n]) for n in range(number)]


def test_what_updates_with_many_references_cost_grows_with_their_number_and_not_with_its_square():
    def weigh(number):
        programme = world(*replacing(number))

        def work():
            held = messages(programme.cells)
            for each in held.values():
                superseded_by(each, held)

        return lines_run(work)

    small, large = weigh(50), weigh(200)
    assert large < 5 * small, "four times as many"


def test_a_feed_that_the_policy_forbids_is_not_weighed_at_all(monkeypatch):
    cancels = [v.cancel(f"het-{n}", [v.reference(f"bao-{n:02}", f"08:{n:02}")], sent="08:59") for n in range(40)]
    for rules in (False, {"areas": ("vn.21",)}):
        assert weighed(world(*storm(40), *cancels, rules=rules), monkeypatch) == 0


def test_of_a_feed_that_leaves_out_what_it_said_only_so_much_is_kept():
    left_out = [v.alert(f"cu-{n}", "08:00") for n in range(MOST_EARLIER_FEED + 50)]
    flooded, signed = world(v.alert("moi", "08:59"), earlier_feed=left_out), world(earlier=left_out)
    assert len(messages(flooded.cells)) == len(lasting(flooded, NOW)) == MOST_EARLIER_FEED + 1
    assert len(messages(signed.cells)) == len(left_out), "of what persons sign nothing goes"


def test_the_recordings_of_what_may_not_sound_here_are_not_looked_for():
    here, elsewhere = v.alert("mua", "08:00"), v.alert("xa", "08:00", areas=("vn.21",))
    for programme, wanted in ((world(here, elsewhere), {"muavi"}), (world(here, rules=False), set()), (world(persons=[here]), {"muavi"})):
        looked = list[str]()
        arrivals = Arrivals(lambda clip, looked=looked: looked.append(clip.sha256))
        arrivals.absent(programme)
        arrivals.changed(0.0)
        assert set(looked) == {v.clip(name).sha256 for name in wanted}


def test_exercises_use_up_no_hour_of_what_is_real():
    drills = [v.alert(f"tap-{n}", f"08:{n:02}", status=v.Status.EXERCISE) for n in range(3)]
    seen = v.after(*(v.seen(each, "08:30", feed=True, exercise=True) for each in drills[:2]))
    programme = world(v.alert("that", "08:40"), v.alert("that-2", "08:41"), drills[2], rules={"per_hour": 2})
    found = standings(programme, seen)
    assert taken(found) == ["that-2", "that"]
    assert found["tap-2"][1] is Limit.RATE, "of exercises themselves the hour takes no more"
    real = v.after(*(v.seen(each, "08:30", feed=True) for each in drills[:2]))
    assert taken(standings(programme, real)) == []
    sights = {each.identity: each.exercise for each in direct_sound(world(drills[0], v.alert("that", "08:40")), NOW, Happened()).unseen}
    assert sights == {str(drills[0].identity()): True, str(v.alert("that", "08:40").identity()): False}


def test_within_the_room_there_is_the_higher_level_comes_first_and_takes_no_place_of_what_was_taken():
    low, high = [v.alert(f"nhe-{n}", f"08:5{n}", level=1) for n in range(5)], v.alert("nang", "08:00", level=5)
    assert taken(standings(world(*low, high, rules={"per_hour": 1}))) == ["nang"]
    assert taken(standings(world(*low, high, rules={"at_once": 1}))) == ["nang"]
    before = v.after(v.seen(low[0], "08:50", feed=True))
    assert taken(standings(world(*low, high, rules={"per_hour": 2}), before)) == ["nang", "nhe-0"]
    less = v.update("bot", [v.reference("nang", "08:00")], sent="08:10", level=1)
    assert taken(standings(world(*low, high, less, rules={"per_hour": 1}))) == ["bot"], "what replaces it is as urgent"


def test_the_hour_counts_as_many_as_a_policy_can_allow():
    before = v.after(*(v.seen(v.alert(f"qua-{n}", "07:00"), "08:30", feed=True) for n in range(MOST_AN_HOUR)))
    for per_hour, expected in ((MOST_AN_HOUR, []), (20, [])):
        assert taken(standings(world(v.alert("moi", "08:59"), rules={"per_hour": per_hour}), before)) == expected


def test_what_the_feed_says_was_sent_later_than_now_waits_until_then():
    soon, tomorrow = v.alert("sap", "09:02"), v.alert("mai", v.at("08:00", 1), level=5)
    programme = world(soon, tomorrow, v.alert("nay", "08:59", level=1), rules={"at_once": 2})
    found = standings(programme)
    assert taken(found) == ["sap", "nay"]
    assert found["mai"] == (Standing.HELD_BACK, Limit.AHEAD)
    assert quiet(world(tomorrow))
    assert direct_screen(world(tomorrow), NOW, Happened()).until <= v.at("07:58", 1)
    assert standings(world(tomorrow), moment=v.moment(v.at("07:58", 1)))["mai"] == (Standing.IN_FORCE, None)
    assert standings(world(tomorrow, rules={"ahead": 0.0}), moment=v.moment(v.at("07:58", 1)))["mai"][1] is Limit.AHEAD
    unknown = v.moment("03:00", ClockState.UNKNOWN, "boot-2", 5.0)
    assert taken(standings(world(soon), moment=unknown)) == ["sap"], "without a clock nobody knows"
    assert taken(standings(world(persons=[tomorrow]))) == ["mai"], "two persons are believed"


def test_what_was_sent_ahead_is_no_newer_for_that():
    ahead, real = v.alert("truoc", "09:00:50", level=3), v.alert("that", "08:59", level=3)
    before = v.after(v.seen(ahead, "08:50", feed=True), v.seen(real, "08:59", feed=True))
    assert taken(standings(world(ahead, real, rules={"at_once": 1}), before)) == ["that"]
