"""The table of the audit."""

from sqlalchemy import Column, Index, String, Table

from registry.storage.schema import Whole, metadata

# Each row's *hash* covers what it says and the hash before it: nobody takes one out, or changes one, without its showing.
audit = Table(
    "audit",
    metadata,
    Column("seq", Whole, primary_key=True),
    Column("at", String, nullable=False),
    Column("event", String, nullable=False),
    Column("technician", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("block", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("audit_unit", "unit"),
    Index("audit_event", "event", "at"),
)
