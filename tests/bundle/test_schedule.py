"""When a session is due: local hours, repeated by a rule that cannot run away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bundle.schedule import Schedule, occurrences
from tests.examples import share

MONDAY = datetime.fromisoformat("2026-03-09T05:30")
START, END = datetime(2026, 3, 8, 17, tzinfo=UTC), datetime(2026, 3, 15, 17, tzinfo=UTC)  # a local week


def due(rule=None, **fields):
    return [str(each)[5:16] for each in occurrences(Schedule(start=MONDAY, rule=rule, **fields), START, END)]


def test_without_a_rule_it_happens_once():
    assert due() == ["03-08 22:30"]


def test_hours_are_local_and_answers_are_utc():
    assert due("FREQ=WEEKLY;BYDAY=MO,SA;BYHOUR=5,17") == ["03-08 22:30", "03-09 10:30", "03-13 22:30", "03-14 10:30"]
    assert due("FREQ=DAILY;COUNT=2", timezone="Europe/Paris") == ["03-09 04:30", "03-10 04:30"]


def test_exceptions_are_left_out():
    assert due("FREQ=DAILY;COUNT=3", except_on=(MONDAY + timedelta(days=1),)) == ["03-08 22:30", "03-10 22:30"]


def test_long_rules_may_name_the_day_of_the_month():
    assert due("FREQ=MONTHLY;BYMONTHDAY=10;UNTIL=20270101T000000") == ["03-09 22:30"]


def test_the_window_is_half_open_and_may_be_empty():
    schedule = Schedule(start=MONDAY, rule="FREQ=DAILY")
    first = datetime(2026, 3, 8, 22, 30, tzinfo=UTC)
    assert occurrences(schedule, first, first + timedelta(days=1)) == (first,)
    assert occurrences(schedule, END, START) == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=MINUTELY", "repeats by one of"),
        ("FREQ=SECONDLY;X=FREQ=DAILY", "repeats by one of"),
        ("BYHOUR=5", "repeats by one of"),
        ("FREQ=DAILY;BYYEARDAY=400", "cannot say BYYEARDAY"),
        ("FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2", "cannot say BYMONTHDAY"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=HOURLY;BYMINUTE=0,1,2,3", "hourly at most"),
        ("FREQ=DAILY;UNTIL=20270101T000000Z", "without Z"),
        ("FREQ=DAILY;BYHOUR=99", "cannot be read"),
        ("FREQ=DAILY\nRDATE:20260310T050000", "repeats by one of"),
    ],
)
def test_a_rule_that_would_run_away_or_cannot_be_read_is_refused(rule, words):
    with pytest.raises(ValidationError, match=words):
        Schedule(start=MONDAY, rule=rule)


@pytest.mark.parametrize(
    "fields", [{"timezone": "Mars/Olympus"}, {"timezone": "../etc/passwd"}, {"start": MONDAY.replace(year=9999)}], ids=str
)
def test_other_nonsense_is_refused(fields):
    with pytest.raises(ValidationError):
        Schedule(**{"start": MONDAY, **fields})


PARTS = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY"]), "INTERVAL": st.integers(1, 30)},
    optional={"BYDAY": st.sampled_from(["MO", "TU,SA"]), "BYHOUR": st.integers(0, 23), "COUNT": st.integers(1, 50)},
)


@share(0.6)
@given(PARTS, st.integers(0, 60), st.integers(1, 20))
def test_a_window_holds_what_its_halves_hold(parts, day, length):
    try:
        schedule = Schedule(start=MONDAY, rule=";".join(f"{name}={value}" for name, value in parts.items()))
    except ValidationError:
        return  # the library itself sees that some hours can never come
    start = START + timedelta(days=day)
    middle, end = start + timedelta(days=length), start + timedelta(days=2 * length)
    whole = occurrences(schedule, start, end)
    assert whole == occurrences(schedule, start, middle) + occurrences(schedule, middle, end)
    assert list(whole) == sorted(set(whole))
