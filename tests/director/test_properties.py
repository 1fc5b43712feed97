"""What holds for every village, moment and history that we can think of."""

import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.alert import MessageType, Status
from bundle.area import covers
from bundle.base import BulletinClass
from bundle.orders import MuteOrder
from bundle.policy import Weekday
from director.decision import AlertPage, Attention, Live, Silence, Speak, Tone
from director.explain import explain
from director.screen import direct_screen
from director.sound import direct_sound
from director.timeline import timeline
from evidence.records import ClockState, Outcome
from tests.director.worlds import programmes, worlds

MAPPINGS = ("utterances", "alerts_seen", "signed_seen", "shown_at", "sources")
"""Of what happened, which cannot be pickled."""


@given(worlds())
def test_every_question_gets_an_answer_and_a_sentence(world):
    programme, moment, happened = world
    for ask in (direct_screen, direct_sound):
        decision = ask(programme, moment, happened)
        vietnamese, english = explain(decision, programme, moment).split("\n")
        assert vietnamese.startswith(("Bảng", "Loa"))
        assert english.startswith("The ")
        assert decision.until is None or decision.until > moment.wall
        assert decision == ask(programme, moment, happened)


def timeless(decision):
    """The decision without what is allowed to move: when it ends, and the hour of an emergency, which is now."""
    what = getattr(decision, "what", None)
    if isinstance(what, Speak):
        queue = tuple(
            replace(each, due=None, slot_ends=None) if each.bulletin_class is BulletinClass.EMERGENCY else each for each in what.queue
        )
        decision = replace(decision, what=Speak(queue))
    return replace(decision, until=None)


@given(worlds(), st.lists(st.floats(0.0, 0.999), min_size=1, max_size=4))
def test_until_is_honest(world, fractions):
    programme, moment, happened = world
    for ask in (direct_screen, direct_sound):
        decision = ask(programme, moment, happened)
        span = (decision.until - moment.wall).total_seconds() if decision.until else 86400.0
        for fraction in (*fractions, max(0.0, (span - 0.001) / span)):
            later = moment.later(span * fraction)
            assert timeless(ask(programme, later, happened)) == timeless(decision), f"changed {span * fraction} s on, before {span}"


@given(worlds())
def test_routine_keeps_quiet_hours_and_needs_a_clock(world):
    programme, moment, happened = world
    what = direct_sound(programme, moment, happened).what
    routine = [each for each in what.queue if each.bulletin_class is not BulletinClass.EMERGENCY] if isinstance(what, Speak) else []
    assert not routine or moment.state is not ClockState.UNKNOWN
    cursor = moment.wall
    for each in routine:
        cursor = max(cursor, each.due)
        life = happened.utterances.get(each.key)
        sounds = life is not None and life.outcome is Outcome.STARTED
        if isinstance(each.source, Live):
            ends = cursor if sounds else max(cursor, each.source.ends)
        else:
            length = each.source.seconds if isinstance(each.source, Tone) else each.source.duration - each.resume
            ends = cursor + timedelta(seconds=0 if sounds else length)
        assert not any(is_quiet(programme, instant) for instant in (cursor, cursor + (ends - cursor) / 2))
        cursor = ends


def is_quiet(programme, instant):
    """A slow second opinion: by local day and minute, not by intervals."""
    local = instant.astimezone(ZoneInfo(programme.site.timezone))
    clock = local.time()
    for hours in programme.policy().quiet_hours:
        if (hours.start < hours.end and hours.start <= clock < hours.end) or (
            hours.start >= hours.end and (clock >= hours.start or clock < hours.end)
        ):
            return True
    cells = ((cell, order) for cell in programme.cells for order in (cell.orders.orders if cell.orders else ()))
    mutes = [order for _, order in cells if isinstance(order, MuteOrder) and programme.site.addressed(order.areas, order.units)]
    return any(order.since <= instant < order.expires for order in mutes)


@given(worlds())
def test_no_zone_hears_more_than_the_signed_ceilings_allow(world):
    """Rules of sound: ceiling by class × weekday × hour × zone; only an emergency passes."""
    programme, moment, happened = world
    what = direct_sound(programme, moment, happened).what
    for each in what.queue if isinstance(what, Speak) else ():
        if each.bulletin_class is BulletinClass.EMERGENCY:
            assert each.attention is Attention.EXERCISE or (each.gain, each.zones) == (0.0, ()), "only a drill keeps the rules"
            continue
        life = happened.utterances.get(each.key)
        sounds = life is not None and life.outcome is Outcome.STARTED
        here = [zone for zone in programme.site.zones or each.zones or ("",) if not each.zones or zone in each.zones]
        assert here, "what sounds, sounds somewhere"
        for zone in here:
            allowed = ceiling(programme, max(moment.wall, each.due) if each is what.queue[0] else None, each.bulletin_class, zone)
            assert allowed is None or each.gain <= allowed
            assert not sounds or ceiling(programme, moment.wall, each.bulletin_class, zone) > -100


def ceiling(programme, instant, bulletin_class, zone):
    """A slow second opinion: what the policy says of one zone at one instant, day by day; -100 is silence."""
    if instant is None:
        return None
    local = instant.astimezone(ZoneInfo(programme.site.timezone))
    policy, found = programme.policy(), [0.0]
    for each in policy.ceilings:
        if bulletin_class not in each.classes or (each.zones and zone not in each.zones):
            continue
        for back in (0, 1):
            day = local.date() - timedelta(days=back)
            like = next((holiday.like for holiday in policy.holidays if holiday.day == day), None)
            if (like or list(Weekday)[day.weekday()]) not in each.weekdays:
                continue
            start = local.replace(hour=each.start.hour, minute=each.start.minute, second=0, microsecond=0) - timedelta(days=back)
            end = start.replace(hour=each.end.hour, minute=each.end.minute) + timedelta(days=0 if each.end > each.start else 1)
            if start <= local < end:
                found.append(-100.0 if each.decibels is None else each.decibels)
    return min(found)


@given(worlds())
def test_no_cancelled_foreign_or_expired_alert_is_shown_or_said(world):
    programme, moment, happened = world
    alerts, fed = {}, set()
    for cell in programme.cells:
        for each in (*(cell.alerts.alerts if cell.alerts else ()), *cell.earlier_alerts):
            alerts.setdefault(each.identity(), (cell.channel, each))
    for cell in programme.cells:
        for each in (*(cell.feed.alerts if cell.feed else ()), *cell.earlier_feed):
            if each.identity() not in alerts:
                alerts[each.identity()] = (cell.channel, each)
                fed.add(each.identity())
    ended = {
        reference.identity()
        for channel, each in alerts.values()
        if each.message_type is MessageType.CANCEL and each.status is Status.ACTUAL
        for reference in each.references
        if reference.identity() in alerts and reference.identity() != each.identity() and covers(channel, alerts[reference.identity()][0])
        if each.identity() not in fed or reference.identity() in fed
    }
    on_air = set()
    screen = direct_screen(programme, moment, happened).main
    if isinstance(screen, AlertPage):
        on_air.add(screen.alert.identity())
        assert screen.texts
    what = direct_sound(programme, moment, happened).what
    by_name = {str(identity): identity for identity in alerts}
    if isinstance(what, Speak):
        on_air |= {by_name[each.item] for each in what.queue if each.bulletin_class is BulletinClass.EMERGENCY}
    rules = programme.policy().feed
    for identity in on_air:
        _, each = alerts[identity]
        assert identity not in fed or rules is not None
        assert identity not in fed or each.level <= rules.level or each.message_type is MessageType.CANCEL
        assert each.status not in (Status.DRAFT, Status.SYSTEM)
        assert programme.site.addressed(each.areas, each.units)
        assert identity not in ended or each.message_type is MessageType.CANCEL
        if moment.state is not ClockState.UNKNOWN:
            assert moment.wall < (each.expires or each.sent + timedelta(hours=24))


@given(worlds())
def test_what_is_over_is_neither_said_again_nor_told_again(world):
    programme, moment, happened = world
    decision = direct_sound(programme, moment, happened)
    over = (Outcome.COMPLETE, Outcome.FAILED, Outcome.MISSED, Outcome.REFUSED_BY_RULE)
    queue = decision.what.queue if isinstance(decision.what, Speak) else ()
    live = {each.key for each in queue if isinstance(each.source, Live)}
    keys = [each.key for each in (*queue, *decision.skipped)]
    assert len(keys) == len(set(keys)), "one occurrence is said or skipped, once"
    for key in keys:
        life = happened.utterances.get(key)
        came_back = key in live and life is not None and life.outcome is Outcome.FAILED
        assert life is None or came_back or life.outcome not in over
    for skip in decision.skipped:
        assert skip.reason
        assert skip.key not in happened.utterances or happened.utterances[skip.key].outcome is Outcome.INTERRUPTED


@given(programmes())
def test_a_day_has_a_timeline_in_order_and_its_sounding_sessions_do_not_overlap(programme):
    day = timeline(programme, date(2026, 3, 10))
    assert day == sorted(day, key=lambda each: each.start)
    sessions = [each for each in day if each.kind == "session" and not each.refused]
    assert all(first.end <= second.start for first, second in pairwise(sessions))


@pytest.mark.parametrize("ask", ["director.screen:direct_screen", "director.sound:direct_sound"])
def test_two_processes_agree_without_talking(ask):
    """DESIGN: the director is a function; another process, with another hash seed, gives the same answer."""
    from tests.director import village as v

    content = v.bundle(
        notices=[v.notice("tin")],
        announcements=[v.announcement("loi")],
        sessions=[v.session("sang", "06:00", ["loi"])],
        sponsors=[v.sponsor("nha", 0.5)],
    )
    alerts = [v.alert("a", "05:00"), v.alert("b", "05:30"), v.cancel("c", [v.reference("a", "05:00")], sent="05:40")]
    world = (v.programme(v.cell(content=content, alerts=alerts)), v.moment("06:00:01"), v.after(v.seen(alerts[0], "05:00")))
    module, name = ask.split(":")
    code = (
        f"import sys, pickle; from {module} import {name} as ask; "
        "world = pickle.load(sys.stdin.buffer); sys.stdout.buffer.write(pickle.dumps(ask(*world)))"
    )
    plain = (
        world[0],
        world[1],
        replace(
            world[2],
            **{name: dict(getattr(world[2], name)) for name in MAPPINGS},
        ),
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(plain), capture_output=True, check=True, timeout=60, env={"PYTHONHASHSEED": "7"}
    )
    here = {"direct_screen": direct_screen, "direct_sound": direct_sound}[name](*world)
    assert pickle.loads(done.stdout) == here
    assert not isinstance(getattr(here, "what", None), Silence)
