"""A browser whose owner has an account, and the clock has moved on to the next code."""

import pytest
from argon2 import PasswordHasher

from registry.people import passwords
from tests.registry.alerts.confirmation.conftest import watched
from tests.registry.web.users.desk import Desk

__all__ = ["watched"]


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """The same hash with little memory: what it costs is stated where it matters (tests/registry/people)."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
async def desk(registry):
    made = Desk(registry)
    answer = await made.set_up(await made.invited())
    assert answer.status == 200, await answer.text()
    registry.clock.turn(minutes=1)
    return made
