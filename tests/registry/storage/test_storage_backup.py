"""A backup is whole or refused, and what is restored from it, or moved to another database, is the same registry."""

import asyncio
import hashlib
import os
import secrets
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select

from bundle.errors import Refused
from evidence.duties import Duty
from registry.audit.chain import Event, broken_at, note, rows
from registry.fleet.duties import name_one
from registry.fleet.own_keys import own_keys
from registry.fleet.tables import lines, units
from registry.storage.backup import SUMS, back_up, restore, whole
from registry.storage.commands import _move
from registry.storage.engines import NAME, sqlite
from registry.storage.months import months_made, part_of
from registry.storage.schema import about
from registry.storage.storage import open_storage
from registry.storage.turns import LETTING_GO
from registry.web.commands import registry
from tests.registry.cluster import VARIABLE, drop_database, make_database
from tests.registry.web.conftest import NOON

UNIT = {
    "unit": "bt-mau-01",
    "key": {"kty": "OKP"},
    "thumbprint": "t" * 43,
    "place": "vn.20.06001.03",
    "place_name": "Thôn Bản Mẫu",
    "channels": ["vn", "vn.20"],
    "languages": ["vi", "km"],
    "link": "network",
    "root": "{}",
    "hardware": "Raspberry Pi 4B",
    "enrolled": NOON.isoformat(),
}


def line(n):
    said = {"unit": "bt-mau-01", "program": "display", "n": n, "first": n, "last": n, "digest": bytes([n % 256]) * 32}
    return {**said, "kind": "shown", "line": "{}", "received": (NOON + timedelta(days=n % 100)).isoformat()}


async def filled(data):
    async with await open_storage(data) as storage, storage.writing() as connection:
        await connection.execute(insert(units).values(**UNIT))
        await connection.execute(insert(lines), [line(2**40 + n) for n in range(2500)])
        await name_one(connection, "bt-mau-01", Duty.REPAIR, "Lò Thị Mây", "0901")
        for number in range(3):
            await note(connection, Event.AREAS_IMPORTED, NOON, detail=str(number))
        await connection.execute(insert(about).values(name="standings-from", value=NOON.isoformat()))


async def all_of(data):
    async with await open_storage(data) as storage, storage.reading() as connection:
        found = [tuple(row) for row in await connection.execute(select(lines).order_by(lines.c.seq))]
        unit = (await connection.execute(select(units))).one()
        marks = [tuple(row) for row in await connection.execute(select(about).order_by(about.c.name))]
        return found, tuple(unit), [tuple(row) for row in await rows(connection)], marks


@pytest.fixture
async def data(tmp_path):
    folder = tmp_path / "data"
    await filled(folder)
    own_keys(folder)
    (folder / "photos").mkdir()
    (folder / "photos" / "a.webp").write_bytes(b"photo")
    return folder


async def test_what_is_restored_is_what_was_backed_up(data, tmp_path):
    told = []
    made = await asyncio.to_thread(back_up, data, tmp_path / "kept", lambda table, count: told.append((table, count)))
    assert ("line", 2500) in told
    assert made.files == 3
    await asyncio.to_thread(restore, tmp_path / "kept", tmp_path / "again", lambda *_: None)
    assert await all_of(tmp_path / "again") == await all_of(data)
    assert own_keys(tmp_path / "again") == own_keys(data)
    assert (tmp_path / "again/photos/a.webp").read_bytes() == b"photo"


async def test_a_restored_registry_goes_on_counting(data, tmp_path):
    await asyncio.to_thread(back_up, data, tmp_path / "kept", lambda *_: None)
    await asyncio.to_thread(restore, tmp_path / "kept", tmp_path / "again", lambda *_: None)
    async with await open_storage(tmp_path / "again") as storage, storage.writing() as connection:
        await connection.execute(insert(lines).values(**line(7)))
        await note(connection, Event.AREAS_IMPORTED, NOON, detail="after")
        assert await connection.scalar(select(func.count()).select_from(lines)) == 2501
        assert broken_at(await rows(connection)) is None


@pytest.mark.parametrize("harm", ["change", "remove", "no sums"])
async def test_a_damaged_backup_is_refused_and_nothing_begins(data, tmp_path, harm):
    await asyncio.to_thread(back_up, data, tmp_path / "kept", lambda *_: None)
    match harm:
        case "change":
            (tmp_path / "kept/photos/a.webp").write_bytes(b"other")
        case "remove":
            (tmp_path / "kept" / NAME).unlink()
        case "no sums":
            (tmp_path / "kept" / SUMS).unlink()
    with pytest.raises(Refused):
        await asyncio.to_thread(restore, tmp_path / "kept", tmp_path / "again", lambda *_: None)
    assert not (tmp_path / "again").exists()


async def test_nothing_is_restored_over_a_registry(data, tmp_path):
    await asyncio.to_thread(back_up, data, tmp_path / "kept", lambda *_: None)
    with pytest.raises(Refused, match="not empty"):
        await asyncio.to_thread(restore, tmp_path / "kept", data, lambda *_: None)


@pytest.mark.skipif(not os.environ.get(VARIABLE), reason="needs the cluster that `make postgres` starts")
async def test_a_registry_moves_to_postgresql_with_everything(data, tmp_path, monkeypatch):
    cluster_at, name = os.environ[VARIABLE], f"moved_{secrets.token_hex(4)}"
    # As it was before it outgrew SQLite.
    await asyncio.to_thread(back_up, data, tmp_path / "small", lambda *_: None)
    before = await all_of(data)
    try:
        line_of = ["database", "--data", str(tmp_path / "small"), "--move-to"]
        moved = await asyncio.to_thread(CliRunner().invoke, registry, [*line_of, make_database(cluster_at, name)])
        assert moved.exit_code == 0, moved.output
        assert "line: 2500" in moved.output
        assert (tmp_path / "small" / "database").stat().st_mode & 0o077 == 0
        assert await all_of(tmp_path / "small") == before
        async with await open_storage(tmp_path / "small") as storage, storage.reading() as connection:
            assert await connection.run_sync(months_made, lines) == ["2026-11", "2026-12", "2027-01", "2027-02"]
            assert await connection.scalar(select(func.count()).select_from(part_of(lines, "other"))) == 0
        async with await open_storage(tmp_path / "small") as storage, storage.writing() as connection:
            await connection.execute(insert(lines).values(**line(7)))
            await note(connection, Event.AREAS_IMPORTED, NOON, detail="after")
        again = await asyncio.to_thread(CliRunner().invoke, registry, [*line_of, "postgresql:///x"])
        assert "already" in str(again.exception)
    finally:
        drop_database(cluster_at, name)


async def test_what_is_restored_is_for_its_owners_eyes_alone(data, tmp_path):
    await asyncio.to_thread(back_up, data, tmp_path / "kept", lambda *_: None)
    again = tmp_path / "again"
    again.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        await asyncio.to_thread(restore, tmp_path / "kept", again, lambda *_: None)
    finally:
        os.umask(before)
    assert again.stat().st_mode & 0o077 == 0
    assert [path for path in again.iterdir() if path.name.startswith(NAME) and path.stat().st_mode & 0o077] == []


async def test_a_backup_that_names_files_outside_of_itself_is_refused(data, tmp_path):
    await asyncio.to_thread(back_up, data, tmp_path / "kept", lambda *_: None)
    (tmp_path / "outside").write_bytes(b"x")
    sums = tmp_path / "kept" / SUMS
    digest = hashlib.sha256(b"x").hexdigest()
    sums.write_text(f"{sums.read_text()}{digest}  ../outside\n")
    with pytest.raises(Refused, match="outside of itself"):
        await asyncio.to_thread(restore, tmp_path / "kept", tmp_path / "deep/again", lambda *_: None)
    assert not (tmp_path / "deep").exists()


async def test_a_backup_is_not_made_inside_of_what_it_keeps(data):
    with pytest.raises(Refused, match="in the data folder"):
        await asyncio.to_thread(back_up, data, data / "kept", lambda *_: None)


async def test_a_file_that_goes_while_the_backup_is_made_is_no_harm(data, tmp_path, monkeypatch):
    put = shutil.copy2

    def late(source, target):
        if source.name == "a.webp":
            source.unlink()
        put(source, target)

    monkeypatch.setattr(shutil, "copy2", late)
    made = await asyncio.to_thread(back_up, data, tmp_path / "kept", lambda *_: None)
    assert made.files == 2
    assert Path("photos/a.webp") not in whole(tmp_path / "kept")


@pytest.mark.sqlite
async def test_a_registry_that_runs_is_not_moved(data, monkeypatch):
    async with await open_storage(data) as storage, storage.turns.of(LETTING_GO):
        monkeypatch.setattr("registry.storage.commands._PATIENCE", 0.05)
        monkeypatch.setattr("registry.storage.commands.postgres", lambda _: sqlite(data.parent / "other.db"))
        with pytest.raises(Refused, match="is running here"):
            await asyncio.to_thread(_move, data, "postgresql:///x")
    assert not (data / "database").exists()
