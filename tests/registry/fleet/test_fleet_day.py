"""A day as a line of time: cut at its midnights, stretches joined, and what is not known is not drawn."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from evidence.records import Outcome, Rung
from registry.fleet.day import Stretch, bounds, day_of, joined
from registry.fleet.standings import Present, Span
from registry.fleet.states import OURS, Standing, State
from tests.registry.web.conftest import shown, sounded, stamp

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 11, 21)
BEGINS, ENDS = bounds(DAY, ZONE)
NIGHT = ENDS + timedelta(days=1)


def at(hour, minute=0):
    return BEGINS + timedelta(hours=hour, minutes=minute)


def read(spans=(), present=None, receipts=(), heard=(), now=NIGHT):
    return day_of(DAY, ZONE, now, spans, present, receipts, heard)


def test_states_are_cut_at_the_midnights_and_at_now():
    spans = [Span(State.PLAYING, at(-5), at(6)), Span(State.OVERDUE, at(6), at(9))]
    day = read(spans, Present(Standing(State.READY), at(9)), now=at(12))
    assert [(each.kind, each.began, each.ended) for each in day.states] == [
        ("playing", at(0), at(6)),
        ("overdue", at(6), at(9)),
        ("ready", at(9), at(12)),
    ]
    assert day.counted() == {State.PLAYING: timedelta(hours=6), State.OVERDUE: timedelta(hours=3), State.READY: timedelta(hours=3)}


def test_a_day_before_anything_was_kept_is_empty():
    day = read(present=Present(Standing(State.READY), NIGHT))
    assert (day.states, day.board, day.voice, day.contact) == ((), (), (), ())
    assert [(each.began, each.ended) for each in day.gaps] == [(BEGINS, ENDS)]


def line(minute, item="a", seconds=20, **more):
    ended = stamp(wall=at(8) + timedelta(minutes=minute))
    return shown(0, item=item, at=ended, **more).model_copy(update={"began": stamp(wall=ended.wall - timedelta(seconds=seconds))})


def test_what_the_board_turned_is_one_stretch_of_each_rung():
    board = read(receipts=[line(1, "a"), line(2, "b"), line(3, "a"), line(4, "c", frames=0), line(30, "d", simulated=True)]).board
    assert [(each.kind, each.items) for each in board] == [("rung-2", ("a", "b")), ("rung-0", ("c",)), ("simulated", ("d",))]


def test_what_sounded_begins_where_its_samples_began_and_what_did_not_sound_is_not_drawn():
    told = [sounded(0, at=stamp(wall=at(9)), offset=120.0, rung=Rung.HEARD)]
    told += [sounded(1, at=stamp(wall=at(10)), outcome=outcome) for outcome in (Outcome.MISSED, Outcome.REFUSED_BY_RULE, Outcome.STARTED)]
    voice = read(receipts=told).voice
    assert [(each.kind, each.began, each.ended) for each in voice] == [("rung-4", at(8, 58), at(9))]


def test_contact_lasts_as_long_as_a_network_allows_and_the_rest_is_a_gap():
    day = read(heard=[at(1), at(1, 30), at(12)], now=at(20))
    minutes = OURS.network / timedelta(minutes=1)
    assert [(each.began, each.ended) for each in day.contact] == [(at(1), at(1, 30 + minutes)), (at(12), at(12, minutes))]
    assert [(each.began, each.ended) for each in day.gaps] == [(at(0), at(1)), (at(1, 30 + minutes), at(12)), (at(12, minutes), at(20))]


stretches = st.lists(
    st.tuples(st.integers(0, 1400), st.integers(0, 90), st.sampled_from(("rung-2", "rung-0"))).map(
        lambda each: Stretch(at(0, each[0]), at(0, each[0] + each[1]), each[2], (f"tin-{each[1] % 4}",))
    ),
    max_size=30,
)


@given(stretches)
def test_joining_loses_no_moment_and_draws_no_more_bars(found):
    whole = joined(found)
    assert len(whole) <= len(found)
    for each in found:
        assert any(one.began <= each.began and each.ended <= one.ended and one.kind == each.kind for one in whole)


@given(st.lists(st.integers(-100, 1600), max_size=30), st.integers(0, 1600))
def test_contact_and_gaps_are_the_whole_day_until_now(heard, now):
    day = read(heard=[at(0, minute) for minute in heard], now=at(0, now))
    total = sum((each.ended - each.began for each in (*day.contact, *day.gaps)), timedelta())
    assert total == day.until - day.begins
    assert isinstance(day.until, datetime)
