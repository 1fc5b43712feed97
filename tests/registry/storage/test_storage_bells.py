"""A bell is heard by the other processes, not by who rang it, and also after the database was away."""

import asyncio
import os
import secrets

import psycopg
import pytest

from registry.storage import bells
from registry.storage.engines import postgres
from tests.registry.cluster import VARIABLE, drop_database, make_database

pytestmark = pytest.mark.skipif(not os.environ.get(VARIABLE), reason="needs the cluster that `make postgres` starts")


class Ear:
    def __init__(self):
        self.heard, self.times = asyncio.Event(), 0

    def __call__(self):
        self.times += 1
        self.heard.set()

    async def next(self):
        async with asyncio.timeout(20):
            await self.heard.wait()
        self.heard.clear()


@pytest.fixture
def address():
    name = f"bells_{secrets.token_hex(4)}"
    yield make_database(os.environ[VARIABLE], name)
    drop_database(os.environ[VARIABLE], name)


@pytest.fixture
async def two(address):
    ears, processes = (Ear(), Ear()), (postgres(address).bells, postgres(address).bells)
    listening = [asyncio.create_task(each.listen(ear)) for each, ear in zip(processes, ears, strict=True)]
    for ear in ears:
        await ear.next()
    yield processes, ears
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    for each in processes:
        await each.close()


async def test_the_other_process_hears_it(two):
    (one, other), (first, second) = two
    await one.ring()
    await second.next()
    await other.ring()
    await first.next()
    assert (first.times, second.times) == (2, 2)


async def test_who_was_cut_off_listens_again_and_looks(two, address, monkeypatch):
    monkeypatch.setattr(bells, "AGAIN", 0.01)
    (one, _), (_, second) = two
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'LISTEN%'")
    await second.next()
    await one.ring()
    await second.next()
