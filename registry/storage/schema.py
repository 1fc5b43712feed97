"""What every table of the registry hangs on, and which version of them all this program writes."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table

VERSION = 24
"""Counts up with every change; :mod:`registry.storage.migrations` takes older databases here."""

metadata = MetaData()

# What units count passes 32 bits; SQLite's one integer holds 64 of them, and numbers rows by that name alone.
Whole = BigInteger().with_variant(Integer(), "sqlite")

about = Table("about", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))
