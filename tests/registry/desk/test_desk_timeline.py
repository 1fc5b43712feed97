"""What the planner sees is what units do: the day's blocks against the director's own decisions, minute by minute, on random days."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bundle.policy import Ceiling, QuietHours
from director.day import COLLIDES
from director.decision import Live, Speak
from director.happened import Happened, fold
from director.sound import direct_sound
from evidence.records import Outcome
from registry.desk.timeline import day_at, programme_at
from tests.director import village as v
from tests.director.worlds import programmes

DAY = v.DAY.date()
MIDNIGHT, AFTER = v.at("00:00"), v.at("00:00", 1) + timedelta(hours=3)


def quiet_world(programme):
    """*programme* without what nobody plans: alerts, orders of the hour, kills."""
    cells = []
    for cell in programme.cells:
        stop = cell.stop.model_copy(update={"kills": ()}) if cell.stop else None
        gone = {"alerts": None, "feed": None, "orders": None, "earlier_alerts": (), "earlier_feed": ()}
        cells.append(replace(cell, stop=stop, **gone))
    return replace(programme, cells=tuple(cells))


def heard(programme):
    """When each run, and each turn, begins on a unit that lives through the day; what it skips is written down as the voice does."""
    now, happened, found = MIDNIGHT, Happened(), {}
    while now < AFTER:
        decision = direct_sound(programme, v.moment(now), happened)
        for skip in decision.skipped:
            happened = fold(happened, [v.sounded(skip.key, Outcome.REFUSED_BY_RULE if skip.rule else Outcome.MISSED, now)])
        queue = decision.what.queue if isinstance(decision.what, Speak) else ()
        if queue and queue[0].due <= now:
            first = queue[0]
            found[first.key] = now
            length = first.source.ends - now if isinstance(first.source, Live) else timedelta(seconds=first.source.duration)
            happened = fold(happened, [v.sounded(first.key, Outcome.STARTED, now)])
            now += length
            happened = fold(happened, [v.sounded(first.key, Outcome.COMPLETE, now)])
        else:
            # A voice looks again when the answer may change, and not more often than each second.
            looks = max(decision.until or AFTER, now + timedelta(seconds=1))
            now = min(looks, queue[0].due) if queue else looks
    return found


def planned(programme):
    return {
        f"{block.channel}/{block.session.id}@{block.due.isoformat()}": block
        for block in day_at(programme, DAY).blocks
        if block.due >= MIDNIGHT
    }


@st.composite
def crowded(draw):
    """Sessions that are in each other's way within a few minutes, with quiet hours and caps near by."""
    items = [
        v.announcement("ngan", 40.0),
        v.announcement("dai", 300.0),
        v.announcement("gap", 60.0, bulletin_class=v.BulletinClass.PRIORITY),
    ]
    sessions = [
        v.session(
            f"buoi-{number}",
            draw(st.sampled_from(["12:00", "12:01", "12:03", "12:08"])),
            draw(st.lists(st.sampled_from(["ngan", "dai", "gap", "dai-tinh"]), min_size=1, max_size=3)),
            window=draw(st.sampled_from([60.0, 900.0])),
            bulletin_class=draw(st.sampled_from([v.BulletinClass.ROUTINE, v.BulletinClass.PRIORITY])),
        )
        for number in range(draw(st.integers(2, 4)))
    ]
    hours = draw(st.sampled_from([(), (QuietHours(start=time(12, 9), end=time(12, 12)),)]))
    rules = v.policy(
        quiet_hours=hours, sessions_per_day=draw(st.sampled_from([2, 4])), minutes_per_session=draw(st.sampled_from([6.0, 45.0]))
    )
    content = v.bundle(announcements=items, rebroadcasts=[v.rebroadcast("dai-tinh", duration=240.0)], sessions=sessions)
    return v.programme(v.cell(content=content, policy=rules))


@given(programmes())
@settings(max_examples=25)
def test_what_the_plan_shows_is_what_units_do(programme):
    programme = quiet_world(programme)
    before = day_at(programme, DAY - timedelta(days=1)).blocks
    # A session of the night before that reaches over midnight is no part of this day's picture.
    assume(all(max(block.ends, block.due + timedelta(seconds=block.session.window)) < MIDNIGHT for block in before))
    same(programme)


@given(crowded())
@settings(max_examples=40)
def test_what_waits_for_another_session_begins_when_the_plan_shows_it(programme):
    same(programme)


def same(programme):
    """The plan and the unit begin the same turns of the same runs at the same moments, and no others."""
    begun = {}
    for key, at in heard(programme).items():
        begun.setdefault(key.rpartition("/")[0], []).append(at)
    blocks = planned(programme)
    said = {run: [part.start for part in each.parts if not part.refused] for run, each in blocks.items() if each.start}
    assert {run: at for run, at in begun.items() if run in blocks} == said
    assert {run: at[0] for run, at in begun.items() if run in blocks} == {run: each.start for run, each in blocks.items() if each.start}


def test_it_says_what_would_not_sound_and_why():
    items = [v.announcement("dai", 600.0), v.announcement("ngan", 60.0)]
    sessions = [v.session("som", "04:30", ["ngan"]), v.session("mot", "06:00", ["dai"]), v.session("hai", "06:05", ["ngan"])]
    content = v.bundle(announcements=items, sessions=sessions)
    day = day_at(programme_at(content, (v.cell(policy=v.policy()),), v.COMMUNE, ("vi",)), DAY)
    assert [(block.session.id, block.start, block.refused) for block in day.blocks] == [
        ("som", None, "giờ yên tĩnh / quiet hours"),
        ("mot", v.at("06:00"), ""),
        ("hai", None, COLLIDES),
    ]
    assert [(part.item, part.seconds, part.live) for part in day.blocks[1].parts] == [("dai", 600.0, False)]
    assert [(hush.start, hush.end) for hush in day.hushes] == [(v.at("00:00"), v.at("05:00")), (v.at("21:30"), v.at("00:00", 1))]
    assert "At most 4 sessions a day" in day.rules[0][1]


def test_a_rebroadcast_and_a_ceiling_are_told_as_such():
    content = v.bundle(rebroadcasts=[v.rebroadcast("dai-tinh")], sessions=[v.session("tiep", "17:00", ["dai-tinh"])])
    rules = v.policy(ceilings=(Ceiling(start=time(16), end=time(18), decibels=-6.0),))
    day = day_at(programme_at(content, (v.cell(policy=rules),), v.COMMUNE, ("vi",)), DAY)
    assert [(part.live, part.seconds) for part in day.blocks[0].parts] == [(True, 900.0)]
    assert [hush.decibels for hush in day.hushes] == [None, -6.0, None]


def test_a_change_stands_in_the_place_of_what_the_channel_has_released():
    released = v.bundle(announcements=[v.announcement("tin")], sessions=[v.session("sang", "06:00", ["tin"])])
    moved = v.bundle(announcements=[v.announcement("tin")], sessions=[v.session("sang", "07:15", ["tin"])])
    above = v.cell(v.PROVINCE, content=v.bundle(v.PROVINCE))
    programme = programme_at(moved, (above, v.cell(content=released, policy=v.policy())), v.COMMUNE, ("vi",))
    assert [cell.channel for cell in programme.cells] == [v.COUNTRY, v.PROVINCE, v.COMMUNE]
    assert [block.start for block in day_at(programme, DAY).blocks] == [v.at("07:15")]
