"""How often one part of the network may do something, at any pace and by any clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.web.rate import Rate

START = datetime(2027, 5, 3, tzinfo=UTC)


@given(st.integers(1, 20), st.lists(st.floats(-30, 90), min_size=1, max_size=120))
def test_never_more_than_twice_the_rate_in_any_minute_and_never_less_than_one_a_minute_forward(rate, pauses):
    bucket, now, allowed = Rate(rate), START, []
    forward = 0.0
    for pause in pauses:
        now += timedelta(seconds=pause)
        forward += max(0.0, pause)
        if bucket.allows("a", now):
            allowed.append(forward)
    for begin in allowed:
        assert sum(begin <= each < begin + 60 for each in allowed) <= 2 * rate
    assert allowed, "the first is always allowed"


@given(st.integers(1, 20))
def test_one_that_asks_too_often_takes_nothing_from_another(rate):
    bucket = Rate(rate)
    for _ in range(rate * 3):
        bucket.allows("a", START)
    assert bucket.spent("a", START)
    assert bucket.allows("b", START)
    assert bucket.allows("a", START + timedelta(seconds=60 / rate + 0.001))


def test_what_is_remembered_has_an_end():
    bucket = Rate(1, most_keys=3)
    for key in "abcd":
        bucket.allows(key, START)
    assert len(bucket._left) == 3
