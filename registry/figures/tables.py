"""The tables that numbers are made of: presentations and data by day, faults from begin to end, and what is of which class."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, String, Table

from registry.storage.schema import Whole, metadata

# Seconds of presentations that ended on a local *day*, and how many they were. *simulated* ones have reached nobody and count apart.
airtime = Table(
    "airtime",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("day", String, primary_key=True),
    Column("output", String, primary_key=True),
    Column("class", String, primary_key=True),
    Column("simulated", Boolean, primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("times", Whole, nullable=False),
)

# Bytes of a local *day*, as far as the unit has told them: its counters only grow within a day.
traffic = Table(
    "traffic",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("day", String, primary_key=True),
    Column("received", Whole, nullable=False),
    Column("sent", Whole, nullable=False),
)

# A fault of a unit from its begin to its end, by the unit's own words; *n* is the journal line with which it began.
troubles = Table(
    "trouble",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("program", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("n", Whole, primary_key=True),
    Column("began", String, nullable=False),
    Column("ended", String),
    Index("trouble_began", "began"),
)

# Of which class each item of a channel was when it was last released.
catalogue = Table(
    "catalogue",
    metadata,
    Column("channel", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("class", String, nullable=False),
)
