"""The tables of enrolment by a technician: technicians, units that wait, and photographs."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, UniqueConstraint

from registry.storage.schema import Whole, metadata
from registry.web.phones.tables import phone_columns

technicians = Table("technician", metadata, Column("area", String, nullable=False), *phone_columns())

# One row per key that asks to be let in. *wrong* counts codes; *technician* typed the right one at *held*; *accepted* made a grant.
# What was chosen for it stays when the unit comes again with another nonce.
waiting = Table(
    "waiting",
    metadata,
    Column("thumbprint", String, primary_key=True),
    Column("nonce", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("hardware", String, nullable=False),
    Column("serial", String),
    Column("tests", JSON, nullable=False),
    Column("replaces", String),
    Column("block", String, nullable=False),
    Column("asked", String, nullable=False),
    Column("seen", String),
    Column("wrong", Whole, nullable=False),
    Column("technician", ForeignKey("technician.name")),
    Column("held", String),
    Column("accepted", String),
    Column("place", String),
    Column("holders", JSON, nullable=False),
    Index("waiting_block", "block"),
    Index("waiting_unit", "unit"),
)

# The pictures themselves are files, named by their SHA-256; *unit* is missing until the unit that has this key is let in.
photos = Table(
    "photo",
    metadata,
    Column("seq", Whole, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("thumbprint", String, nullable=False),
    Column("unit", ForeignKey("unit.unit")),
    Column("technician", String, nullable=False),
    Column("added", String, nullable=False),
    UniqueConstraint("thumbprint", "sha256"),
    Index("photo_unit", "unit"),
)
