"""The table of recordings."""

from sqlalchemy import JSON, Column, Float, Integer, String, Table

from registry.storage.schema import metadata

# *sha256* names the file as the phone sent it, *clip* is what horns would play of it, *remarks* what was found and mended. *used* is when
# it went into a submission, and not yet without: such a one is kept for as long as what units signed.
recordings = Table(
    "recording",
    metadata,
    Column("channel", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("speaker", String, nullable=False),
    Column("language", String, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("size", Integer, nullable=False),
    Column("clip", JSON, nullable=False),
    Column("remarks", JSON, nullable=False),
    Column("received", String, nullable=False),
    Column("used", String),
)
