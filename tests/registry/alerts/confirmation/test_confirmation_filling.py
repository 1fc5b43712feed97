"""A registry of before the confirmation opens with what its kept lines prove."""

import sqlite3

import pytest

from evidence.records import Outcome, Rung
from registry.alerts.confirmation.gathering import confirmation
from registry.alerts.confirmation.steps import Step
from registry.storage.engines import NAME
from registry.storage.storage import open_storage

TABLES = ("alert_proof", "alert_airing", "alert_arrival")
LATER = (("unit", "let_go"), ("tail", "top"), ("tail", "let_go"))
"""Columns that a registry of before does not have, as no step finds them there already."""


@pytest.mark.sqlite
async def test_kept_lines_fill_the_tables_as_filing_them_would_have(watched, tmp_path):
    unit = await watched.village(1)
    alert = watched.raise_alert()
    lines = [
        ("display", watched.on_board(0, alert)),
        ("display", watched.seen(1, alert)),
        ("audio", watched.aired(0, alert)),
        ("audio", watched.aired(1, alert, Outcome.COMPLETE, Rung.HEARD, offset=2.0)),
    ]
    await watched.tell(unit, 0, lines)
    before = (await watched.ladder(unit)).first
    copy = tmp_path / "copy"
    copy.mkdir()
    with sqlite3.connect(watched.registry.config.data / NAME) as now, sqlite3.connect(copy / NAME) as old:
        now.backup(old)
        for table in TABLES:
            old.execute(f"DROP TABLE {table}")
        for table, later in LATER:
            old.execute(f"ALTER TABLE {table} DROP COLUMN {later}")
        old.execute("UPDATE about SET value = '9' WHERE name = 'schema'")
        old.commit()
    async with await open_storage(copy) as storage, storage.reading() as connection:
        found = await confirmation(connection, watched.raised(), watched.clock())
    after = found.ladders[0].first
    assert {step: after[step] for step in Step if step is not Step.RECEIVED and step in after} == {
        step: before[step] for step in Step if step is not Step.RECEIVED and step in before
    }
    assert set(after) == {Step.RECEIVED, Step.VERIFIED, Step.PRESENTED, Step.COMMANDED, Step.LEFT_DRIVER, Step.HEARD}
