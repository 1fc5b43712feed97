"""When something is planned: an RFC 5545 recurrence in local time, answered as instants within a window."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self, cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from pydantic import Field, NaiveDatetime, StringConstraints, model_validator

from bundle.base import Model

VIETNAM = "Asia/Ho_Chi_Minh"


# Finer than hourly would let a signed bundle keep every unit busy counting; the parts left out can describe days that
# never come, for which the library would search until the year 9999.
_FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYHOUR", "BYMINUTE", "BYMONTH", "WKST"}
_PARTS_OF_LONG_RULES = {"BYMONTHDAY", "BYSETPOS"}


class Schedule(Model):
    """*start* in local time, repeated by *rule* (an RRULE value without its name), without the dates *except_on*."""

    start: NaiveDatetime
    rule: Annotated[str, StringConstraints(max_length=200)] | None = None
    except_on: Annotated[tuple[NaiveDatetime, ...], Field(max_length=400)] = ()
    timezone: str = VIETNAM

    @model_validator(mode="after")
    def _is_a_rule(self) -> Self:
        if not 1970 <= self.start.year <= 2200:
            raise ValueError("a start between 1970 and 2200 is expected")
        if self.rule is not None:
            _check_parts(self.rule)
        try:
            ZoneInfo(self.timezone)
            _rule(self)
        except (ValueError, KeyError, OSError) as problem:
            raise ValueError(f"schedule cannot be read: {problem}") from problem
        return self


def _check_parts(rule: str) -> None:
    parts = {name.upper(): value.upper() for name, _, value in (part.partition("=") for part in rule.split(";"))}
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"a schedule repeats by one of {', '.join(_FREQUENCIES)}")
    allowed = _PARTS | (_PARTS_OF_LONG_RULES if parts["FREQ"] in ("MONTHLY", "YEARLY") else set())
    if unknown := sorted(set(parts) - allowed):
        raise ValueError(f"a {parts['FREQ'].lower()} schedule cannot say {', '.join(unknown)}")
    # An interval of 0 makes the library count for ever; several minutes would repeat more often than hourly.
    for name in ("INTERVAL", "COUNT"):
        number = parts.get(name, "1")
        if not number.isdecimal() or not 1 <= int(number) <= 1000:
            raise ValueError(f"{name} is a number from 1 to 1000")
    if "," in parts.get("BYMINUTE", ""):
        raise ValueError("BYMINUTE is one minute: a schedule repeats hourly at most")
    if parts.get("UNTIL", "").endswith("Z"):
        raise ValueError("UNTIL is a local time, without Z")


def _rule(schedule: Schedule) -> rrule:
    # The parts were checked: without further lines it is one rule, never a set of them.
    return cast(rrule, rrulestr(schedule.rule or "FREQ=DAILY;COUNT=1", dtstart=schedule.start))


def occurrences(schedule: Schedule, after: datetime, before: datetime) -> tuple[datetime, ...]:
    """The starts in ``after <= start < before``, as instants in UTC, in order."""
    zone = ZoneInfo(schedule.timezone)
    first, last = (edge.astimezone(zone).replace(tzinfo=None) for edge in (after, before))
    if last <= first:
        return ()
    found = _rule(schedule).between(first - timedelta(hours=2), last + timedelta(hours=2), inc=True)
    instants = (start.replace(tzinfo=zone).astimezone(UTC) for start in found if start not in schedule.except_on)
    return tuple(start for start in instants if after <= start < before)
