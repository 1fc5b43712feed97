"""The tables of units: grants, units, their reports, the lines of their journals, the faults these tell of, and who holds their duties."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text, UniqueConstraint, text

from registry.storage.months import keep_in_months
from registry.storage.schema import Whole, metadata

_SIGNED = text("token IS NOT NULL")

# A grant is kept as a hash: whoever reads the database cannot enrol with it. Times are ISO 8601 in UTC.
# One that a *technician* made by accepting a unit is bound to its *thumbprint* and *nonce*, and may name the unit that it *replaces*.
grants = Table(
    "grant",
    metadata,
    Column("hash", String, primary_key=True),
    Column("place", String, nullable=False),
    Column("place_name", String, nullable=False),
    Column("channels", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("link", String, nullable=False),
    Column("root", Text, nullable=False),
    Column("made", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("used_by", String),
    Column("used_key", String),
    Column("used", String),
    Column("thumbprint", String),
    Column("nonce", String),
    Column("technician", String),
    Column("replaces", String),
    Index("grant_bound", "nonce", unique=True),
)

units = Table(
    "unit",
    metadata,
    Column("unit", String, primary_key=True),
    Column("key", JSON, nullable=False),
    Column("thumbprint", String, nullable=False, unique=True),
    Column("place", String, nullable=False),
    Column("place_name", String, nullable=False),
    Column("channels", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("link", String, nullable=False),
    Column("root", Text, nullable=False),
    Column("hardware", String, nullable=False),
    Column("enrolled", String, nullable=False),
    Column("contact", String),
    Column("maintenance_until", String),
    # The newest report, as the unit said it; what the page shows is computed from it.
    Column("report", Text),
    # Which unit took its place: from then on nothing is believed that its key signs.
    Column("replaced_by", String),
    # Whose place it says that it takes, until a person confirms or declines that: whoever stole a card must not end a village's unit.
    Column("would_replace", String),
    # When it came back by what it had kept: the database had forgotten it, and whether somebody had put it out since nobody here knows.
    Column("readmitted", String),
    # Of one that was replaced: its states and alarms until then were let go of.
    Column("let_go", String),
)

# Every time a unit was let in, with what it signed: where it stood and whose key was its own, at any time that is asked about,
# and the *technician* who accepted it, if one did.
enrolments = Table(
    "enrolment",
    metadata,
    Column("seq", Whole, primary_key=True),
    Column("unit", String, nullable=False),
    Column("enrolled", String, nullable=False),
    Column("key", JSON, nullable=False),
    Column("place", String, nullable=False),
    Column("place_name", String, nullable=False),
    Column("channels", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("token", Text),
    Column("technician", String),
    Index("enrolment_place", "place"),
    Index("enrolment_unit", "unit", "seq"),
)

# *token* is the report as the unit signed it, until it is older than the registry was told to keep them;
# *earliest* and *latest* bound the moments that it tells of, in UTC.
reports = Table(
    "report",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("boot", String, primary_key=True),
    Column("n", Whole, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("received", String, nullable=False),
    Column("token", Text),
    Column("earliest", String),
    Column("latest", String),
    Index("report_latest", "unit", "latest"),
    Index("report_signed", "received", sqlite_where=_SIGNED, postgresql_where=_SIGNED),
)

# One row per journal line. A gap record vouches for the lines it says are lost, so each row covers first..last. That a line is here once
# is decided by whoever files it, as the only writer: PostgreSQL can hold no key across the months.
lines = Table(
    "line",
    metadata,
    Column("seq", Whole, primary_key=True),
    Column("unit", ForeignKey("unit.unit"), nullable=False),
    Column("program", String, nullable=False),
    Column("n", Whole, nullable=False),
    Column("first", Whole, nullable=False),
    Column("last", Whole, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("kind", String, nullable=False),
    Column("line", Text, nullable=False),
    Column("received", String, nullable=False),
    UniqueConstraint("unit", "program", "n"),
    Index("line_kind", "unit", "kind", "seq"),
)
keep_in_months(lines, "received")

# Of each journal: how far it is *kept* without a hole, the *top* number that any line here covers, and up to where it was let go of: what
# stands up to there and is here no more was here once.
tails = Table(
    "tail",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("program", String, primary_key=True),
    Column("kept", Whole, nullable=False),
    Column("top", Whole, nullable=False, server_default=text("-1")),
    Column("let_go", Whole, nullable=False, server_default=text("-1")),
)

faults = Table(
    "fault",
    metadata,
    Column("unit", ForeignKey("unit.unit"), primary_key=True),
    Column("program", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("n", Whole, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("detail", String, nullable=False),
)

# Who answers for which of the five duties at a unit.
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
