"""The table of submissions: one row for each change of a channel's bundle that somebody began."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, UniqueConstraint

from registry.storage.schema import Whole, metadata

# *name* is what its items are called, *wish* what stood in the form (null for a change that came from no form), *change* the items that
# it puts and removes, *proposal* what is signed and the signatures so far. *once* is the form's own number. *accepted* names what villages
# without speech its author accepted. *why* says what keeps it, or why it came back, *decided_by* who approved, sent back or cancelled it.
# *version* is that of the role that carried it out.
submissions = Table(
    "submission",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("author", String, nullable=False),
    Column("name", String, nullable=False),
    Column("once", String, nullable=False),
    Column("state", String, nullable=False),
    Column("wish", Text),
    Column("change", Text, nullable=False),
    Column("proposal", Text),
    Column("made", String, nullable=False),
    Column("changed", String, nullable=False),
    Column("accepted", JSON),
    Column("why", String),
    Column("decided_by", String),
    Column("version", Whole),
    UniqueConstraint("author", "once"),
    Index("submission_state", "state"),
)
