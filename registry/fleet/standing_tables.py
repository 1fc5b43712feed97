"""The tables of states over time: one narrow row for the present of each unit, and a row for each state that it has left."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, String, Table

from registry.storage.schema import metadata

# All that a list of the fleet is filtered by and counted from, so that it never reads reports. Times are ISO 8601 in UTC.
# *began* is since when its spans are kept. *due* is when it has to be judged at the latest: when time alone changes the state, and *turns*
# are what it then becomes, or since when it is marked. *contact* is the one by which it was judged: most that come later change no more.
# *words* is what a search looks into, without marks; *codes* are the open faults, each between bars.
standings = Table(
    "standing",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("place", String, nullable=False),
    Column("commune", String, nullable=False),
    Column("place_name", String, nullable=False),
    Column("link", String, nullable=False),
    Column("state", String, nullable=False),
    Column("since", String, nullable=False),
    Column("why", JSON, nullable=False),
    Column("began", String, nullable=False),
    Column("due", String),
    Column("turns", JSON, nullable=False),
    Column("contact", String),
    Column("clock_ahead", Boolean, nullable=False),
    Column("is_simulated", Boolean, nullable=False),
    Column("simulated", JSON, nullable=False),
    Column("outputs", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("words", String, nullable=False),
    Column("codes", String, nullable=False),
    Index("standing_due", "due"),
    Index("standing_state", "state", "place", "unit"),
    Index("standing_place", "place"),
)

spans = Table(
    "span",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("began", String, primary_key=True),
    Column("ended", String, nullable=False),
    Column("state", String, nullable=False),
    Index("span_ended", "ended"),
)
