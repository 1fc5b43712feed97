"""The table of areas."""

from sqlalchemy import JSON, Column, Float, String, Table

from registry.storage.schema import metadata

# Where units may stand. A place is an area below which there is no other; how many levels lie above is nobody's business here.
areas = Table(
    "area",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
)
