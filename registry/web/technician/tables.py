"""The tables of enrolment by a technician: areas, technicians, units that wait, who holds which duty, photographs, and the audit."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from registry.web.phones.tables import phone_columns
from registry.web.schema import metadata

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
    Column("wrong", Integer, nullable=False),
    Column("technician", ForeignKey("technician.name")),
    Column("held", String),
    Column("accepted", String),
    Column("place", String),
    Column("holders", JSON, nullable=False),
    Index("waiting_block", "block"),
    Index("waiting_unit", "unit"),
)

holders = Table(
    "holder",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("duty", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("substitute", String, nullable=False),
    Column("substitute_phone", String, nullable=False),
)

# The pictures themselves are files, named by their SHA-256; *unit* is missing until the unit that has this key is let in.
photos = Table(
    "photo",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("thumbprint", String, nullable=False),
    Column("unit", ForeignKey("unit.unit")),
    Column("technician", String, nullable=False),
    Column("added", String, nullable=False),
    UniqueConstraint("thumbprint", "sha256"),
    Index("photo_unit", "unit"),
)

# Each row's *hash* covers what it says and the hash before it: nobody takes one out, or changes one, without its showing.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("event", String, nullable=False),
    Column("technician", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("block", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("audit_unit", "unit"),
)
