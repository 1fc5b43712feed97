"""When something is planned: an RFC 5545 recurrence in local time, answered as instants within a window."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from pydantic import Field, NaiveDatetime, StringConstraints, model_validator

from bundle.base import Model

VIETNAM = "Asia/Ho_Chi_Minh"


class Schedule(Model):
    """*start* in local time, repeated by *rule* (an RRULE value without its name), without the dates *except_on*."""

    start: NaiveDatetime
    rule: Annotated[str, StringConstraints(max_length=200)] | None = None
    except_on: Annotated[tuple[NaiveDatetime, ...], Field(max_length=400)] = ()
    timezone: str = VIETNAM

    @model_validator(mode="after")
    def _is_a_rule(self) -> Self:
        try:
            ZoneInfo(self.timezone)
            rule = _rule(self)
        except (ValueError, KeyError, OSError) as problem:
            raise ValueError(f"schedule cannot be read: {problem}") from problem
        # A rule by the minute or second would let a signed bundle keep every unit busy counting occurrences.
        if self.rule and not any(f"FREQ={word}" in self.rule.upper() for word in ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")):
            raise ValueError("a schedule repeats hourly at most")
        del rule
        return self


def _rule(schedule: Schedule) -> rrule:
    found = rrulestr(schedule.rule or "FREQ=DAILY;COUNT=1", dtstart=schedule.start)
    if not isinstance(found, rrule):
        raise ValueError("one single RRULE is expected")
    return found


def occurrences(schedule: Schedule, after: datetime, before: datetime) -> tuple[datetime, ...]:
    """The starts in ``after <= start < before``, as instants in UTC, in order."""
    zone = ZoneInfo(schedule.timezone)
    first, last = (edge.astimezone(zone).replace(tzinfo=None) for edge in (after, before))
    if last <= first:
        return ()
    found = _rule(schedule).between(first - timedelta(hours=2), last + timedelta(hours=2), inc=True)
    instants = (start.replace(tzinfo=zone).astimezone(UTC) for start in found if start not in schedule.except_on)
    return tuple(start for start in instants if after <= start < before)
