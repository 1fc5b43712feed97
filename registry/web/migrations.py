"""From an older database to this one: a step for each version, all of them inside the transaction that opens it."""

from collections.abc import Callable

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, String, Text, insert, select, update

from registry.web import schema


def migrate(connection: Connection, found: int) -> int:
    """Take a database of version *found* to this program's; a power cut leaves it wholly old or wholly new."""
    operations = Operations(MigrationContext.configure(connection))
    for version in range(found, schema.VERSION):
        _STEPS[version](operations)
    connection.execute(update(schema.about).where(schema.about.c.name == "schema").values(value=str(schema.VERSION)))
    return schema.VERSION


def _keep_what_units_sign(operations: Operations) -> None:
    """1 → 2: signed reports, and every enrolment. Reports of before stay without their signatures: those were not kept."""
    for column in (Column("token", Text), Column("earliest", String), Column("latest", String)):
        operations.add_column("report", column)
    for index in schema.reports.indexes:
        index.create(operations.get_bind())
    schema.enrolments.create(operations.get_bind())
    kept = ("unit", "enrolled", "key", "place", "place_name", "channels", "languages")
    # Where a unit stood before its newest enrolment was never written down: the present place stands for all of it.
    operations.get_bind().execute(insert(schema.enrolments).from_select(kept, select(*(schema.units.c[name] for name in kept))))


_STEPS: dict[int, Callable[[Operations], None]] = {1: _keep_what_units_sign}
