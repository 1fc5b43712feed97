"""The tables of roll-outs: how far each release went, and what became of it on each unit."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table

from registry.storage.schema import Whole, metadata

# *n* numbers the permit that this row gives: it counts up over all rows. *excused* failures are those that somebody has looked at.
# *silent* units of its stages were heard since it is *watched* and are heard no more.
rollouts = Table(
    "rollout",
    metadata,
    Column("channel", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("going", String, nullable=False),
    Column("stage", Whole, nullable=False),
    Column("since", String, nullable=False),
    Column("reason", String),
    Column("excused", Whole, nullable=False),
    Column("percent", Whole, nullable=False),
    Column("n", Whole, nullable=False, unique=True),
    Column("until", String, nullable=False),
    Column("watched", String),
    Column("silent", JSON),
)

# The newest line about a release in each unit's journal; *n* is that line's number.
upgrades = Table(
    "upgrade",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("channel", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("n", Whole, nullable=False),
    Column("outcome", String, nullable=False),
    Column("was", String),
    Column("reason", String),
    Column("heard", String, nullable=False),
    Index("upgrade_number", "channel", "number"),
)
