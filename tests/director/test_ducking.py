"""Speech over music: what the director asks for, so that the voice can lower the music instead of ending it."""

from dataclasses import replace

import pytest

from bundle.base import BulletinClass
from director.decision import Speak
from director.sound import direct_sound
from evidence.override import Opened, Override
from tests.director import village

MUSIC = "vn.20.06001/nhac@2026-03-09T23:00:00+00:00/0:dan-tinh"


def sounding(item=MUSIC, when="06:00"):
    return village.Sounded(
        n=0,
        at=village.stamp(when),
        occurrence=item,
        item="dan-tinh",
        channel=village.COMMUNE,
        version=1,
        outcome=village.Outcome.STARTED,
    )


def programme(music=True, speech=BulletinClass.PRIORITY, **more):
    items = (
        village.announcement("dan-tinh", 600.0, music=music),
        village.announcement("hop-dan", 30.0),
        village.announcement("nhac-2", 30.0),
    )
    sessions = (
        village.session("nhac", "06:00", ["dan-tinh", "nhac-2"]),
        village.session("hop", "06:05", ["hop-dan"], bulletin_class=speech, window=60.0),
    )
    return village.programme(village.bundle(announcements=items, sessions=sessions), **more)


def said(programme, when, *happened):
    what = direct_sound(programme, village.moment(when), village.after(*happened)).what
    return [utterance.item for utterance in what.queue] if isinstance(what, Speak) else []


def test_speech_of_higher_rank_comes_before_the_music_that_sounds_and_the_music_stays_wanted():
    assert said(programme(), "06:05", sounding()) == ["hop-dan", "dan-tinh", "nhac-2"]


def test_while_both_sound_both_stay_wanted_in_that_order():
    speech = sounding("vn.20.06001/hop@2026-03-09T23:05:00+00:00/0:hop-dan", "06:05")
    assert said(programme(), "06:05:10", sounding(), speech) == ["hop-dan", "dan-tinh", "nhac-2"]


@pytest.mark.parametrize(
    ("music", "speech"),
    [(False, BulletinClass.PRIORITY), (True, BulletinClass.ROUTINE)],
    ids=["speech over speech waits", "what ranks no higher waits"],
)
def test_otherwise_what_sounds_goes_on_and_the_other_waits(music, speech):
    assert said(programme(music, speech), "06:05", sounding()) == ["dan-tinh", "nhac-2"]


def test_music_that_does_not_sound_yet_is_nothing_to_speak_over():
    assert said(programme(), "06:05") == ["hop-dan"]


def test_what_is_opened_on_site_begins_over_music_but_not_over_speech():
    override = Override(what=Opened.MICROPHONE, holder="Lò Thị Mây", at=village.stamp("06:02"), n=1)
    for music, expected in ((True, ["microphone", "dan-tinh"]), (False, ["microphone"])):
        assert said(replace(programme(music), override=override), "06:02:01", sounding()) == expected


def test_an_emergency_leaves_no_music_below_it():
    made = village.programme(village.cell(content=programme().cells[0].bundle, alerts=[village.alert("lu", sent="06:02")]))
    (only,) = said(made, "06:03", sounding())
    assert "lu" in only
