"""Whoever has the database alone has nobody's second proof; old ones are sealed at the start, and a backup restores them with their key."""

import asyncio
import re

import pytest
from sqlalchemy import insert, select, update

from registry.people import codes
from registry.people.seeds import KEY, seeds_of
from registry.people.tables import users
from registry.storage.backup import back_up, restore
from registry.storage.engines import NAME as DATABASE
from registry.storage.storage import open_storage
from registry.web.app import make_app
from registry.web.config import STORAGE, Config
from tests.registry.web.conftest import Registry
from tests.registry.web.users.desk import NAME, Desk


@pytest.fixture
def start(aiohttp_client, tmp_path, clock):
    """Starts a registry on a data folder."""

    async def started(data):
        config = Config(data=data, site=tmp_path / "site", url="https://so.tinh-mau.vn", now=clock, watch_every=0.01)
        app = make_app(config)
        return Registry(await aiohttp_client(app), app, clock, config)

    return started


async def kept(storage):
    async with storage.reading() as connection:
        return (await connection.execute(select(users).where(users.c.name == NAME))).one()


async def lay_open(data, seed):
    """As a release before had left it, with fifty colleagues; all the seeds."""
    others = {f"Cán bộ {number}": codes.new_seed() for number in range(50)}
    async with await open_storage(data) as storage, storage.writing() as connection:
        await connection.execute(update(users).where(users.c.name == NAME).values(seed=seed, new_seed=seed))
        rows = [{"name": name, "person": name.lower(), "made": "2026-11-01T00:00:00+00:00", "seed": each} for name, each in others.items()]
        await connection.execute(insert(users), rows)
    return {seed, *others.values()}


def lying_open(data, seeds):
    raw = b"".join(path.read_bytes() for path in data.glob(f"{DATABASE}*"))
    return {seed for seed in seeds if seed.encode() in raw}


async def test_the_database_holds_no_secret_of_a_code(registry, desk):
    row = await kept(registry.app[STORAGE])
    assert desk.seed not in str(row)
    assert seeds_of(registry.config.data).open(row.seed, NAME) == desk.seed, "it is sealed, for this name"
    waiting = Desk(registry)
    await waiting.opened(await waiting.invited("Hà Văn Muộn"))
    async with registry.app[STORAGE].reading() as connection:
        assert waiting.seed not in str((await connection.execute(select(users))).all()), "nor one that is only shown yet"


async def test_a_secret_that_is_put_at_another_name_proves_nothing(registry, desk):
    """Whoever can write into the database would else sign in as anybody with an app of their own."""
    thief = Desk(registry)
    assert (await thief.set_up(await thief.invited("Lò Văn Trộm"))).status == 200
    async with registry.app[STORAGE].writing() as connection:
        own = await connection.scalar(select(users.c.seed).where(users.c.name == "Lò Văn Trộm"))
        await connection.execute(update(users).where(users.c.name == NAME).values(seed=own))
    registry.clock.turn(minutes=1)
    assert (await Desk(registry, seed=thief.seed).sign_in()).status == 403


@pytest.mark.sqlite
async def test_what_lay_open_before_is_sealed_at_the_next_start_and_leaves_no_trace(registry, desk, start):
    data = registry.config.data
    await registry.client.close()
    seeds = await lay_open(data, desk.seed)
    assert seeds == lying_open(data, seeds)
    await (await start(data)).client.close()
    assert lying_open(data, seeds) == set()
    assert (await Desk(await start(data), seed=desk.seed).sign_in()).status == 303


async def test_a_second_start_changes_nothing(registry, desk, start):
    before = await kept(registry.app[STORAGE])
    await registry.client.close()
    again = await start(registry.config.data)
    assert await kept(again.app[STORAGE]) == before


async def test_a_backup_brings_the_key_and_without_it_only_paper_lets_one_in(registry, desk, start, tmp_path, caplog):
    link = await desk.invited("Hà Văn Muộn")
    other = Desk(registry)
    given = re.findall(r"<code>([a-z0-9-]{14})</code>", await (await other.set_up(link)).text())
    registry.clock.turn(minutes=1)
    await asyncio.to_thread(back_up, registry.config.data, tmp_path / "kept", lambda *_: None)
    assert (tmp_path / "kept" / KEY).stat().st_mode & 0o077 == 0
    await asyncio.to_thread(restore, tmp_path / "kept", tmp_path / "whole", lambda *_: None)
    assert (await Desk(await start(tmp_path / "whole"), seed=desk.seed).sign_in()).status == 303
    await asyncio.to_thread(restore, tmp_path / "kept", tmp_path / "bare", lambda *_: None)
    (tmp_path / "bare" / KEY).unlink()
    bare = await start(tmp_path / "bare")
    assert "2 users cannot sign in by their app" in caplog.text
    assert (await Desk(bare, seed=desk.seed).sign_in()).status == 403
    assert (await Desk(bare).sign_in("Hà Văn Muộn", code=given[0])).status == 303
    invited = Desk(bare)
    assert (await invited.set_up(await invited.invited("Vàng Thị Mới"))).status == 200, "and new ones are sealed by the new key"
