"""Who says that it is over, and when: once, to the end, and never while it goes on."""

import pytest

from director.alerts import Standing, held_alerts
from director.decision import Speak
from director.happened import Happened
from director.sound import direct_sound
from evidence.records import Outcome
from tests.director import village as v

NOW = v.moment("09:00")


def said(programme, *records):
    """The identifiers of what is said now."""
    what = direct_sound(programme, NOW, v.after(*records)).what
    return [each.item.split(",")[1] for each in what.queue] if isinstance(what, Speak) else []


def heard(alert, when, channel=v.COMMUNE, feed=False, outcome=Outcome.COMPLETE):
    """First sight of *alert*, and an airing of it."""
    key = v.alert_key(alert, channel=channel, feed=feed)
    return [v.seen(alert, when, channel=channel, feed=feed), v.sounded(key, outcome, when, words=alert)]


def refer(*alerts):
    return [v.reference(each.identifier, each.sent) for each in alerts]


@pytest.mark.parametrize("road", ["commune under province", "feed under persons"])
def test_nothing_is_over_while_what_replaced_it_is_in_force(road):
    lu = v.alert("lu", "08:00", count=1)
    worse = v.update("lu-2", refer(lu), sent="08:10", level=4, count=1)
    over = v.cancel("het", refer(lu), sent="08:20")
    if road == "feed under persons":
        world, by, feed = v.programme(v.cell(feed=[lu, over], alerts=[worse], policy=v.feed_rules())), v.COMMUNE, True
    else:
        world, by, feed = v.programme(v.cell(v.PROVINCE, alerts=[worse]), v.cell(alerts=[lu, over])), v.PROVINCE, False
    before = [*heard(lu, "08:01", feed=feed), *heard(worse, "08:11", channel=by)]
    assert said(world, *before) == []
    assert [each.alert.identifier for each in held_alerts(world, NOW, Happened()) if each.standing is Standing.IN_FORCE] == ["lu-2"]


def test_what_else_a_cancel_ends_is_over_all_the_same_for_those_who_heard_it():
    lu, bao = v.alert("lu", "08:00", count=1), v.alert("bao", "08:00", count=1)
    worse = v.update("lu-2", refer(lu), sent="08:10", count=1)
    world = v.programme(v.cell(v.PROVINCE, alerts=[worse]), v.cell(alerts=[lu, bao, v.cancel("het", refer(lu, bao), sent="08:20")]))
    before = [*heard(lu, "08:01"), *heard(worse, "08:11", channel=v.PROVINCE)]
    assert said(world, *before) == [], "nobody heard of the other"
    assert said(world, *before, *heard(bao, "08:02")) == ["het"]


@pytest.mark.parametrize(("outcome", "now"), [(Outcome.COMPLETE, []), (Outcome.STARTED, ["het-1"])])
def test_a_cancel_that_came_second_neither_cuts_the_first_nor_says_it_again_though_it_was_sent_before(outcome, now):
    lu = v.alert("lu", "08:00", count=1)
    first, second = v.cancel("het-1", refer(lu), sent="08:35"), v.cancel("het-2", refer(lu), sent="08:30")
    world = v.programme(v.cell(alerts=[lu, first, second]))
    before = [*heard(lu, "08:01"), *heard(first, "08:36", outcome=outcome)]
    assert said(world, *before) == now, "when it has just come"
    assert said(world, *before, v.seen(second, "08:59")) == now, "and when its first sight is on the card"


def test_of_cancels_that_come_together_the_same_is_announced_before_and_after_their_first_sight():
    lu = v.alert("lu", "08:00", count=1)
    world = v.programme(v.cell(alerts=[lu, v.cancel("a", refer(lu), sent="08:35"), v.cancel("z", refer(lu), sent="08:30")]))
    before = heard(lu, "08:01")
    sights = [each.identity for each in direct_sound(world, NOW, v.after(*before)).unseen]
    held = {each.name: each.alert for each in held_alerts(world, NOW, Happened())}
    assert said(world, *before) == said(world, *before, *(v.seen(held[name], "08:59") for name in sights)) == ["z"]
