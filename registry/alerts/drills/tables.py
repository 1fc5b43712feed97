"""The tables of drills: what is planned, and what became of each time."""

from sqlalchemy import JSON, Column, String, Table, Text

from registry.storage.schema import metadata

# *drill* is the file as it was added; until *handled* every time of its schedule was dealt with. A removed one keeps its runs.
drills = Table(
    "drill",
    metadata,
    Column("id", String, primary_key=True),
    Column("drill", Text, nullable=False),
    Column("added", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("handled", String, nullable=False),
    Column("removed", String),
)

# *state* is handed, put-out or missed, *reason* why it was missed; *report* is the table of its units, once it was made.
runs = Table(
    "drill_run",
    metadata,
    Column("drill", String, primary_key=True),
    Column("at", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("sender", String, nullable=False),
    Column("identifier", String, nullable=False),
    Column("report", JSON),
)
