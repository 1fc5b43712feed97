"""Units spread over the period, back off, and come back: properties of a pure function."""

from hypothesis import given
from hypothesis import strategies as st

from evidence.timing import CAP, LONGEST_OBEDIENCE, Rhythm

units = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True)
times = st.floats(0, 10**7)
periods = st.floats(1, 21600)


@given(units, periods, times)
def test_the_next_slot_is_ahead_by_at_most_a_period_and_always_the_same(unit: str, period: float, now: float) -> None:
    rhythm = Rhythm.of(unit, period)
    following = rhythm.next(now)
    assert now < following <= now + period * 1.000001
    assert abs((following / period - rhythm.slot) - round(following / period - rhythm.slot)) < 1e-5


def test_a_thousand_units_spread_evenly_over_the_period() -> None:
    slots = sorted(Rhythm.of(f"loa-{number:04d}", 900).next(0) for number in range(1000))
    tenths = [sum(at * 10 // 900 == tenth for at in slots) for tenth in range(10)]
    assert min(tenths) > 70
    assert max(tenths) < 140


@given(units, periods, times)
def test_the_first_look_comes_within_half_a_minute(unit: str, period: float, now: float) -> None:
    assert now <= Rhythm.of(unit, period).first(now) <= now + 30


@given(periods, st.integers(1, 10**6), st.floats(0, 0.999))
def test_back_off_grows_to_the_cap_and_jitter_comes_on_top(period: float, failures: int, jitter: float) -> None:
    rhythm = Rhythm(period, 0.0)
    wait = rhythm.retry(0, failures, None, 0.0)
    assert 0 < wait <= CAP
    assert rhythm.retry(0, failures + 1, None, 0.0) >= wait
    assert wait <= rhythm.retry(0, failures, None, jitter) <= 2 * wait


def test_units_at_the_cap_do_not_meet() -> None:
    rhythm = Rhythm(900, 0.5)
    assert rhythm.retry(0, 50, None, 0.0) == CAP
    assert rhythm.retry(0, 50, None, 0.5) == 1.5 * CAP


def test_retry_after_is_honoured_within_reason() -> None:
    rhythm = Rhythm(900, 0.5)
    assert rhythm.retry(100, 1, 120, 0.0) == 220
    assert rhythm.retry(0, 1, 10**9, 0.0) == LONGEST_OBEDIENCE
    assert rhythm.retry(0, 1, 1, 0.0) == 5.0
