"""The same workloads on a card that drops, reorders and tears whatever was not synced: cut after every step that they take."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.powercuts.calls import record
from tests.powercuts.checks import CHECKS
from tests.powercuts.releases import Releases
from tests.powercuts.tally import Tally
from tests.powercuts.tree import Keeps, Step, after_cut, promised

pytestmark = pytest.mark.powercuts

CUTS = int(os.environ.get("CUTS", "12"))
HOUSE = Path(__file__).parents[2]
PROMISES = {
    "shelf_commit": 5,
    "blob_download": 5,
    "marks": 8,
    "earlier_lists": 20,
    "outbox": 25,
    "journal_synced": 60,
    "journal_mixed": 90,
    "journal_ram": 90,
}
MANY_TIMES = {"shelf_commit": 10, "marks": 10, "earlier_lists": 10}
"""A state costs next to nothing: so there are many more of them than cuts of a real card."""


@pytest.fixture
def ram() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        yield Path(folder)


def steps_of(workload: str, releases: Releases, ram: Path) -> list[Step]:
    if shutil.which("strace") is None:
        pytest.fail("the store double records real processes with strace: install it")
    card = ram / "card"
    card.mkdir()
    most = PROMISES.get(workload, 15)
    command = ["-m", "tests.powercuts.workloads", workload, str(card), str(releases.folder), str(most)]
    steps = record(command, card, HOUSE, ram / "calls")
    assert promised(steps) == most
    replayed = ram / "replayed"
    replayed.mkdir()
    after_cut(steps, Keeps.EVERYTHING, Random(0)).put_into(replayed)
    assert _contents(replayed) == _contents(card), "nothing was overlooked"
    return steps


def _contents(folder: Path) -> dict[str, bytes | None]:
    found = {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
    return {name: content for name, content in found.items() if not name.endswith("-shm")}


def cut_again_and_again(found: Tally, steps: list[Step], check: str, releases: Releases, ram: Path, times: int) -> None:
    draw = Random(20)
    for number in range(times):
        at = draw.randint(1, len(steps))
        keeps = draw.choice(list(Keeps))
        folder = ram / f"state-{number}"
        folder.mkdir()
        after_cut(steps[:at], keeps, draw).put_into(folder)
        said = promised(steps[:at])
        found.count(lambda folder=folder, said=said: CHECKS[check](folder, said, releases), f"step {at}, {keeps.name}")
        shutil.rmtree(folder)


@pytest.mark.parametrize("workload", CHECKS)
def test_store_double(workload: str, releases: Releases, tally, ram: Path) -> None:
    found = tally(f"{workload}, unsynced writes dropped, reordered and torn")
    steps = steps_of(workload, releases, ram)
    cut_again_and_again(found, steps, workload, releases, ram, CUTS * MANY_TIMES.get(workload, 20))
    assert found.clean, "\n".join(found.problems)


@pytest.mark.parametrize("careless", ["never_synced", "folder_not_synced", "synced_after_the_rename", "written_in_place"])
def test_the_double_finds_each_classic_mistake(careless: str, releases: Releases, ram: Path) -> None:
    found = Tally(careless)
    cut_again_and_again(found, steps_of(careless, releases, ram), "durable_write", releases, ram, 200)
    assert not found.clean
