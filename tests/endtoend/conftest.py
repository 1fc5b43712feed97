"""Real processes, real files, real sockets on loopback: what every end-to-end story starts from."""

import pytest

from tests.audio.conftest import bench
from tests.audio.village import Village

__all__ = ["bench", "village"]


@pytest.fixture
def village(bench, tmp_path_factory):
    return Village(bench, tmp_path_factory.mktemp("publisher"))
