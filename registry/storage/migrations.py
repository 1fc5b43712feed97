"""From an older database to this one: a step for each version, all of them inside the transaction that opens it."""

from collections.abc import Callable

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import JSON, Column, Connection, Integer, String, Text, func, insert, inspect, select, table, text, update

from registry.alerts.confirmation.filling import fill
from registry.alerts.confirmation.tables import airings, arrivals, proofs
from registry.alerts.drills.tables import drills, runs
from registry.alerts.pending.tables import pending_alerts
from registry.areas.tables import areas
from registry.audit.tables import audit
from registry.cards.tables import cards
from registry.desk.recordings.tables import recordings
from registry.desk.tables import submissions
from registry.figures.tables import airtime, catalogue, traffic, troubles
from registry.fleet.alarm_tables import alarms, doubts, watches
from registry.fleet.coverage.tables import channels, essentials, presented
from registry.fleet.standing_tables import spans, standings
from registry.fleet.tables import enrolments, grants, holders, lines, reports, tails, units
from registry.people.tables import recovery, roles, sessions, tries, users
from registry.rollout.tables import rollouts, upgrades
from registry.storage import schema
from registry.storage.counters import count_on
from registry.storage.months import make_months, months_in, part_of
from registry.web.phones.tables import officers
from registry.web.technician import tables


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
    for index in reports.indexes:
        index.create(operations.get_bind())
    words, lists = ("unit", "enrolled", "place", "place_name"), ("key", "channels", "languages")
    # As it was then: later steps change it.
    made = operations.create_table(
        "enrolment",
        Column("seq", Integer, primary_key=True),
        *(Column(name, String, nullable=False) for name in words),
        *(Column(name, JSON, nullable=False) for name in lists),
        Column("token", Text),
    )
    operations.create_index("enrolment_place", "enrolment", ["place"])
    # Where a unit stood before its newest enrolment was never written down: the present place stands for all of it.
    kept = select(*(units.c[name] for name in (*words, *lists)))
    operations.get_bind().execute(insert(made).from_select((*words, *lists), kept))


def _let_technicians_accept(operations: Operations) -> None:
    """2 → 3: technicians, areas, units that wait, duty holders, photographs, the audit; grants that are bound to a key."""
    for name in ("thumbprint", "nonce", "technician", "replaces"):
        operations.add_column("grant", Column(name, String))
    operations.add_column("enrolment", Column("technician", String))
    operations.add_column("unit", Column("replaced_by", String))
    for index in (*grants.indexes, *(index for index in enrolments.indexes if index.name == "enrolment_unit")):
        index.create(operations.get_bind())
    new = (areas, tables.technicians, tables.waiting, holders, tables.photos, audit)
    schema.metadata.create_all(operations.get_bind(), tables=new)


def _know_cards(operations: Operations) -> None:
    """3 → 4: prepared cards."""
    schema.metadata.create_all(operations.get_bind(), tables=(cards,))


def _roll_out_software(operations: Operations) -> None:
    """4 → 5: roll-outs of the units' software."""
    schema.metadata.create_all(operations.get_bind(), tables=(rollouts, upgrades))


def _hear_who_falls_silent(operations: Operations) -> None:
    """5 → 6: which units of a roll-out are heard no more."""
    here = {column["name"] for column in inspect(operations.get_bind()).get_columns("rollout")}
    for column in (Column("watched", String), Column("silent", JSON)):
        # A database of before roll-outs has just been given the table as it is now.
        if column.name not in here:
            operations.add_column("rollout", column)


def _let_units_come_back(operations: Operations) -> None:
    """6 → 7: units that came back after a restored backup, and those that say whose place they take."""
    for name in ("would_replace", "readmitted"):
        operations.add_column("unit", Column(name, String))


def _know_officers(operations: Operations) -> None:
    """7 → 8: officers, who sign alerts with their phones."""
    schema.metadata.create_all(operations.get_bind(), tables=(officers,))


def _hold_alerts(operations: Operations) -> None:
    """8 → 9: alerts that wait for a second person, or for the end of their hold-off."""
    schema.metadata.create_all(operations.get_bind(), tables=(pending_alerts,))


def _confirm_alerts(operations: Operations) -> None:
    """9 → 10: what units proved of alerts, from the lines that are kept."""
    schema.metadata.create_all(operations.get_bind(), tables=(proofs, airings, arrivals))
    fill(operations.get_bind())


def _plan_drills(operations: Operations) -> None:
    """10 → 11: exercises by a schedule."""
    schema.metadata.create_all(operations.get_bind(), tables=(drills, runs))


def _let_people_sign_in(operations: Operations) -> None:
    """11 → 12: people who sign in by name, with their roles."""
    schema.metadata.create_all(operations.get_bind(), tables=(users, roles, sessions, recovery, tries))


def _keep_states(operations: Operations) -> None:
    """12 → 13: the states of units over time, from then on: what they were before is not known."""
    schema.metadata.create_all(operations.get_bind(), tables=(standings, spans))


def _raise_alarms(operations: Operations) -> None:
    """13 → 14: alarms, and who sent reports that nobody may believe."""
    schema.metadata.create_all(operations.get_bind(), tables=(alarms, watches, doubts))


def _keep_recordings(operations: Operations) -> None:
    """14 → 15: what officers record on their phones."""
    schema.metadata.create_all(operations.get_bind(), tables=(recordings,))


def _cover_villages(operations: Operations) -> None:
    """15 → 16: which villages essentials have reached; counted from the kept lines as soon as the release tree has been read."""
    schema.metadata.create_all(operations.get_bind(), tables=(essentials, channels, presented))


def _take_submissions(operations: Operations) -> None:
    """16 → 17: what officers write, submit and approve."""
    schema.metadata.create_all(operations.get_bind(), tables=(submissions,))


def _count_figures(operations: Operations) -> None:
    """17 → 18: minutes on the air, data and faults by day, from then on."""
    schema.metadata.create_all(operations.get_bind(), tables=(airtime, traffic, troubles, catalogue))


def _know_whence_people_sign_in(operations: Operations) -> None:
    """18 → 19: from where somebody signed in last; the first databases with people were made without that."""
    if "known" not in {column["name"] for column in inspect(operations.get_bind()).get_columns("user_try")}:
        operations.add_column("user_try", Column("known", String))


def _number_bundles_by_64_bits(operations: Operations) -> None:
    """19 → 20: bundles whose publisher numbers them by the minute; SQLite's integers have been that long all the time."""
    if operations.get_bind().dialect.name == "postgresql":
        for table, column in (("essential", "since"), ("essential", "release"), ("covered_channel", "release"), ("submission", "version")):
            operations.alter_column(table, column, type_=schema.Whole)


def _seal_codes(operations: Operations) -> None:
    """20 → 21: the secrets of codes are sealed, which no older release can read; at the registry's start, for no database has their key."""


def _keep_receipts_by_month(operations: Operations) -> None:
    """21 → 22: on PostgreSQL the lines of journals lie by month; how far each journal reaches, and of what was let go."""
    connection = operations.get_bind()
    operations.add_column("unit", Column("let_go", String))
    for name in ("top", "let_go"):
        operations.add_column("tail", Column(name, schema.Whole, nullable=False, server_default=text("-1")))
    behind = (lines.c.unit == tails.c.unit) & (lines.c.program == tails.c.program) & (lines.c.n > tails.c.kept)
    top = select(func.max(lines.c.last)).where(behind).scalar_subquery()
    connection.execute(update(tails).values(top=func.coalesce(top, tails.c.kept)))
    if connection.dialect.name == "postgresql":
        operations.execute("DROP INDEX line_kind")
        operations.execute("ALTER SEQUENCE line_seq_seq RENAME TO line_whole_seq_seq")
        operations.rename_table("line", "line_whole")
        lines.create(connection)
        whole = part_of(lines, "whole")
        make_months(connection, lines, months_in(connection, whole.c.received))
        connection.execute(insert(lines).from_select(list(whole.c.keys()), select(whole).order_by(whole.c.seq)))
        operations.drop_table(whole.name)
        count_on(connection, lines)


def _keep_where_people_were_reached(operations: Operations) -> None:
    """22 → 23: in which place each essential was presented. Where units stood until then was not kept with it: the present place stands."""
    connection = operations.get_bind()
    if "place" not in {column["name"] for column in inspect(connection).get_columns(presented.name)}:
        before = table("presented_before", *(Column(each.name) for each in presented.c if each.name != "place"))
        operations.execute("CREATE TABLE presented_before AS SELECT * FROM presented")
        operations.drop_table(presented.name)
        presented.create(connection)
        told = select(before, units.c.place).join(units, units.c.unit == before.c.unit)
        connection.execute(insert(presented).from_select([each.name for each in told.selected_columns], told))
        operations.drop_table(before.name)


def _find_events(operations: Operations) -> None:
    """23 → 24: who was replaced and still speaks is asked for each second, of an audit that only grows."""
    operations.create_index("audit_event", "audit", ["event", "at"], if_not_exists=True)


_STEPS: dict[int, Callable[[Operations], None]] = {
    1: _keep_what_units_sign,
    2: _let_technicians_accept,
    3: _know_cards,
    4: _roll_out_software,
    5: _hear_who_falls_silent,
    6: _let_units_come_back,
    7: _know_officers,
    8: _hold_alerts,
    9: _confirm_alerts,
    10: _plan_drills,
    11: _let_people_sign_in,
    12: _keep_states,
    13: _raise_alarms,
    14: _keep_recordings,
    15: _cover_villages,
    16: _take_submissions,
    17: _count_figures,
    18: _know_whence_people_sign_in,
    19: _number_bundles_by_64_bits,
    20: _seal_codes,
    21: _keep_receipts_by_month,
    22: _keep_where_people_were_reached,
    23: _find_events,
}
