"""The commands by which a person confirms or declines a replacement, and says that a unit is rightly back."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from bundle.errors import Refused
from registry.audit.chain import broken_at, rows
from registry.fleet.tables import units
from registry.storage.storage import open_storage
from registry.web.commands import registry


async def prepared(data: Path) -> None:
    async with await open_storage(data) as storage, storage.writing() as connection:
        for name in ("bt-cu", "bt-moi"):
            stands = {"place": "vn.20.06001.03", "place_name": "Thôn Nà Lạc", "channels": [], "languages": ["vi"], "link": "network"}
            who = {"unit": name, "key": {}, "thumbprint": name, "enrolled": "2026-11-21T05:00:00+00:00", "hardware": "Pi", "root": ""}
            await connection.execute(insert(units).values(**who, **stands))
        mine = update(units).where(units.c.unit == "bt-moi")
        await connection.execute(mine.values(would_replace="bt-cu", readmitted="2026-11-22T05:00:00+00:00"))


async def kept(data: Path) -> tuple[str | None, list[str]]:
    """Who replaced the old unit, and what the audit says."""
    async with await open_storage(data) as storage, storage.reading() as connection:
        told = await rows(connection)
        by = await connection.scalar(select(units.c.replaced_by).where(units.c.unit == "bt-cu"))
    assert broken_at(told) is None
    return by, [row.event for row in told]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    asyncio.run(prepared(tmp_path))
    return tmp_path


def typed(data: Path, *words: str) -> str:
    done = CliRunner().invoke(registry, [*words, "--data", str(data)])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_who_waits_for_a_word_is_listed_and_one_word_confirms_it(data: Path) -> None:
    assert "bt-moi" in typed(data, "replace")
    typed(data, "replace", "bt-cu", "bt-moi")
    assert asyncio.run(kept(data)) == ("bt-moi", ["replaced"])
    assert "bt-moi" not in typed(data, "replace")


def test_a_replacement_that_is_declined_changes_nothing(data: Path) -> None:
    typed(data, "replace", "--decline", "bt-moi")
    assert asyncio.run(kept(data)) == (None, ["replacement-declined"])
    assert "bt-moi" not in typed(data, "replace")
    with pytest.raises(Refused, match="does not ask"):
        typed(data, "replace", "--decline", "bt-moi")


def test_a_unit_that_came_back_is_listed_until_somebody_has_looked(data: Path) -> None:
    assert "bt-moi" in typed(data, "readmitted")
    typed(data, "readmitted", "bt-moi")
    assert asyncio.run(kept(data)) == (None, ["readmission-seen"])
    assert "bt-moi" not in typed(data, "readmitted")
    with pytest.raises(Refused, match="did not come back"):
        typed(data, "readmitted", "bt-cu")


@pytest.mark.parametrize("words", [("bt-cu",), ("bt-cu", "bt-moi", "--decline", "bt-moi")])
def test_half_a_word_decides_nothing(data: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        typed(data, "replace", *words)
    assert asyncio.run(kept(data)) == (None, [])
