"""Insert, or change what is there: one statement in the form that SQLite and PostgreSQL share (``ON CONFLICT``)."""

# SQLAlchemy names it after PostgreSQL, and its SQLite compiler writes the very same clause.
from sqlalchemy.dialects.postgresql import insert as upsert

__all__ = ["upsert"]
