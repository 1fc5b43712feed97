"""The tables of coverage: what is essential, by which rules it counts as arrived, and how often each unit presented it."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from registry.storage.schema import Whole, metadata

# *digest* names the words; *since* is the bundle's version from which on they are these, *release* the number of its release, which units
# report. *gone* is when it was published or in force no longer. Times are ISO 8601 in UTC.
essentials = Table(
    "essential",
    metadata,
    Column("channel", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("spoken", Boolean, nullable=False),
    Column("title", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("since", Whole, nullable=False),
    Column("release", Whole, nullable=False),
    Column("issued", String, nullable=False),
    Column("areas", JSON, nullable=False),
    Column("units", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("valid_from", String),
    Column("valid_until", String),
    Column("gone", String),
)

# What was read last of a channel: the release of its bundle, and its own policy if it has signed one.
channels = Table(
    "covered_channel",
    metadata,
    Column("channel", String, primary_key=True),
    Column("release", Whole, nullable=False),
    Column("policy", Text),
)

# Complete presentations of the present words by real hardware: all of them, and those outside the quiet hours of the place (*day*);
# *simulated* ones have reached nobody. *place* is where the unit stood then: whom it reached there it has not reached elsewhere.
presented = Table(
    "presented",
    metadata,
    Column("channel", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("place", String, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("simulated", Integer, nullable=False),
    Column("last", String, nullable=False),
    Index("presented_unit", "unit"),
    Index("presented_place", "place"),
)
