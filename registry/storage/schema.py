"""What every table of the registry hangs on, and which version of them all this program writes."""

from sqlalchemy import Column, MetaData, String, Table

VERSION = 11
"""Counts up with every change; :mod:`registry.storage.migrations` takes older databases here."""

metadata = MetaData()

about = Table("about", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))
