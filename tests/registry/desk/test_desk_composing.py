"""A wish becomes items that hold together: named alike, answered for by its author, over when they should be."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.parse import parse
from bundle.schedule import VIETNAM, occurrences
from registry.desk.composing import Answerable, Said, change_of, name_of, parts_of
from registry.desk.wish import Wish
from tests.simulators.content import CHANNEL, clip_of
from tests.simulators.publisher import START

BY = Answerable("Cầm Thị Nương", ("Đinh Văn Thí Dụ",), "UBND xã An Phú", {CHANNEL: "Xã An Phú", f"{CHANNEL}.01": "Thôn Bến Đò"})
SAID = {"vi": Said(clip_of(b"hop"), "ghi âm", "Cầm Thị Nương")}
VI = {"language": "vi", "title": "Họp thôn", "text": "Tối nay.", "speech": {"kind": "read"}}


def wish(**more):
    told = {"format": 1, "once": "0123456789abcdef", "channel": CHANNEL, "versions": [VI], **more}
    return parse(Wish, json.dumps(told).encode(), "form")


def composed(asked, now=START):
    return change_of(asked, name_of(asked, now), SAID, BY, now)


@given(st.integers(1, 180), st.integers(0, 86_399))
def test_what_sounds_in_so_many_minutes_begins_with_a_full_minute_not_before_them(minutes, second):
    now = START + timedelta(seconds=second)
    (session,) = composed(wish(sound={"kind": "soon", "minutes": minutes}), now).sessions
    (start,) = occurrences(session.schedule, now, now + timedelta(days=2))
    assert timedelta(minutes=minutes) <= start - now < timedelta(minutes=minutes + 1)
    assert session.valid_until > start + timedelta(seconds=session.window + session.maximum)


@pytest.mark.parametrize(("repeat", "days"), [("daily", 8), ("working-days", 6), ("weekly", 2), ("once", 1)])
def test_it_repeats_until_its_last_day(repeat, days):
    sound = {"kind": "at", "start": "2027-05-10T06:00:00", "repeat": repeat}
    (session,) = composed(wish(sound=sound, until="2027-05-17")).sessions
    found = occurrences(session.schedule, START, START + timedelta(days=60))
    assert len(found) == days
    assert {start.astimezone(ZoneInfo(VIETNAM)).hour for start in found} == {6}
    assert all(start < session.valid_until for start in found)


def test_everything_of_a_wish_carries_its_name_and_who_answers_for_it():
    asked = wish(on_board=True, until="2027-05-20", sound={"kind": "soon", "minutes": 10}, areas=[f"{CHANNEL}.01"])
    change = composed(asked)
    assert {item.id for item in change.put} == set(parts_of(name_of(asked, START)))
    assert {(item.provenance.author, item.provenance.approver, item.areas) for item in change.put} == {
        ("Cầm Thị Nương", "Đinh Văn Thí Dụ", (f"{CHANNEL}.01",))
    }


def test_what_takes_the_place_of_another_removes_all_of_it():
    assert composed(wish(on_board=True, until="2027-05-20", replaces="tin-cu")).removed == parts_of("tin-cu")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "choose the board, or when it sounds"),
        ({"on_board": True}, "choose its last day"),
        ({"sound": {"kind": "at", "start": "2027-05-10T06:00:00", "repeat": "daily"}}, "choose its last day"),
        ({"on_board": True, "until": "2027-05-20", "versions": [VI, VI]}, "a language stands twice"),
        ({"on_board": True, "until": "2027-05-20", "versions": [{**VI, "language": "km"}]}, "the Vietnamese version is missing"),
        ({"sound": {"kind": "soon", "minutes": 5}, "versions": [{**VI, "speech": None}]}, "must be spoken"),
    ],
)
def test_a_form_that_cannot_be_made_says_what_is_missing(more, said):
    with pytest.raises(Refused, match=said):
        wish(**more)


def test_places_of_another_commune_and_nobody_to_approve_are_told_together():
    with pytest.raises(Refused) as refused:
        change_of(wish(on_board=True, until="2027-05-20", areas=["vn.20.06002"]), "tin", {}, Answerable("A", (), "B", {}), START)
    assert len(refused.value.complaints) == 2
