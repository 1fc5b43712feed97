"""A turn: one process at a time does what only one may do, and whoever dies gives it back."""

import asyncio
import os
import secrets
import subprocess
import sys

import pytest
from sqlalchemy.exc import OperationalError

from registry.storage.engines import database_of, postgres
from registry.storage.turns import FolderTurns, alone
from tests.registry.cluster import VARIABLE, drop_database, make_database

HOLDER = """
import asyncio, sys
from pathlib import Path
from registry.storage.engines import database_of

async def main():
    async with database_of(Path(sys.argv[1])).turns.of("drills"):
        print("mine", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def turns(tmp_path):
    cluster_at = os.environ.get(VARIABLE)
    if not cluster_at:
        yield FolderTurns(tmp_path)
        return
    name = f"turns_{secrets.token_hex(4)}"
    address = make_database(cluster_at, name)
    (tmp_path / "database").touch(mode=0o600)
    (tmp_path / "database").write_text(address)
    yield postgres(address).turns
    drop_database(cluster_at, name)


async def test_a_turn_is_one_at_a_time_and_another_name_is_another_turn(turns):
    said: list[str] = []

    async def do(name: str, word: str) -> None:
        async with turns.of(name):
            said.append(f"{word} begins")
            await asyncio.sleep(0)
            said.append(f"{word} ends")

    async with asyncio.timeout(20):
        await asyncio.gather(do("a", "one"), do("a", "two"), do("b", "three"))
    one, two = said.index("one begins"), said.index("two begins")
    first, second = ("one", "two") if one < two else ("two", "one")
    assert said.index(f"{first} ends") < said.index(f"{second} begins")


async def test_whoever_is_killed_gives_its_turn_back(turns, tmp_path):
    holder = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert await asyncio.to_thread(holder.stdout.readline) == "mine\n"
        waiting = asyncio.create_task(_take(turns))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
    finally:
        holder.kill()
        await asyncio.to_thread(holder.wait)
        holder.stdout.close()
    async with asyncio.timeout(20):
        await waiting


@pytest.mark.parametrize("problem", [OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked")), OSError("no space left")])
async def test_work_that_the_database_or_the_disk_failed_once_is_begun_again(turns, caplog, problem):
    tried: list[int] = []
    working = asyncio.Event()

    async def work() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise problem
        working.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(alone(turns, "drills", work, heartbeat=0.01))
    async with asyncio.timeout(20):
        await working.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert "begun again" in caplog.text


async def test_work_that_fails_by_our_mistake_is_heard_of_and_its_turn_is_free(turns):
    async def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await alone(turns, "gate", fails)
    async with asyncio.timeout(20), turns.of("gate"):
        pass


async def test_who_loses_the_turn_gives_the_work_up_and_begins_again_when_it_comes_back(turns):
    began, ended, answers, twice = [], [], [True, False], asyncio.Event()

    async def work() -> None:
        began.append(1)
        if len(began) == 2:
            twice.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    task = asyncio.create_task(alone(Lost(turns, answers), "gate", work, heartbeat=0.01))
    async with asyncio.timeout(20):
        await twice.wait()
    assert ended == [1]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert began == ended == [1, 1]


class Lost:
    """The same *turns*, but their holder hears these *answers* first, when it asks whether its turn is still its own."""

    def __init__(self, turns, answers):
        self._turns, self._answers = turns, answers

    def of(self, name):
        return Told(self._turns.of(name), self._answers)


class Told:
    def __init__(self, turn, answers):
        self._turn, self._answers = turn, answers

    async def __aenter__(self):
        still = await self._turn.__aenter__()

        async def asked():
            return self._answers.pop(0) if self._answers else await still()

        return asked

    async def __aexit__(self, *problem):
        return await self._turn.__aexit__(*problem)


async def _take(turns):
    async with turns.of("drills"):
        pass


def test_a_data_folder_says_where_its_database_is(tmp_path):
    assert database_of(tmp_path).writers is None
    (tmp_path / "database").touch(mode=0o600)
    (tmp_path / "database").write_text("postgresql://so@/bangtin?host=/run/postgresql\n")
    assert database_of(tmp_path).where.startswith("postgresql+psycopg://so@/bangtin")
