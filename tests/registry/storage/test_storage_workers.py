"""A storage that was closed has no thread left, whenever those who used it were cancelled: its loop may end then."""

import asyncio
import random
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, update

from registry.storage import schema
from registry.storage.storage import Storage, open_storage

ROUNDS = 60
WRITE = update(schema.about).values(value=schema.about.c.value)


async def write(storage: Storage) -> None:
    while True:
        async with storage.writing() as connection:
            await connection.execute(WRITE)


async def look(storage: Storage) -> None:
    while True:
        async with storage.reading() as connection:
            await connection.execute(select(schema.about))


async def cancelled_at_some_moment(folder: Path, dice: random.Random) -> list[threading.Thread]:
    """The threads that were left when the storage was closed."""
    before = set(threading.enumerate())
    storage = await open_storage(folder)
    tasks = [asyncio.create_task(work(storage)) for work in (write, look, look)]
    await passes(dice.randrange(300))
    for _ in range(dice.randrange(1, 3)):
        for task in tasks:
            task.cancel()
        await passes(dice.randrange(2))
    await asyncio.gather(*tasks, return_exceptions=True)
    await storage.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}, "one waits for an answer that a thread has long given"
    return [each for each in threading.enumerate() if each not in before and not each.name.startswith("asyncio")]


async def passes(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


@pytest.mark.sqlite
def test_no_thread_answers_to_a_loop_that_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    died: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", died.append)
    dice = random.Random(8)
    for _ in range(ROUNDS):
        assert asyncio.run(cancelled_at_some_moment(tmp_path, dice)) == []
    assert died == []
