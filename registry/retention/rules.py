"""For how long what units told is kept: the one place of these figures. They are ours; a registry may be told others."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from registry.storage.months import month_of


@dataclass(frozen=True)
class Keep:
    """None is for ever.

    *signed*: reports as units signed them, and what people said and recorded beside. *receipts*: the lines of journals.
    *past*: states and alarms of a unit since it was replaced, and counts of an essential since it is out of force.
    """

    signed: timedelta | None = timedelta(days=1100)
    receipts: timedelta | None = timedelta(days=1100)
    past: timedelta | None = timedelta(days=1100)


def before(now: datetime, kept: timedelta | None) -> datetime | None:
    """What is older than this moment is no longer *kept*: months go as a whole, when all of one is old enough. None: nothing goes."""
    return None if kept is None else datetime.fromisoformat(f"{month_of(now - kept)}-01").replace(tzinfo=UTC)
