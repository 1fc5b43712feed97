"""A registry with areas, and a technician whose phone is bound."""

import pytest

from tests.registry.web.technician.office import Office


@pytest.fixture
async def office(registry):
    made = Office(registry)
    await made.prepare()
    return made


@pytest.fixture
async def phone(office):
    return await office.phone()
