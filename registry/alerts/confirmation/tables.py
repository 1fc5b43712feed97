"""What units proved of each alert, taken from their signed reports as these are filed: a page of 2,000 units reads no journal."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from registry.storage.schema import Whole, metadata

# The first time that each step is proven; *airing* is −1 where no airing is meant. Times are ISO 8601 in UTC.
proofs = Table(
    "alert_proof",
    metadata,
    Column("identity", String, primary_key=True),
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("step", Whole, primary_key=True),
    Column("airing", Whole, primary_key=True),
    Column("at", String, nullable=False),
    Column("clock", Boolean, nullable=False),
    Column("received", String, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("standing", Boolean, nullable=False),
)

# What the newest line in the unit's journal, number *n*, says of one airing.
airings = Table(
    "alert_airing",
    metadata,
    Column("identity", String, primary_key=True),
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("airing", Whole, primary_key=True),
    Column("n", Whole, nullable=False),
    Column("outcome", String, nullable=False),
    Column("rung", Whole, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", String, nullable=False),
)

# When a unit first said that it has this version of a list of alerts or stops.
arrivals = Table(
    "alert_arrival",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("target", String, primary_key=True),
    Column("version", Whole, primary_key=True),
    Column("at", String, nullable=False),
    Column("clock", Boolean, nullable=False),
    Column("received", String, nullable=False),
    Index("alert_arrival_target", "target", "version"),
)
