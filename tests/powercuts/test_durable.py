"""Real power cuts on a real ext4: what was promised is there afterwards, and whatever is there is whole."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tinydb import TinyDB

from agent.outbox import Outbox
from device.durable import DurableStorage
from device.journal import JournalWriter, read
from evidence.records import Gap
from tests.powercuts.card import Card
from tests.powercuts.workloads import body, line

pytestmark = pytest.mark.powercuts

CUTS = int(os.environ.get("CUTS", "12"))
HOUSE = Path(__file__).parents[2]


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    if os.geteuid() != 0:
        pytest.fail("power cuts mount a file system: run them as root")
    found = Card(tmp_path)
    yield found
    found.unmount()


def may_be(newest: int, said: int) -> bool:
    """Whether *newest* may be what is there: nothing that was *said* is lost, and at most one more was begun."""
    return said <= newest <= said + 1


def cut_during(card: Card, workload: str, after: int) -> int:
    """Run *workload*, cut the power when *after* promises were made, and mount again; the last promise that was made."""
    card.mount()
    command = [sys.executable, "-m", "tests.powercuts.workloads", workload, str(card.mount_point)]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout
        before = [program.stdout.readline() for _ in range(after)]
        card.cut()
        too_late = threading.Timer(20, program.kill)
        too_late.start()
        said = [*before, *program.stdout.read().split()]
        too_late.cancel()
        assert program.wait() > 0, "it must notice that its card is gone"
    card.unmount()
    card.mount()
    return int(said[-1])


def each_cut(card: Card, workload: str, check: Callable[[Path, int], None]) -> None:
    """Cut at moments spread over the workload's life."""
    draw = random.Random(20)
    for _ in range(CUTS):
        said = cut_during(card, workload, draw.randint(1, 40))
        check(card.mount_point, said)
        for path in card.mount_point.rglob("*"):
            if path.is_file():
                path.unlink()
        card.unmount()


def test_the_one_durable_write(card: Card) -> None:
    def check(folder: Path, said: int) -> None:
        found = (folder / "document").read_bytes()
        number = int(found[:8])
        assert found == body(number), "whole"
        assert may_be(number, said)

    each_cut(card, "replaces", check)


def test_tinydb_on_durable_storage(card: Card) -> None:
    """27 of 50 cuts left TinyDB's own storage unreadable."""

    def check(folder: Path, said: int) -> None:
        with TinyDB(folder / "unit.json", storage=DurableStorage) as database:
            assert may_be(database.all()[0]["number"], said)

    each_cut(card, "readable_state", check)


def test_synced_journal_lines(card: Card) -> None:
    def check(folder: Path, said: int) -> None:
        there = [found.n for found in read(folder / "journal")]
        assert there == list(range(len(there)))
        assert may_be(there[-1], said)

    each_cut(card, "synced_lines", check)


def test_unsynced_journal_lines_are_admitted_lost(card: Card) -> None:
    def check(folder: Path, said: int) -> None:
        before = [found.n for found in read(folder / "journal")]
        synced = said + 1 - (said + 1) % 10
        assert before == list(range(len(before)))
        assert len(before) >= synced
        writer = JournalWriter(folder / "journal", boot="after")
        fresh = writer.write(line(0, "after"), sync=True)
        writer.close()
        assert fresh.n > said, "no number that somebody may have read comes again"
        gaps = [found for found in read(folder / "journal") if isinstance(found, Gap)]
        assert [gap.first for gap in gaps] in ([], [len(before)])
        assert gaps or said < len(before)

    each_cut(card, "mixed_lines", check)


def test_reports_in_the_outbox(card: Card) -> None:
    def check(folder: Path, said: int) -> None:
        with Outbox(folder / "outbox.db") as box:
            newest = box.taken()["display"]
            assert may_be(newest, said)
            for number in range(1, newest + 1):
                waiting = box.waiting()
                assert waiting is not None
                assert waiting.token == f"report {number}"
                box.delivered(waiting)

    each_cut(card, "outbox", check)
