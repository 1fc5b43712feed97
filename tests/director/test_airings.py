"""When airings are due after reboots, and what people have heard of a story at night."""

from itertools import pairwise

import pytest

from director.decision import Speak
from director.happened import Happened, fold
from director.moment import Moment
from director.sound import direct_sound
from evidence.records import ClockState, Outcome, Sounded
from tests.director import village as v

SPEECH = 20.0


def starts(alert, happened, moment, seconds):
    """When its airings begin, in seconds since boot, with the number of each: from *moment* on, for so many *seconds*."""
    found, end = [], moment.mono + seconds
    while moment.mono < end:
        what = direct_sound(v.programme(v.cell(alerts=[alert])), moment, happened).what
        if isinstance(what, Speak):
            found.append((moment.mono, int(what.queue[0].key.rpartition("#")[2])))
            happened = fold(happened, [line(what.queue[0], Outcome.STARTED, moment)])
            moment = moment.later(SPEECH)
            happened = fold(happened, [line(what.queue[0], Outcome.COMPLETE, moment)])
        moment = moment.later(1.0)
    return found


def line(said, outcome, moment):
    given = {"item": said.item, "channel": v.COMMUNE, "version": 1, "words": said.words}
    return Sounded(n=0, at=moment.stamp(), occurrence=said.key, outcome=outcome, **given)


def before_the_cut(alert, airings, every):
    """First sight and *airings* of *alert* in a boot whose clock nobody set."""
    unknown = {"state": ClockState.UNKNOWN, "boot": "boot-0"}
    said = (
        v.sounded(v.alert_key(alert, number), Outcome.COMPLETE, "03:00", mono=50.0 + number * every + SPEECH, words=alert, **unknown)
        for number in range(airings)
    )
    return v.after(v.seen(alert, "03:00", mono=50.0, **unknown), *said)


@pytest.mark.parametrize("aired", [1, 3])
def test_airings_keep_their_distance_when_first_seen_without_a_clock_and_rebooted_with_one(aired):
    """They neither pile up nor wait for longer than one distance, however many had sounded before."""
    lu = v.alert("lu", "08:00", count=6, every=600.0, seconds=SPEECH, expires=v.at("20:00"))
    rebooted = Moment(v.at("09:00"), ClockState.TRUSTED, "boot-1", 20.0)
    found = starts(lu, before_the_cut(lu, aired, 600.0), rebooted, 4000.0)
    assert [number for _, number in found] == list(range(aired, 6))
    assert found[0][0] == pytest.approx(600.0, abs=1.0)
    distances = [later - earlier for (earlier, _), (later, _) in pairwise(found)]
    assert distances == pytest.approx([600.0 + SPEECH] * len(distances), abs=1.0)


NIGHT = v.moment("23:30")


def at_night(first, *records, level=4):
    """Whether the Update of *first* sounds at night after *records*."""
    update = v.update("moi", [v.reference(first.identifier, first.sent)], sent="23:05", level=level)
    return isinstance(
        direct_sound(v.programme(v.cell(alerts=[first, update])), NIGHT, v.after(v.seen(first, "23:00"), *records)).what, Speak
    )


@pytest.mark.parametrize("outcome", [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.FAILED, Outcome.MISSED])
def test_what_was_cut_off_keeps_no_update_silent_at_night(outcome):
    """One word of it is not the story."""
    first = v.alert("lu", "23:00", level=4, count=1)
    begun = [v.sounded(v.alert_key(first), each, "23:04:59", words=first) for each in (Outcome.STARTED, outcome)]
    assert at_night(first, *begun)


def test_what_was_heard_whole_keeps_no_worse_update_silent_at_night():
    first = v.alert("lu", "23:00", level=4, count=2)
    heard = v.sounded(v.alert_key(first), Outcome.COMPLETE, "23:01", words=first)
    cut = v.sounded(v.alert_key(first, 1), Outcome.INTERRUPTED, "23:04", words=first)
    assert not at_night(first, heard, cut)
    assert at_night(first, heard, cut, level=5)


def test_a_drill_keeps_nothing_real_silent_at_night():
    drill = v.alert("tap", "23:00", level=4, count=1, status=v.Status.EXERCISE)
    assert at_night(drill, v.sounded(v.alert_key(drill), Outcome.COMPLETE, "23:01", words=drill))


@pytest.mark.parametrize(("outcomes", "told"), [("started failed", True), ("failed", False), ("started missed", True), ("missed", False)])
def test_that_it_is_over_is_told_of_whatever_has_begun_and_not_of_what_never_did(outcomes, told):
    first = v.alert("lu", "08:00", count=1)
    over = v.cancel("het", [v.reference("lu", "08:00")], sent="08:30")
    lives = [v.sounded(v.alert_key(first), Outcome(each), "08:10", words=first) for each in outcomes.split()]
    world = v.programme(v.cell(alerts=[first, over]))
    assert isinstance(direct_sound(world, v.moment("09:00"), v.after(v.seen(first, "08:00"), *lives)).what, Speak) is told


@pytest.mark.parametrize(("status", "first"), [(v.Status.ACTUAL, "lu lúc vi"), (v.Status.EXERCISE, "luvi"), (v.Status.TEST, "luvi")])
def test_a_drill_that_comes_late_says_in_its_first_words_that_it_is_one_and_not_the_hour(status, first):
    late = v.alert("lu", "08:00", status=status, issued=True)
    (said,) = direct_sound(v.programme(v.cell(alerts=[late])), v.moment("08:20"), Happened()).what.queue
    assert next(iter(getattr(said.source, "parts", (said.source,)))).sha256 == v.clip(first).sha256
