"""What an alert says and in which order: phrases first, nothing is waited for, and the hour at which it was sent when it comes late."""

from dataclasses import replace

import pytest

from director.decision import Clips, Silence, Speak
from director.happened import Happened
from director.sound import direct_sound
from evidence.records import ClockState, Outcome
from tests.director import village as v

NOW = v.moment("08:01")
PHRASES = ("lu-len", "di-tan")


def said(alert, moment=NOW, happened=None, absent=(), policy=None, **site):
    programme = replace(v.programme(v.cell(alerts=[alert], policy=policy), **site), absent=frozenset(absent))
    return direct_sound(programme, moment, happened or v.after(v.seen(alert, "08:00:30")))


def parts(alert, *rest, **more):
    """The recordings of what it says first, in order; none when it is silent."""
    what = said(alert, *rest, **more).what
    source = what.queue[0].source if isinstance(what, Speak) else Clips(())
    return source.parts if isinstance(source, Clips) else (source,)


def test_the_phrases_are_said_first_and_what_was_made_for_this_alert_follows():
    lu = v.alert("lu", "08:00", phrases=PHRASES, issued=True)
    text = lu.versions[0]
    assert parts(lu) == (*text.phrases, text.clip)


def test_a_single_recording_is_a_source_by_itself():
    lu = v.alert("lu", "08:00")
    assert said(lu).what.queue[0].source == lu.versions[0].clip


def test_an_alert_with_phrases_never_waits_for_its_recording_and_one_without_does():
    with_phrases, without = v.alert("lu", "08:00", phrases=PHRASES), v.alert("lu", "08:00")
    on_its_way = {v.clip("luvi").sha256}
    assert parts(with_phrases, absent=on_its_way)[0] == with_phrases.versions[0].phrases[0]
    silent = said(without, absent=on_its_way)
    assert isinstance(silent.what, Silence)
    assert silent.skipped == (), "it is still owed"
    assert parts(without) == (without.versions[0].clip,)


def test_a_translation_that_has_not_come_gives_way_to_what_can_be_said_now():
    lu = v.alert("lu", "08:00", languages=("vi", "hmn"), recorded=("vi", "hmn"))
    on_its_way = {v.clip("luhmn").sha256}
    assert [said(lu, absent=absent, languages=("hmn", "vi")).what.queue[0].language for absent in ((), on_its_way)] == ["hmn", "vi"]


def test_its_hour_alone_is_no_alert():
    lu = v.alert("lu", "08:00", issued=True)
    assert parts(lu, absent={v.clip("luvi").sha256}) == ()


def story(name):
    """(moment, happened, policy) of an airing that comes late for the reason *name*."""
    lu = v.alert("lu", "08:00", issued=True)
    interrupted = [v.sounded(v.alert_key(lu), outcome, "08:00:40") for outcome in (Outcome.STARTED, Outcome.INTERRUPTED)]
    sounds_again = [*interrupted, v.sounded(v.alert_key(lu), Outcome.STARTED, "08:00:50")]
    return {
        "interrupted": (NOW, v.after(v.seen(lu, "08:00:30"), *interrupted), None),
        "sounds again": (NOW, v.after(v.seen(lu, "08:00:30"), *sounds_again), None),
        "no clock": (v.moment("08:01", ClockState.UNKNOWN, "boot-2", 20.0), v.after(v.seen(lu, "08:00:30")), None),
        "came late": (v.moment("08:20"), v.after(v.seen(lu, "08:19:50")), None),
        "comes late now": (v.moment("08:20"), Happened(), None),
        "late by the village's own rule": (NOW, v.after(v.seen(lu, "08:00:30")), v.policy(issue_time_after=20.0)),
    }[name]


LATE = ["interrupted", "sounds again", "no clock", "came late", "comes late now", "late by the village's own rule"]


@pytest.mark.parametrize("name", LATE)
def test_an_airing_that_comes_late_says_first_when_the_alert_was_sent(name):
    lu = v.alert("lu", "08:00", issued=True, phrases=PHRASES)
    moment, happened, policy = story(name)
    text = lu.versions[0]
    assert parts(lu, moment, happened, policy=policy) == (text.issued, *text.phrases, text.clip)


def test_an_airing_in_time_does_not_nor_does_one_that_just_begins():
    lu = v.alert("lu", "08:00", issued=True)
    begun = v.after(v.seen(lu, "08:00:30"), v.sounded(v.alert_key(lu), Outcome.STARTED, "08:00:40"))
    assert parts(lu) == parts(lu, happened=begun) == (lu.versions[0].clip,)
