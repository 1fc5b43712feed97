"""The answer changes by time alone only when it said it might: whole stretches of a day, second by second."""

from datetime import timedelta

import pytest

from director.decision import Speak
from director.happened import Happened
from director.screen import direct_screen
from director.sound import direct_sound
from evidence.records import ClockState, Outcome, SourceState
from evidence.report import Sounding
from tests.director import village as v
from tests.director.test_properties import timeless

MINUTES = v.announcement("dai", 90.0), v.announcement("ngan", 20.0)


def evening():
    """A session that begins late and meets quiet hours, which end again within its slot."""
    content = v.bundle(announcements=MINUTES, sessions=[v.session("toi", "21:25", ["ngan", "dai", "ngan"], window=600.0)])
    hush = v.policy(quiet_hours=(v.QuietHours(start=v.time(21, 30), end=v.time(21, 32)),))
    return v.programme(v.cell(content=content, policy=hush)), Happened(), "21:24:40", 700


def interrupted():
    """A session whose rest is still open when its slot ends."""
    content = v.bundle(announcements=MINUTES, sessions=[v.session("sang", "06:00", ["dai", "ngan"], maximum=120.0)])
    return v.programme(content), v.after(v.sounded(v.key("sang", "06:00", "dai"), Outcome.INTERRUPTED, "06:00:30", 30.0)), "06:00:40", 300


def coming_and_going():
    """Notices, lines and marks with hours of their own, and a bundle that grows old."""
    content = v.bundle(
        valid_until=v.at("08:01:30"),
        notices=[v.notice("mot", valid_from=v.at("08:00:20"), valid_until=v.at("08:01:00")), v.notice("hai")],
        tickers=[v.ticker("chu", valid_until=v.at("08:00:40"))],
        sponsors=[v.sponsor("nha", 0.4, valid_from=v.at("08:00:50"))],
    )
    return v.programme(content), Happened(), "08:00", 150


def emergencies():
    """Two alerts that end apart, the next airing of one of them, and a drill behind them."""
    lu, gio = v.alert("lu", "08:00", expires=v.at("08:12")), v.alert("gio", "08:00", level=2, expires=v.at("08:11"), recorded=())
    drill = v.alert("tap", "07:00", status=v.Status.EXERCISE, expires=v.at("08:13"))
    heard = v.after(*(v.seen(each, "08:00") for each in (lu, gio, drill)), v.sounded(v.alert_key(lu), Outcome.COMPLETE, "08:00:20"))
    return v.programme(v.cell(alerts=[lu, gio, drill])), heard, "08:09:30", 230


def night_ends():
    """What was held back at night is due in the morning."""
    lu = v.alert("lu", v.at("22:00", -1))
    huy = v.cancel("huy", [v.reference("lu", v.at("22:00", -1))], sent=v.at("23:00", -1))
    heard = v.after(
        v.seen(lu, v.at("22:00", -1)), v.seen(huy, v.at("23:00", -1)), v.sounded(v.alert_key(lu), Outcome.COMPLETE, v.at("22:01", -1))
    )
    return v.programme(v.cell(alerts=[lu, huy], content=v.bundle(notices=[v.notice("tin")]))), heard, "04:59:40", 60


def words_linger():
    """A caption by the plan, then one by what was really heard."""
    content = v.bundle(notices=[v.notice("tin")], announcements=MINUTES, sessions=[v.session("sang", "06:00", ["ngan", "dai"])])
    speaking = Sounding(occurrence="x", item="ngan", channel=v.COMMUNE, language="vi", since=v.stamp("06:00:10"))
    return v.programme(content), Happened().sounding_now(speaking).sounding_now(None), "06:00:20", 200


def missed_yesterday():
    """What was missed a day ago is told for a day."""
    content = v.bundle(announcements=MINUTES, sessions=[v.session("sang", "06:00", ["ngan"], rule="FREQ=WEEKLY;BYDAY=MO")])
    return v.programme(content), Happened(), "05:59:40", 60


WORLDS = [evening, interrupted, coming_and_going, emergencies, night_ends, words_linger, missed_yesterday]


@pytest.mark.parametrize("ask", [direct_screen, direct_sound])
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_nothing_changes_before_until(world, ask):
    programme, happened, start, seconds = world()
    moment = v.moment(start)
    said = ask(programme, moment, happened)
    changes = 0
    for second in range(1, seconds):
        now = moment.later(second)
        answer = ask(programme, now, happened)
        if timeless(answer) != timeless(said):
            assert said.until is not None
            assert said.until <= now.wall, f"changed at {now.wall}, promised until {said.until}"
            changes += 1
        if said.until is not None and said.until <= now.wall:
            said = answer
    # Each of these stretches was chosen because something happens on the board or in the loudspeaker.
    assert changes > 0 or (world, ask) in QUIET


def snug(*queue, items=(), fallback=60.0):
    """A session from 21:25 on whose last word ends on the very stroke of quiet hours, at 21:30."""
    live = v.rebroadcast("dai-tinh", ["thay"], duration=300.0)
    spoken = [*items, v.announcement("thay", fallback)]
    content = v.bundle(announcements=spoken, rebroadcasts=[live], sessions=[v.session("toi", "21:25", queue)])
    hush = v.policy(quiet_hours=(v.QuietHours(start=v.time(21, 30), end=v.time(5, 0)),))
    return v.programme(v.cell(content=content, policy=hush))


TWO = [v.announcement("mot", 200.0), v.announcement("hai", 100.0)]


def before_it_is_due():
    return snug("mot", items=[v.announcement("mot", 300.0)]), Happened(), "21:24:52"


def behind_what_sounds():
    programme = snug("mot", "hai", items=TWO)
    return programme, v.after(v.sounded(v.key("toi", "21:25", "mot"), Outcome.STARTED, "21:25")), "21:26"


def behind_what_is_due():
    return snug("mot", "hai", items=TWO), Happened(), "21:24:52"


def a_rebroadcast():
    return snug("dai-tinh"), Happened(), "21:24:52"


def a_rebroadcast_that_is_received():
    return snug("dai-tinh"), v.after(v.received(v.key("toi", "21:25", "dai-tinh"), SourceState.GOOD, "21:24:50")), "21:26"


def what_stands_in():
    lost = v.received(v.key("toi", "21:25", "dai-tinh"), SourceState.STALLED, "21:24:40")
    return snug("dai-tinh", fallback=300.0), v.after(lost), "21:24:52"


def a_tone():
    order = v.tone(since="21:29:30", expires="21:40", seconds=30.0)
    return v.programme(v.cell(orders=[order], policy=snug("thay").policy())), Happened(), "21:29:22"


SNUG = [before_it_is_due, behind_what_sounds, behind_what_is_due, a_rebroadcast, a_rebroadcast_that_is_received, what_stands_in, a_tone]


@pytest.mark.parametrize("world", SNUG, ids=lambda each: each.__name__)
def test_what_fits_exactly_before_a_silence_is_not_asked_about_without_end(world):
    programme, happened, start = world()
    moment = v.moment(start)
    assert isinstance(direct_sound(programme, moment, happened).what, Speak)
    for _ in range(12):
        said = direct_sound(programme, moment, happened)
        moment = moment.later((said.until - moment.wall).total_seconds())
    assert moment.wall >= v.at(start) + timedelta(seconds=1), "a dozen answers last for longer than an instant"


QUIET = {(interrupted, direct_screen), (evening, direct_screen), (coming_and_going, direct_sound), (missed_yesterday, direct_screen)}
QUIET |= {(night_ends, direct_screen)}


def test_an_alert_ages_without_a_clock_until_the_promised_moment():
    lu = v.alert("lu", "08:00", expires=v.at("08:10"))
    world, heard = v.programme(v.cell(alerts=[lu])), v.after(v.seen(lu, "08:05"))
    moment = v.moment("08:05", ClockState.UNKNOWN).later(60)
    said = direct_screen(world, moment, heard)
    assert said.until == v.at("08:10")
    assert timeless(direct_screen(world, moment.later(239), heard)) == timeless(said)
    assert timeless(direct_screen(world, moment.later(240), heard)) != timeless(said)


def test_what_a_rule_forbids_is_told_from_its_due_time_on():
    content = v.bundle(announcements=MINUTES, sessions=[v.session("sang", "06:00", ["ngan", "dai"])])
    world = v.programme(v.cell(content=content, withdrawn=[v.withdrawal("ngan")]))
    key = v.key("sang", "06:00", "ngan")
    told = [key in [skip.key for skip in direct_sound(world, v.moment(when), Happened()).skipped] for when in ("05:59:55", "06:00")]
    assert told == [False, True]
