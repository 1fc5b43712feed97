"""The filer: what waits together is filed in one transaction, in order, and nobody is answered before the commit."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from registry.fleet.filer import MOST_TOGETHER, Filer
from registry.fleet.filing import opened
from registry.fleet.tables import lines
from registry.web.config import STORAGE
from registry.web.work import Work
from tests.registry.web.conftest import shown


class Counted:
    """The registry's storage, which counts what is written together, and can hold a commit back."""

    def __init__(self, storage):
        self._storage, self.written = storage, 0
        self.may_commit = asyncio.Event()
        self.may_commit.set()
        self.reading = storage.reading

    @asynccontextmanager
    async def writing(self):
        async with self._storage.writing() as connection:
            yield connection
            await self.may_commit.wait()
        self.written += 1


@pytest.fixture
def counted(registry):
    return Counted(registry.app[STORAGE])


def told(unit, *numbers):
    return opened([unit.report(n, [("display", shown(n))]) for n in numbers])


async def test_what_waits_together_is_filed_in_one_transaction(registry, counted):
    units = [await registry.enrolled(f"bt-{n}") for n in range(6)]
    filer = Filer(counted, registry.clock)
    async with Work().going(filer.run()):
        filed = await asyncio.gather(*(filer.file(told(unit, 0)) for unit in units))
    assert [(each.unit, each.new, each.kept) for each in filed] == [(unit.name, [0], {"display": 0}) for unit in units]
    assert counted.written == 1


async def test_one_transaction_takes_no_more_than_so_many_reports(registry, counted):
    unit = await registry.enrolled()
    batches = 2 * MOST_TOGETHER // 50
    filer = Filer(counted, registry.clock)
    async with Work().going(filer.run()):
        await asyncio.gather(*(filer.file(told(unit, *range(50 * n, 50 * n + 50))) for n in range(batches)))
    assert counted.written == 2
    assert await registry.count(lines) == 50 * batches


async def test_reports_of_one_unit_are_filed_in_the_order_they_came(registry, counted):
    unit = await registry.enrolled()
    filer = Filer(counted, registry.clock)
    async with Work().going(filer.run()):
        filed = await asyncio.gather(*(filer.file(told(unit, n)) for n in (0, 1, 3, 2)))
    assert [each.refused for each in filed] == [{}] * 4
    assert {tuple(each.kept.items()) for each in filed} == {(("display", 3),)}, "all of it is durable when the first is answered"


async def test_nobody_is_answered_before_the_commit(registry, counted):
    unit = await registry.enrolled()
    counted.may_commit.clear()
    filer = Filer(counted, registry.clock)
    async with Work().going(filer.run()):
        waits = asyncio.create_task(filer.file(told(unit, 0)))
        done, _ = await asyncio.wait({waits}, timeout=0.2)
        assert done == set()
        counted.may_commit.set()
        assert (await waits).new == [0]


async def test_what_still_waits_at_the_end_is_never_acknowledged(registry, counted):
    unit = await registry.enrolled()
    counted.may_commit.clear()
    filer = Filer(counted, registry.clock)
    async with Work().going(filer.run()):
        waits = [asyncio.create_task(filer.file(told(unit, n))) for n in range(2)]
        await asyncio.wait(waits, timeout=0.2)
    done, pending = await asyncio.wait(waits, timeout=1)
    assert all(each.cancelled() for each in done)
    assert pending == set()
    assert await registry.count(lines) == 0
