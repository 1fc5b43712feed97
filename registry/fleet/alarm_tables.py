"""The tables of alarms: each since it opened, what is watched because it may become one, and who sent what nobody may believe."""

from sqlalchemy import Column, Index, String, Table

from registry.storage.schema import Whole, metadata

# *subject* is a commune or a unit; *place* is where it lies, empty when nobody knows. Times are ISO 8601 in UTC.
alarms = Table(
    "alarm",
    metadata,
    Column("seq", Whole, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("place", String, nullable=False),
    Column("name", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("opened", String, nullable=False),
    Column("closed", String),
    Column("seen_by", String),
    Column("seen", String),
    Index("alarm_open", "closed", "place"),
)

# What is not as it should be, since when, and which alarm that has opened, if it has lasted long enough.
watches = Table(
    "alarm_watch",
    metadata,
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("level", String, nullable=False),
    Column("since", String, nullable=False),
    Column("alarm", Whole),
)

doubts = Table(
    "doubt",
    metadata,
    Column("unit", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("first", String, nullable=False),
    Column("last", String, nullable=False),
    Index("doubt_kind", "kind"),
)
