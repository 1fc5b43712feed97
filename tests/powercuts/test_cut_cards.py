"""Real power cuts on a real ext4: what was promised is there afterwards, and whatever is there is whole."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.powercuts.card import Card
from tests.powercuts.checks import CHECKS
from tests.powercuts.releases import MANY, Releases

pytestmark = pytest.mark.powercuts

CUTS = int(os.environ.get("CUTS", "12"))
HOUSE = Path(__file__).parents[2]
LATEST = {"shelf_commit": 8, "blob_download": 12, "marks": 20, "earlier_lists": 25}
"""How much may be promised before the cut, where that is not 40: releases take longer than lines."""


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    if os.geteuid() != 0:
        pytest.fail("power cuts mount a file system: run them as root")
    found = Card(tmp_path)
    yield found
    found.abandon()


def cut_during(card: Card, workload: str, releases: Releases, after: int, part: float) -> int:
    """Cut the power when *after* promises were made and *part* of the next one is done, and mount again; the last promise."""
    card.mount()
    command = [sys.executable, "-m", "tests.powercuts.workloads", workload, str(card.mount_point), str(releases.folder), "1000000"]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout
        before = [program.stdout.readline()]
        began = time.monotonic()
        before += [program.stdout.readline() for _ in range(after - 1)]
        each = (time.monotonic() - began) / max(1, after - 1)
        # A cut has no event to wait for: it comes while the program is somewhere in its next piece of work.
        threading.Event().wait(part * min(each, 0.1))
        card.cut()
        too_late = threading.Timer(20, program.kill)
        too_late.start()
        said = [*before, *program.stdout.read().split()]
        too_late.cancel()
        assert program.wait() > 0, "it must notice that its card is gone"
    card.unmount()
    card.mount()
    return int(said[-1])


@pytest.mark.parametrize("workload", CHECKS)
def test_cut_card(card: Card, workload: str, releases: Releases, tally) -> None:
    """Cut at moments spread over the workload's life."""
    draw = random.Random(20)
    found = tally(workload)
    for number in range(CUTS):
        said = cut_during(card, workload, releases, draw.randint(1, LATEST.get(workload, 40)), draw.random())
        assert said < MANY or workload not in ("shelf_commit", "marks", "earlier_lists"), "the releases came to their end before the cut"
        found.count(lambda said=said: CHECKS[workload](card.mount_point, said, releases), f"cut {number}")
        card.empty()
    assert found.clean, "\n".join(found.problems)
