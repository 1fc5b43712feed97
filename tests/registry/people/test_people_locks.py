"""Wrong tries at a name: counted before they are checked, here and everywhere, and nobody is shut out for ever by somebody else."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.people import locks
from registry.people.limits import Limits
from registry.storage.storage import open_storage

NOW, LIMITS = datetime(2026, 11, 21, 5, 0, tzinfo=UTC), Limits(tries_anywhere=12)
HOME, NAME = "192.0.2.0/24", "Lê Thị Quản"


@pytest.fixture
async def storage(tmp_path):
    async with await open_storage(tmp_path) as opened:
        yield opened


async def tries(storage, block, count, now=NOW, name=NAME):
    """How many of *count* tries could be made."""
    async with storage.writing() as connection:
        return sum([await locks.take(connection, name, block, now, LIMITS) is None for _ in range(count)])


async def test_tries_at_the_same_moment_are_no_more_than_one_after_another(storage):
    assert await tries(storage, HOME, 20) == LIMITS.tries


async def test_another_part_of_the_network_and_another_name_go_on(storage):
    await tries(storage, HOME, 20)
    assert await tries(storage, "198.51.100.0/24", 1) == 1
    assert await tries(storage, HOME, 1, name="Hà Văn Khác") == 1
    assert await tries(storage, HOME, 1, name="lê  thị QUẢN") == 0


async def test_tries_from_everywhere_together_are_bounded_too(storage):
    made = [await tries(storage, f"198.51.{n}.0/24", 4) for n in range(6)]
    assert sum(made) == LIMITS.tries_anywhere
    assert await tries(storage, "203.0.113.0/24", 1, NOW + LIMITS.wait_anywhere - timedelta(seconds=1)) == 0
    assert await tries(storage, "203.0.113.0/24", 1, NOW + LIMITS.wait_anywhere) == 1


async def test_from_where_somebody_signed_in_before_nobody_elsewhere_shuts_them_out(storage):
    async with storage.writing() as connection:
        await locks.entered(connection, NAME, HOME, NOW)
    later = NOW + timedelta(days=30)
    for n in range(6):
        await tries(storage, f"198.51.{n}.0/24", 4, later)
    assert await tries(storage, "203.0.113.0/24", 1, later) == 0
    assert await tries(storage, HOME, 20, later) == LIMITS.tries, "and it has its own bound"


async def test_a_day_without_tries_forgets_them_and_so_does_a_link(storage):
    await tries(storage, HOME, 20)
    assert await tries(storage, HOME, 20, NOW + LIMITS.forgotten_after) == LIMITS.tries
    async with storage.writing() as connection:
        await locks.forget(connection, NAME)
    assert await tries(storage, HOME, 20, NOW + LIMITS.forgotten_after) == LIMITS.tries


async def test_a_try_that_was_right_costs_nothing(storage):
    async with storage.writing() as connection:
        for _ in range(20):
            assert await locks.take(connection, NAME, HOME, NOW, LIMITS) is None
            await locks.give_back(connection, NAME, HOME, NOW, LIMITS)
