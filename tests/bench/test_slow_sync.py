"""The slow card: each wait for it lasts longer and is told; what lies in RAM does not wait."""

import subprocess
import sys
import tempfile
import time
from itertools import pairwise

import pytest

from bench.slow_sync import SlowCard

DURABLE = "import sys; from pathlib import Path; from device.durable import replace; replace(Path(sys.argv[1]), b'x')"


@pytest.fixture
def card(tmp_path):
    return SlowCard(tmp_path, milliseconds=40.0, ram_too=True)


def test_every_wait_of_a_durable_write_lasts_longer_and_is_told(card, tmp_path):
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", DURABLE, str(tmp_path / "a")], env=card.environment(), check=True)
    found = card.syncs()
    assert [(sync.call, sync.path) for sync in found] == [
        ("fsync", str(tmp_path / ".a.new")),
        ("fsync", str(tmp_path / "a")),
        ("fsync", str(tmp_path)),
    ]
    assert time.monotonic() - began > 3 * 0.04
    assert all(later.at - earlier.at >= 0.04 for earlier, later in pairwise(found))


def test_what_lies_in_ram_waits_for_no_card(tmp_path):
    card = SlowCard(tmp_path, milliseconds=10_000.0)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as ram:
        subprocess.run([sys.executable, "-c", DURABLE, f"{ram}/a"], env=card.environment(), check=True, timeout=9)
    assert card.syncs() == []
