"""A quiet moment is one in which nothing sounds, nor will for as long as that; the slow look second by second says the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from director.alerts import held_alerts, in_force
from director.decision import Silence
from director.happened import Happened
from director.quiet import disturbed
from director.sound import direct_sound
from evidence.records import Outcome
from tests.director import village as v
from tests.director.worlds import worlds
from tests.examples import share

MORNING = v.programme(v.bundle(announcements=[v.announcement("tin", 60.0)], sessions=[v.session("sang", "06:00", ["tin"])]))
LEAD = MORNING.site.lead


@pytest.mark.parametrize(
    ("when", "seconds", "quiet"), [("05:00", 300, True), ("05:58", 60, True), ("05:58", 111, False), ("05:50", 595, False)]
)
def test_a_session_disturbs_from_when_its_loudspeaker_must_begin(when, seconds, quiet):
    assert LEAD == 10.0
    assert (disturbed(MORNING, v.moment(when), Happened(), seconds) == "") is quiet


def test_while_it_sounds_it_is_not_quiet_however_short_the_moment():
    speaking = v.after(v.sounded(v.key("sang", "06:00", "tin"), Outcome.STARTED, "06:00"))
    assert disturbed(MORNING, v.moment("06:00:20"), speaking, 0.0)


def test_an_alert_in_force_disturbs_between_its_airings_too():
    lu = v.alert("lu", "05:00", count=1, expires=v.at("09:00"))
    flood = v.programme(v.cell(alerts=[lu]))
    heard = v.after(v.seen(lu, "05:00"), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "05:01"))
    assert isinstance(direct_sound(flood, v.moment("07:00"), heard).what, Silence)
    assert "alert" in disturbed(flood, v.moment("07:00"), heard, 60.0)
    assert disturbed(flood, v.moment("09:30"), heard, 60.0) == ""


def test_a_live_programme_disturbs_as_soon_as_it_is_to_be_connected():
    live = v.programme(v.bundle(rebroadcasts=[v.rebroadcast("tinh")], sessions=[v.session("trua", "11:00", ["tinh"])]))
    assert live.policy().rebroadcast.connect_ahead == 30.0
    assert disturbed(live, v.moment("10:59:00"), Happened(), 29.0) == ""
    assert disturbed(live, v.moment("10:59:00"), Happened(), 31.0)


@share(0.1)
@given(worlds(), st.integers(0, 400))
def test_the_slow_look_second_by_second_says_the_same(world, seconds):
    programme, moment, happened = world
    loud = bool(in_force(held_alerts(programme, moment, happened)))
    for second in range(seconds):
        decision = direct_sound(programme, moment.later(second), happened)
        loud = loud or not isinstance(decision.what, Silence) or bool(decision.listen)
    if loud:
        assert disturbed(programme, moment, happened, seconds)
