"""A registry with officers."""

import pytest

from tests.registry.web.officer.station import Station


@pytest.fixture
def station(registry):
    return Station(registry)
