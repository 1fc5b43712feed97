"""The tables of people whose phones are bound: the columns that all of them have, and the officers."""

from typing import Any

from sqlalchemy import JSON, Column, String, Table

from registry.storage.schema import metadata


def phone_columns() -> tuple[Column[Any], ...]:
    """The columns that every kind's table has.

    *link* is the hash of the single-use link, *session* that of what the phone keeps that was *bound*, or used since, at that time; times
    are ISO 8601 in UTC.
    """
    return (
        Column("name", String, primary_key=True),
        Column("made", String, nullable=False),
        Column("link", String, unique=True),
        Column("link_until", String),
        Column("session", String, unique=True),
        Column("bound", String),
        Column("revoked", String),
    )


# *key* is the public half (32 bytes in hex) of a key that a phone of theirs made and does not give away; the bound phone proved at
# *key_made* that it has it, and not yet without.
officers = Table(
    "officer",
    metadata,
    Column("channels", JSON, nullable=False),
    Column("key", String, unique=True),
    Column("key_made", String),
    *phone_columns(),
)
