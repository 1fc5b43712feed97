"""Filling the tables of confirmation from the journal lines that a registry of before them has kept."""

from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from evidence.records import journal_line
from registry.alerts.confirmation.hearing import kept_of
from registry.fleet.tables import lines


def fill(connection: Connection) -> None:
    """Write down what every kept line proves of alerts; only theirs are read: a board tells the beginning of nothing else."""
    sounded = and_(lines.c.kind == "sounded", lines.c.line.contains('"alert:'))
    shown = and_(lines.c.kind == "shown", lines.c.line.contains('"outcome":"started"'))
    query = select(lines).where(or_(lines.c.kind == "alert-seen", sounded, shown)).order_by(lines.c.seq)
    for row in connection.execute(query).all():
        line, received = journal_line.validate_json(row.line), datetime.fromisoformat(row.received)
        for statement, rows in kept_of([(row.unit, line)], received):
            connection.execute(statement, rows)
