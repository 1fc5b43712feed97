"""A rebroadcast in the director's hands, beyond what the scenarios say."""

from dataclasses import replace

from director.decision import Live, Speak
from director.sound import direct_sound
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
