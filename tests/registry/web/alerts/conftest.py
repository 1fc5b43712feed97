"""The commune of :mod:`commune`, at a registry of its own."""

import pytest

from tests.registry.alerts.confirmation.conftest import watched
from tests.registry.web.alerts.commune import Commune

__all__ = ["commune", "watched"]


@pytest.fixture
async def commune(watched):
    made = Commune(watched)
    await made.stand()
    await made.flood()
    return made
