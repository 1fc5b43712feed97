"""A registry whose clock a test sets, or its storage alone with one unit in it."""

import pytest

from registry.storage.storage import open_storage
from tests.registry.fleet.test_filing_like_one_by_one import enrol
from tests.registry.fleet.test_filing_like_one_by_one import storage as for_examples
from tests.registry.web.conftest import Unit, clock, registry

__all__ = ["clock", "for_examples", "registry"]


@pytest.fixture
async def storage(tmp_path):
    async with await open_storage(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def unit(storage):
    made = Unit()
    await enrol(storage, [made])
    return made
