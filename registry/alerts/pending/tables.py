"""The table of alerts that wait, or waited: one row for each message and each channel that it leaves under."""

from sqlalchemy import JSON, Column, Float, Index, String, Table, Text, UniqueConstraint

from registry.storage.schema import Whole, metadata

# *sender*, *identifier* and *sent* are its identity, *kind* is Alert, Update or Cancel. *origin* is form, source or drill, *source* who:
# an officer, a source, a drill. *target* is the document that it leaves in. *release_at* is when it leaves by itself, *hold_off* how long
# that is from *received*, in seconds; *why* says what keeps it from leaving. *proposal* holds the signatures so far. *decided_by* is who
# let it go or stopped it, *reason* why. *version* is that of the document which carried it out, at *out_at*; *extra* is what else its
# source said of it.
pending_alerts = Table(
    "pending_alert",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("channel", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("identifier", String, nullable=False),
    Column("sent", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("source", String, nullable=False),
    Column("target", String, nullable=False),
    Column("alert", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("received", String, nullable=False),
    Column("hold_off", Float),
    Column("release_at", String),
    Column("why", String),
    Column("proposal", Text),
    Column("decided_by", String),
    Column("decided_at", String),
    Column("reason", String),
    Column("version", Whole),
    Column("out_at", String),
    Column("extra", JSON),
    UniqueConstraint("channel", "sender", "identifier", "sent"),
    Index("pending_alert_state", "state"),
    Index("pending_alert_kind", "sender", "kind"),
    Index("pending_alert_received", "received"),
    Index("pending_alert_source", "source", "received"),
)
