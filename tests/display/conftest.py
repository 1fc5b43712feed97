"""A unit with one notice on its shelf, for all who run the program."""

from datetime import UTC, datetime, timedelta

import pytest

from bundle.trust import Target
from device.durable import replace
from device.paths import Paths
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import START, Publisher

UNIT = """
[screen]
driver = "headless"
width = 640
height = 360
frames_folder = "{frames}"
pace = 20.0
[clock]
driver = "shifted"
"""


@pytest.fixture
def unit(tmp_path):
    """An enrolled unit with one notice on its shelf, living an hour after the publisher signed it."""
    paths, publisher = Paths(tmp_path / "unit"), Publisher(tmp_path)
    replace(paths.unit_toml, UNIT.format(frames=tmp_path / "frames").encode())
    replace(paths.root_json, publisher.root_bytes)
    offset = (START + timedelta(hours=1) - datetime.now(UTC)).total_seconds()
    replace(paths.clock_offset, str(offset).encode())
    publisher.release_bundle(CHANNEL, small_bundle(START))
    replace(paths.shelf / CHANNEL / f"{Target.BUNDLE}.pack", publisher.pack(CHANNEL, Target.BUNDLE))
    return paths
