"""A time that numbers are about: whole local days, from the first to the last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bundle.base import EARLIEST, LATEST_YEAR
from bundle.errors import refuse

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST = 400
"""Days: a year and a month, so that a year's report and its correction fit."""


@dataclass(frozen=True)
class Period:
    """The days *first* to *last*, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """Its first moment, in UTC."""
        return datetime.combine(self.first, time.min, HERE).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first moment that is no part of it, in UTC."""
        return datetime.combine(self.last + timedelta(days=1), time.min, HERE).astimezone(UTC)

    def days(self) -> Iterator[date]:
        """Each day."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def period_of(first: str, last: str, now: datetime) -> Period:
    """The period between two dates as people typed them; without any this month so far. ``Refused`` when there is none between them."""
    today = now.astimezone(HERE).date()
    begins, ends = typed_day(first) if first else today.replace(day=1), typed_day(last) if last else today
    if begins is None or ends is None:
        raise refuse("from, to", f"không phải ngày / not a day: {first} {last}", "2026-12-31")
    found = Period(begins, ends)
    if found.last < found.first:
        raise refuse("from, to", "ngày cuối trước ngày đầu / it ends before it begins", "đổi lại / swap them")
    if (found.last - found.first).days >= LONGEST:
        raise refuse("from, to", f"dài quá {LONGEST} ngày / longer than {LONGEST} days", "chia ra / divide it")
    return found


def typed_day(text: str) -> date | None:
    """The day that somebody typed as 2026-12-31; None for what is none, and for years of which no record can tell."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST.year < found.year < LATEST_YEAR else None


def day_of(moment: datetime) -> str:
    """The local day of *moment*, as it is kept."""
    return moment.astimezone(HERE).date().isoformat()
