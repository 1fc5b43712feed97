"""The table of prepared cards: one row per card, what became of it, and what is wrong with it."""

from sqlalchemy import JSON, Column, String, Table

from registry.storage.schema import Whole, metadata

# *key* is the thumbprint of the card's key, *used_key* that of the unit that came with it first; *doubt* says why that may be another's,
# *others* are the machines that were refused: one that somebody settled raises no doubt when it asks again.
# *admitted*: somebody let it in although it comes late. Times are ISO 8601 in UTC.
cards = Table(
    "card",
    metadata,
    Column("card", String, primary_key=True),
    Column("batch", String, nullable=False),
    Column("unit", String, nullable=False, unique=True),
    Column("way", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("made", String, nullable=False),
    Column("until", String, nullable=False),
    Column("days", Whole, nullable=False),
    Column("used_key", String),
    Column("used", String),
    Column("place", String),
    Column("serial", String),
    Column("first_boot", String),
    Column("doubt", String),
    Column("doubted", String),
    Column("others", JSON, nullable=False),
    Column("late", String),
    Column("admitted", String),
    Column("revoked", String),
)
