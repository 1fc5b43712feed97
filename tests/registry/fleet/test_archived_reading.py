"""What an archive reads beside a registry that goes on, on whichever database; it cannot change anything."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from bundle.errors import Refused
from registry.fleet.archived import read_records
from registry.fleet.tables import lines
from registry.storage.engines import reader_of
from tests.registry.web.conftest import NOON, PLACE, VILLAGE, shown


async def test_it_finds_who_stood_there_and_what_they_signed(registry, clock):
    unit, tokens = await registry.enrolled(), []
    for n in range(4):
        clock.turn(hours=1)
        tokens.append(unit.report(n, [("display", shown(n).model_copy(update={"at": shown(n).at.model_copy(update={"wall": clock()})}))]))
        await registry.report(tokens[-1])
    with read_records(registry.config.data) as records:
        (enrolled,) = records.enrolled_at(PLACE, NOON)
        assert (enrolled.unit, enrolled.channels, enrolled.languages) == (unit.name, VILLAGE.channels, VILLAGE.languages)
        second = NOON + timedelta(hours=2)
        between = records.signed(unit.name, second - timedelta(minutes=1), second + timedelta(minutes=1))
        assert set(between) >= {tokens[1]}
        assert list(between) == [token for token in tokens if token in between]
        assert records.kept_lines(unit.name, "display", 1, 9) == {1, 2, 3}
        with pytest.raises(Refused, match="had no unit yet"):
            records.enrolled_at(PLACE, NOON - timedelta(days=1))


async def test_it_changes_nothing_and_sees_one_moment(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("display", shown(0))]))
    engine = reader_of(registry.config.data)
    with engine.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        connection.execute(delete(lines))
    engine.dispose()
    assert await registry.count(lines) == 1
    with read_records(registry.config.data) as records:
        assert records.kept_lines(unit.name, "display", 0, 9) == {0}
        await registry.report(unit.report(1, [("display", shown(1))]))
        assert records.kept_lines(unit.name, "display", 0, 9) == {0}
