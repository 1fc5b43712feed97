"""What is no longer kept: months as a whole, when all of one is old enough; and how months follow each other."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.retention.rules import Keep, before
from registry.storage.months import month_after, month_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=400_000)).map(lambda since: EPOCH + since)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=5000)))
def test_what_goes_is_older_than_what_is_kept_and_stays_a_month_longer_at_most(now, kept):
    edge = before(now, kept)
    assert now - kept - timedelta(days=31) < edge <= now - kept
    assert edge == edge.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def test_what_is_kept_for_ever_never_goes():
    assert before(datetime(2099, 1, 1, tzinfo=UTC), None) is None


def test_everything_is_kept_for_years_unless_told_otherwise():
    keep = Keep()
    assert all(kept is not None and kept > timedelta(days=3 * 366) for kept in (keep.signed, keep.receipts, keep.past))


@given(moments, st.integers(0, 300))
def test_months_follow_each_other_and_sort_before_the_times_in_them(moment, count):
    month = month_of(moment)
    assert month <= moment.isoformat() < month_after(month)
    assert month_after(month_after(month, count), -count) == month
    assert (month_after(month, count) > month) == (count > 0)


def test_a_month_is_one_of_the_whole_world_and_not_of_here():
    assert month_of(datetime.fromisoformat("2026-12-01T06:59:59+07:00")) == "2026-11"
    assert month_after("2026-12") == "2027-01"
